"""What the schedule does by itself."""

import datetime

from reports.actions.periods import due_day_of, half_years_of, open_period
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from tasks.models import Plan


def open_due_periods(*, today: datetime.date) -> list[ReportingPeriod]:
    """Open, for every plan, the half-year with the next due date once its opening day has come.

    June 1 and December 1 by default. ``today`` is the date in Asia/Shanghai. Idempotent, catches
    up after an outage as long as the deadline is not past, never opens a past half-year or one
    beyond the plan's. Returns what was opened now.
    """
    opened = []
    for plan in Plan.objects.all():
        half_year = due_half_year(plan, today)
        if half_year is not None:
            period, now_open = open_period(plan=plan, half_year=half_year)
            opened += [period] if now_open else []
    return opened


def due_half_year(plan: Plan, today: datetime.date) -> HalfYear | None:
    """The half-year to be open on ``today``, or None between deadline and opening day."""
    half_year = HalfYear.of(today).previous
    if due_day_of(plan, half_year) < today:
        half_year = half_year.next
    first, last = half_years_of(plan)
    if today < half_year.opens_on or not first <= half_year <= last:
        return None
    return half_year
