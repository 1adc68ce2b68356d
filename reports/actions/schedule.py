"""What the schedule does by itself."""

import datetime

import structlog

from departments.errors import DomainError
from reports.actions.periods import due_day_of, half_years_of, open_period
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from tasks.models import Plan

log = structlog.get_logger(__name__)


def open_due_periods(*, today: datetime.date) -> list[ReportingPeriod]:
    """Open, for every plan, the half-year with the next due date once its opening day has come.

    June 1 and December 1 by default. ``today`` is the date in Asia/Shanghai. Idempotent, catches
    up after an outage as long as the deadline is not past, never opens a past half-year or one
    beyond the plan's. A plan whose half-year can't be opened is named in the log and keeps no other
    from theirs. Returns what was opened now.
    """
    opened = []
    for plan in Plan.objects.all():
        try:
            opened += _open_due(plan, today)
        except DomainError as error:
            log.error("period_not_opened", plan=plan.slug, why=str(error))
    return opened


def _open_due(plan: Plan, today: datetime.date) -> list[ReportingPeriod]:
    half_year = due_half_year(plan, today)
    if half_year is None:
        return []
    period, now_open = open_period(plan=plan, half_year=half_year)
    return [period] if now_open else []


def due_half_year(plan: Plan, today: datetime.date) -> HalfYear | None:
    """The half-year to be open on ``today``, or None between deadline and opening day."""
    half_year = HalfYear.of(today).previous
    if due_day_of(plan, half_year) < today:
        half_year = half_year.next
    first, last = half_years_of(plan)
    if today < half_year.opens_on or not first <= half_year <= last:
        return None
    return half_year
