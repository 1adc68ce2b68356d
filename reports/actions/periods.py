"""Opening, closing, reopening a half-year, and publishing its result."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports import calendar, text
from reports.actions.owing import leads_in_force, owe_reports
from reports.actions.patience import patience
from reports.calendar import HalfYear
from reports.models import PeriodEvent, ReportingPeriod
from reports.policies import Right, may
from reports.reminders.rules import rules_of
from reports.selectors.publication import may_publish_on
from reports.selectors.working_days import working_days
from tasks.models import Plan


def due_day_of(plan: Plan, half_year: HalfYear, days: calendar.Days | None = None) -> datetime.date:
    """The last day for filing ``half_year`` under the plan's rule (3.2) and its settings.

    ``days`` is the table of working days, where it has been read already.
    """
    return half_year.due_on(
        plan.due_day,
        moves_to_workday=plan.weekend_rule == Plan.WeekendRule.NEXT_WORKDAY,
        days=working_days() if days is None else days,
    )


def half_years_of(plan: Plan) -> tuple[HalfYear, HalfYear]:
    """The first and the last half-year for which the plan wants reports."""
    return HalfYear.parse(plan.first_period), HalfYear.parse(plan.last_period)


@transaction.atomic
def open_period(
    *, plan: Plan, half_year: HalfYear, by: User | None = None, now: datetime.datetime | None = None
) -> tuple[ReportingPeriod, bool]:
    """Open ``half_year`` and make a report row for every lead assignment in force.

    Idempotent: returns the period and whether it was opened now. ``by`` is None for the schedule
    and the command. Raises NotAllowed (403), and DomainError where the plan has no such half-year.
    """
    _permit(by, Right.MANAGE_PERIODS, plan)
    _check_half_year(plan, half_year)
    now = now or timezone.now()
    days = {"opens_on": half_year.opens_on, "due_on": due_day_of(plan, half_year)}
    period, created = ReportingPeriod.objects.get_or_create(
        plan=plan,
        year=half_year.year,
        half=half_year.half,
        defaults={**days, "opened_at": now, "reminder_rules": rules_of(plan)},
    )
    if created:
        PeriodEvent.objects.create(period=period, kind=PeriodEvent.Kind.OPENED, at=now, by=by)
        owe_reports(period, leads_in_force(period))
    return period, created


@transaction.atomic
def record_past_period(
    *, plan: Plan, half_year: HalfYear, by: User, now: datetime.datetime | None = None
) -> tuple[ReportingPeriod, bool]:
    """Make the rows of a half-year long past, for a history import: closed from the first moment.

    Nobody is told or reminded of it. One that is there stays as it is, open or closed. Returns the
    period and whether it was made now. Raises NotAllowed (403), and DomainError where the plan has
    no such half-year or its deadline is not over.
    """
    if not may(by, Right.IMPORT_HISTORY, plan):
        raise NotAllowed(NOT_A_HISTORIAN)
    now = now or timezone.now()
    check_past(plan, half_year, calendar.local_date(now))
    due_on = due_day_of(plan, half_year)
    stamps = {"opened_at": now, "closed_at": now, "historical": True}
    period, created = ReportingPeriod.objects.get_or_create(
        plan=plan,
        year=half_year.year,
        half=half_year.half,
        defaults={"opens_on": half_year.opens_on, "due_on": due_on, **stamps},
    )
    if created:
        PeriodEvent.objects.create(period=period, kind=PeriodEvent.Kind.RECORDED, at=now, by=by)
        owe_reports(period, leads_in_force(period))
    return period, created


NOT_A_HISTORIAN = "历史导入由管理员办理。"


def check_past(plan: Plan, half_year: HalfYear, today: datetime.date) -> None:
    """Raises DomainError where ``half_year`` is not the plan's, or still to be filed by itself."""
    _check_half_year(plan, half_year)
    if due_day_of(plan, half_year) >= today:
        raise DomainError(f"{half_year.label}尚未截止，请由各单位在系统里填报，不作历史导入。")


