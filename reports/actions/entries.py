"""What departments log along the way; an edit keeps the earlier text."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from departments.rights import rights_of
from reports.actions.holding import hold_periods
from reports.calendar import HalfYear, full_date
from reports.models import EntryRequest, EntryRevision, ProgressEntry, Report, ReportingPeriod
from reports.policies import Right, may, speaks_for
from reports.requirements import too_long
from reports.text import clean
from tasks.models import Plan, WorkItem


def period_for(plan: Plan, day: datetime.date, today: datetime.date) -> ReportingPeriod:
    """The open period to which an entry of ``day`` belongs; it stays so until the transaction ends.

    The half-year in which the day lies, else the current one. Raises Conflict where that period
    is closed or none is open.
    """
    half_year = HalfYear.of(day)
    rows = ReportingPeriod.objects.filter(plan=plan)
    exact = rows.filter(year=half_year.year, half=half_year.half).first()
    found: ReportingPeriod | None = exact or rows.current(today).first()
    if found is None:
        raise Conflict("现在没有开放的报告期，不能记进展；请联系汇总单位。")
    hold_periods([found])
    if found.is_closed:
        raise Conflict(f"{found.label}报告期已关闭，不能再记这一天的进展；请核对日期。")
    return found


def author_of(by: User, item: WorkItem, code: str = "") -> Department:
    """The department in whose name ``by`` logs on ``item``; ``code`` chooses among several.

    Raises NotAllowed where none of the person's departments, or not the chosen one, takes part.
    """
    bodies = speaks_for(rights_of(by).works_for, item)
    chosen = [body for body in bodies if code in {"", body.code}]
    if not chosen:
        raise NotAllowed(f"{item.code} 不是所选单位牵头或配合的事项，不能记进展。")
    return chosen[0]


@transaction.atomic
def log_entry(
    *, item: WorkItem, by: User, happened_on: datetime.date, text: str, department: str = ""
) -> ProgressEntry:
    """Log what a department did on ``item`` on a day.

    Raises NotAllowed (403), Conflict (409: closed period), DomainError (400: no text, too long,
    a day in the future or before the plan). The same text on the same day by the same person is
    logged once.
    """
    body = author_of(by, item, department)
    cleaned = _checked(text, happened_on, item.task.plan)
    WorkItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    entry, _ = ProgressEntry.objects.get_or_create(
        work_item=item,
        department=body,
        period=period_for(item.task.plan, happened_on, timezone.localdate()),
        happened_on=happened_on,
        text=cleaned,
        nothing_to_report=False,
        by=by,
        defaults={"at": timezone.now()},
    )
    return entry


def _checked(text: str, happened_on: datetime.date, plan: Plan) -> str:
    cleaned = clean(text).text
    if not cleaned:
        raise DomainError("请写明做了什么。")
    if sentence := too_long("progress", cleaned):
        raise DomainError(sentence)
    if happened_on > timezone.localdate():
        raise DomainError("日期不能晚于今天。")
    if happened_on < plan.issued_on:
        issued = full_date(plan.issued_on)
        raise DomainError(f"日期不能早于方案印发之日（{issued}），请核对年份。")
    return cleaned


@transaction.atomic
def edit_entry(
    *, entry: ProgressEntry, by: User, happened_on: datetime.date, text: str, version: int
) -> ProgressEntry:
    """Change an entry; the earlier text is kept as a revision.

    Another day may move it to another half-year. Raises NotAllowed, Conflict where one of the
    periods is closed or ``version`` is not the newest.
    """
    locked = _lock_entry(entry, by)
    cleaned = _checked(text, happened_on, locked.work_item.task.plan)
    if (cleaned, happened_on) == (locked.text, locked.happened_on):
        return locked
    hold_periods([locked.period])
    if locked.period.is_closed:
        raise Conflict(f"{locked.period.label}报告期已关闭，不能再修改进展记录。")
    if version != locked.version:
        raise Conflict("这条进展刚被他人修改，请对照后再保存。")
    _keep(locked)
    if happened_on != locked.happened_on:
        plan = locked.work_item.task.plan
        locked.period = period_for(plan, happened_on, timezone.localdate())
    locked.text, locked.happened_on, locked.nothing_to_report = cleaned, happened_on, False
    locked.by, locked.at = by, timezone.now()
    locked.version += 1
    locked.save()
    return locked


def _lock_entry(entry: ProgressEntry, by: User) -> ProgressEntry:
    """The entry read anew, locked, for somebody who may change it."""
    rows = ProgressEntry.objects.select_for_update(of=("self",))
    locked: ProgressEntry = rows.select_related("period", "work_item__task__plan").get(pk=entry.pk)
    if not may(by, Right.EDIT_ENTRY, locked):
        raise NotAllowed("只有记录单位可以修改这条进展。")
    return locked


def _keep(entry: ProgressEntry) -> None:
    EntryRevision.objects.create(
        entry=entry,
        version=entry.version,
        happened_on=entry.happened_on,
        text=entry.text,
        nothing_to_report=entry.nothing_to_report,
        by=entry.by,
        at=entry.at,
    )


@transaction.atomic
def log_nothing(*, items: Iterable[WorkItem], by: User, today: datetime.date) -> int:
    """«本期无相关工作» for several items at once; returns how many are new.

    An item on which the department has logged something this half-year is passed over.
    """
    made = 0
    for item in sorted(items, key=lambda each: each.pk):
        body = author_of(by, item)
        WorkItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        period = period_for(item.task.plan, today, today)
        said = ProgressEntry.objects.filter(work_item=item, department=body, period=period)
        if not said.exists():
            ProgressEntry.objects.create(
                work_item=item,
                department=body,
                period=period,
                nothing_to_report=True,
                happened_on=today,
                by=by,
                at=timezone.now(),
            )
            made += 1
    return made


@transaction.atomic
def request_entries(*, report: Report, by: User, departments: Iterable[Department]) -> int:
    """商请: ask co-responsible departments for their entry, each once a half-year.

    Returns how many requests are new. Raises NotAllowed for others than the lead's reporters,
    Conflict in a closed period.
    """
    if not may(by, Right.REQUEST_ENTRY, report):
        raise NotAllowed("只有牵头单位填报员可以商请补充进展。")
    hold_periods([report.period])
    if report.period.is_closed:
        raise Conflict(f"{report.period.label}报告期已关闭，不能再商请。")
    made = 0
    for body in departments:
        _, created = EntryRequest.objects.get_or_create(
            work_item=report.assignment.work_item,
            department=body,
            period=report.period,
            defaults={
                "asked_by": by,
                "asking_department": report.department,
                "at": timezone.now(),
            },
        )
        made += created
    return made
