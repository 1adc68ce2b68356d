"""A half-year of many rows: the annex's 53, as many times over as a benchmark asks for."""

import datetime
from typing import Any

from tests.drills.house import OPENED, hire

LEAD = "slj"
"""Everything is led by one department, so that its fill-in workbook is as long as the ledger."""
FILED = OPENED + datetime.timedelta(days=20)
CHUNK = 1000


def large_plan(copies: int) -> tuple[Any, Any]:
    """An open 2026H2 with 53 × ``copies`` reports, filed once and returned, and its clerk.

    So the ledger shows their texts and the clerk may write them again. The two leads of 8.2 are
    two rows of work here, since one department can't lead a row twice.
    """
    from django.core.management import call_command

    from departments.models import User
    from reports.actions.periods import open_period
    from reports.calendar import HalfYear
    from tasks.models import Plan

    call_command("migrate", verbosity=0)
    call_command("loadplan", verbosity=0)
    plan = Plan.objects.get()
    _copy_annex(plan, copies)
    period, _ = open_period(plan=plan, half_year=HalfYear(2026, 2), now=OPENED)
    hire([("clerk", _lead(), "reporter")])
    clerk = User.objects.get(username="clerk")
    _file(period, clerk)
    return period, clerk


def _lead() -> Any:
    from departments.models import Department

    return Department.objects.get(code=LEAD)


def _copy_annex(plan: Any, copies: int) -> None:
    """The plan's own rows make room for copies of them with numbers of their own."""
    from tasks.models import Assignment, Task, WorkItem

    printed = [
        (task, [(lead.work_item, lead) for lead in _leads_of(task)]) for task in plan.tasks.all()
    ]
    today = OPENED.date()
    Assignment.objects.update(withdrawn_on=today)
    WorkItem.objects.update(withdrawn_on=today)
    for copy in range(1, copies + 1):
        tasks, items = [], []
        for task, rows in printed:
            number = copy * 100 + task.number
            made = Task(plan=plan, section_id=task.section_id, number=number, title=task.title)
            tasks.append(made)
            for at, (item, _) in enumerate(rows, 1):
                items.append(
                    WorkItem(task=made, row=at, text=item.text, lead_cell=item.lead_cell,
                             responsible_cell=item.responsible_cell)
                )  # fmt: skip
        Task.objects.bulk_create(tasks)
        WorkItem.objects.bulk_create(items)
        Assignment.objects.bulk_create(
            Assignment(work_item=item, department=_lead(), kind="lead", printed_name="区水利局",
                       order=1)
            for item in items
        )  # fmt: skip


def _leads_of(task: Any) -> Any:
    from tasks.models import Assignment

    rows = Assignment.objects.leads().filter(work_item__task=task)
    return rows.select_related("work_item").order_by("work_item__row", "order")


def _file(period: Any, clerk: Any) -> None:
    """Every report anew, with texts, its filing and its first version."""
    from django.db.models import OuterRef, Subquery

    from reports.models import Report, ReportEvent, ReportRevision
    from reports.states import Action, Status

    reports = list(period.reports.select_related("assignment__work_item__task"))
    period.reports.all().delete()
    for number, report in enumerate(reports):
        _write(report, number, period.half_year)
    Report.objects.bulk_create(reports, batch_size=CHUNK)
    lead = _lead()
    ReportEvent.objects.bulk_create(
        (ReportEvent(report=report, action=Action.SUBMIT, from_status=Status.DRAFT,
                     to_status=Status.FILED, at=FILED, by=clerk, by_name="clerk",
                     by_department=lead, by_role="填报员", snapshot=report.content())
         for report in reports),
        batch_size=CHUNK,
    )  # fmt: skip
    ReportRevision.objects.bulk_create(
        (ReportRevision(report=report, version=1, by=clerk, at=FILED, snapshot=report.content())
         for report in reports),
        batch_size=CHUNK,
    )  # fmt: skip
    filing = ReportEvent.objects.filter(report=OuterRef("pk")).values("pk")[:1]
    period.reports.update(filed_event=Subquery(filing))


def _write(report: Any, number: int, half_year: Any) -> None:
    from reports.demo.texts import content
    from reports.states import Progress, Status

    state = (Progress.ON_TRACK, Progress.BEHIND, Progress.STANDING)[number % 3]
    for name, value in content(report.assignment.work_item, half_year, state).items():
        setattr(report, name, value)
    report.progress += f"（本项编号 {number}）"
    report.pk, report.status, report.version = None, Status.RETURNED, 1
    report.filed_at = report.refiled_at = FILED