def _check_half_year(plan: Plan, half_year: HalfYear) -> None:
    first, last = half_years_of(plan)
    if not first <= half_year <= last:
        raise DomainError(f"{half_year.label}不在方案的报告期之内（{first.label}至{last.label}）。")


@transaction.atomic
def close_period(
    *,
    period: ReportingPeriod,
    by: User | None = None,
    comment: str = "",
    now: datetime.datetime | None = None,
) -> bool:
    """Close ``period``: nothing can be filed or reviewed in it until somebody reopens it.

    Idempotent: returns whether it was closed now. ``by`` is None for the command. What is still
    outstanding stays so and is counted so. Raises NotAllowed (403), Conflict where an import is
    being written and takes its time.
    """
    _permit(by, Right.MANAGE_PERIODS, period)
    now = now or timezone.now()
    kind = PeriodEvent.Kind.CLOSED
    closed = _stamp(period, kind, {"closed_at__isnull": True}, closed_at=now)
    if closed:
        _log(period, kind, by, comment, now)
    return closed


@transaction.atomic
def reopen_period(
    *, period: ReportingPeriod, by: User, comment: str, now: datetime.datetime | None = None
) -> None:
    """Open a closed period again; ``comment`` says why.

    The deadline stays: what is filed now counts as late unless an extension says otherwise.
    Raises NotAllowed (403), DomainError without a reason, Conflict where it is not closed.
    """
    _permit(by, Right.MANAGE_PERIODS, period)
    if not text.has_substance(comment):
        raise DomainError("请写明重新开放的理由。")
    kind = PeriodEvent.Kind.REOPENED
    if not _stamp(period, kind, {"closed_at__isnull": False}, closed_at=None):
        raise Conflict(f"{period.label}报告期没有关闭，无需重新开放。")
    _log(period, kind, by, comment, now or timezone.now())


@transaction.atomic
def publish_result(
    *,
    period: ReportingPeriod,
    by: User,
    comment: str = "",
    now: datetime.datetime | None = None,
) -> bool:
    """Publish the half-year's result: from now on every department sees all the others' figures.

    Idempotent: returns whether it was published now. Raises NotAllowed (403), and DomainError
    as long as the deadline has not passed.
    """
    _permit(by, Right.PUBLISH_PERIOD, period)
    now = now or timezone.now()
    if not may_publish_on(period, calendar.local_date(now)):
        raise DomainError(f"{period.label}尚未截止，截止后才能发布结果。")
    kind = PeriodEvent.Kind.PUBLISHED
    published = _stamp(period, kind, {"published_at__isnull": True}, published_at=now)
    if published:
        _log(period, kind, by, comment, now)
    return published


def _stamp(
    period: ReportingPeriod, kind: PeriodEvent.Kind, expected: dict[str, bool], **stamp: Any
) -> bool:
    """Write ``stamp`` in the row of ``period`` if it is as ``expected``; whether it was.

    Raises Conflict where a step under way, such as an import, holds the period for too long.
    """
    with patience(f"{period.label}正在写入一份导入，请稍后再{kind.label}。"):
        return bool(ReportingPeriod.objects.filter(pk=period.pk, **expected).update(**stamp))


def _permit(by: User | None, right: Right, thing: Plan | ReportingPeriod) -> None:
    if by is not None and not may(by, right, thing):
        raise NotAllowed(f"「{right.label}」只能由汇总单位的汇总员办理。")


def _log(
    period: ReportingPeriod,
    kind: PeriodEvent.Kind,
    by: User | None,
    comment: str,
    now: datetime.datetime,
) -> None:
    PeriodEvent.objects.create(
        period=period, kind=kind, at=now, by=by, comment=text.clean(comment).text
    )
    period.refresh_from_db(fields=["closed_at", "published_at"])
