"""The ledger's rows: one per lead assignment, with what the user may read of it."""

import dataclasses
from collections import defaultdict
from typing import Any

from departments.models import User
from reports.ledger.keys import RowKey
from reports.models import (
    Attachment,
    HistoryRow,
    ProgressEntry,
    Report,
    ReportEvent,
    ReportingPeriod,
)
from reports.states import Action, Status
from tasks.models import Assignment, Indicator, WorkItem, YearlyGoal


@dataclasses.dataclass(frozen=True)
class LedgerRow:
    """A sheet row. ``content`` is a snapshot the user may read, else empty."""

    item: WorkItem
    assignment: Assignment
    report: Report | None
    content: dict[str, Any]
    row_key: RowKey | None = None
    goal: str = ""
    indicators: str = ""
    support: str = ""
    files: str = ""
    review: str = ""

    @property
    def key(self) -> str:
        """The hidden key by which the row is known again when it comes in."""
        return str(self.row_key or "")

    @property
    def person(self) -> str:
        return str(self.assignment.person_in_charge or "")

    @property
    def telephone(self) -> str:
        person = self.assignment.person_in_charge
        return person.telephone if person else ""

    @property
    def assessed(self) -> str:
        return self.report.get_assessed_state_display() if self.report else ""

    @property
    def note(self) -> str:
        if self.report is None:
            return ""
        marks = [
            "免报" if self.report.status == Status.EXEMPT else "",
            "线下报送" if self.report.offline else "",
            "历史导入" if self.report.imported else "",
            str(self.content.get("note") or ""),
        ]
        return "；".join(mark for mark in marks if mark)


def ledger_rows(
    period: ReportingPeriod, user: User | None, department: str = ""
) -> list[LedgerRow]:
    """Rows of ``period`` in the annex's order; a fixed number of queries.

    ``user`` decides what is read: a lead its working copy only once filed; None (the command)
    reads everything filed. ``department`` (code) keeps only what it leads.
    """
    sources = _Sources(period, user, department)
    assignments = (
        Assignment.objects.leads()
        .filter(work_item__task__plan=period.plan)
        .select_related("work_item__task", "department", "person_in_charge")
        .order_by("work_item__task__number", "work_item__row", "order")
    )
    if department:
        assignments = assignments.filter(department__code=department)
    kept = [row for row in assignments if row.withdrawn_on is None or row.pk in sources.reports]
    return [sources.row(assignment) for assignment in kept]


class _Sources:
    """Everything the rows need, read once; of the reports, only those of ``department`` (code)."""

    def __init__(self, period: ReportingPeriod, user: User | None, department: str = "") -> None:
        self.user, self.period = user, period
        reports = Report.objects.filter(period=period)
        if department:
            reports = reports.filter(assignment__department__code=department)
        if user is not None:
            reports = reports.visible_to(user)
        rows = reports.select_related("period", "filed_event")
        self.reports = {report.assignment_id: report for report in rows}
        self.goals = dict(
            YearlyGoal.objects.filter(
                year=period.year, work_item__task__plan=period.plan_id
            ).values_list("work_item_id", "text")
        )
        indicators = Indicator.objects.filter(plan=period.plan_id)
        self.units = {row.code: (row.name, row.unit) for row in indicators}
        self.support = self._support(period)
        self.files = self._files(period)
        self.reviews = self._reviews(period)

    def _support(self, period: ReportingPeriod) -> dict[int, list[tuple[int, str]]]:
        entries = ProgressEntry.objects.filter(period=period).select_related("department")
        if self.user is not None:
            entries = entries.visible_to(self.user)
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for entry in entries.order_by("department__order", "happened_on", "id"):
            said = "本期无相关工作" if entry.nothing_to_report else entry.text
            found[entry.work_item_id].append((entry.department_id, f"{entry.department}：{said}"))
        return found

    def _files(self, period: ReportingPeriod) -> dict[int, list[str]]:
        rows = Attachment.objects.filter(report__period=period).present()
        if self.user is not None:
            rows = rows.visible_to(self.user)
        found: dict[int, list[str]] = defaultdict(list)
        for report, name in rows.values_list("report_id", "name"):
            if report is not None:
                found[report].append(name)
        return found

    def _reviews(self, period: ReportingPeriod) -> dict[int, str]:
        events = ReportEvent.objects.filter(
            report__period=period, action__in=[Action.ACCEPT, Action.RETURN]
        )
        found = dict(events.order_by("at", "id").values_list("report_id", "comment"))
        if any(report.imported for report in self.reports.values()):
            old = HistoryRow.objects.filter(report__period=period)
            found = dict(old.values_list("report_id", "review")) | found
        return found

    def row(self, assignment: Assignment) -> LedgerRow:
        report = self.reports.get(assignment.pk)
        content = report.filed_content if report else {}
        values = content.get("indicator_values") or {}
        support = self.support.get(assignment.work_item_id, [])
        return LedgerRow(
            item=assignment.work_item,
            assignment=assignment,
            report=report,
            content=content,
            row_key=self._key(assignment),
            goal=self.goals.get(assignment.work_item_id, ""),
            indicators="；".join(self._value(code, value) for code, value in values.items()),
            support="\n".join(said for body, said in support if body != assignment.department_id),
            files="\n".join(self.files.get(report.pk, [])) if report else "",
            review=self.reviews.get(report.pk, "") if report else "",
        )

    def _key(self, assignment: Assignment) -> RowKey:
        code, body = assignment.work_item.code, assignment.department.code
        return RowKey(self.period.plan.slug, self.period.code, code, body)

    def _value(self, code: str, value: str) -> str:
        name, unit = self.units.get(code, (code, ""))
        return f"{name} {value}{unit}"
