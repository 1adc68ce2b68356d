"""The page of half-years: which are open, what is outstanding, what comes next."""

import dataclasses
import datetime

from django.db.models import Count, Q

from reports.actions.owing import leads_in_force
from reports.actions.periods import due_day_of, half_years_of
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from reports.querysets import still_owed, without_record
from reports.selectors.working_days import working_days
from reports.states import IN_HAND, Status
from tasks.models import Assignment, Plan


@dataclasses.dataclass(frozen=True)
class NextPeriod:
    """The half-year that can be opened next, with the days it would have."""

    half_year: HalfYear
    opens_on: datetime.date
    due_on: datetime.date


def periods_of(plan: Plan) -> list[ReportingPeriod]:
    """All half-years opened so far, the newest first.

    Each carries ``due``, ``in_hand``, ``owed`` and ``unrecorded``: how many reports are due, filed,
    still owed, and of how many a history import has no record.
    Two queries, the record of each half-year included.
    """
    counted = ReportingPeriod.objects.filter(plan=plan).annotate(
        due=Count("reports", filter=~Q(reports__status=Status.EXEMPT)),
        in_hand=Count("reports", filter=Q(reports__status__in=IN_HAND)),
        owed=Count("reports", filter=still_owed("reports__")),
        unrecorded=Count("reports", filter=without_record("reports__")),
    )
    return list(counted.order_by("-year", "-half").prefetch_related("events__by"))


def next_period(
    plan: Plan, opened: list[ReportingPeriod], today: datetime.date
) -> NextPeriod | None:
    """The half-year after the newest opened one; the running one where none is.

    Half-years that a history import made were never open. None where the plan's last half-year
    has been opened.
    """
    first, last = half_years_of(plan)
    newest = next((row.half_year for row in opened if not row.historical), None)
    half_year = newest.next if newest else max(first, HalfYear.of(today))
    if half_year > last:
        return None
    return NextPeriod(half_year, half_year.opens_on, due_day_of(plan, half_year))


def past_half_years(plan: Plan, today: datetime.date) -> list[HalfYear]:
    """The plan's half-years whose deadline is over, the newest first; one query."""
    days = working_days()
    half_year, last = half_years_of(plan)
    found = []
    while half_year <= last and due_day_of(plan, half_year, days) < today:
        found.append(half_year)
        half_year = half_year.next
    return found[::-1]


def added_later(period: ReportingPeriod | None) -> list[Assignment]:
    """Leads in force that have no row in ``period``: they owe from the next one on."""
    if period is None:
        return []
    there = period.reports.values("assignment")
    missing = leads_in_force(period).exclude(pk__in=there)
    return list(missing.select_related("department", "work_item__task"))
