"""Values of indicators: which of several counts, and with what a new one is compared."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q

from departments.models import Department
from reports.calendar import HalfYear
from reports.models import Baseline, Measurement, ReportingPeriod, Series
from reports.policies import receivers_of
from reports.selectors.current import SHOWN
from reports.value_checks import Before, Measure
from tasks.models import Assignment, Indicator, Plan


def standing(rows: Iterable[Measurement]) -> Measurement | None:
    """The one of ``rows`` (one indicator, department and half-year) that counts.

    The newest final one, else the newest preliminary one; None where that was left out.
    """
    found = list(rows)
    pool = [row for row in found if row.is_final] or found
    newest = max(pool, key=lambda row: (row.at, row.pk), default=None)
    return newest if newest is not None and newest.value is not None else None


def measure_of(indicator: Indicator) -> Measure:
    """What limits the values of ``indicator``."""
    return Measure(indicator.unit, indicator.highest)


def series_of(plan: Plan, indicators: Iterable[Indicator]) -> dict[int, list[Series]]:
    """Indicator id → whose values it has: the leads of its row; two queries.

    The leads in force, or those that were where the row has left the plan. An indicator that
    hangs on no row is the first receiver's.
    """
    rows = list(indicators)
    by_item = _leads_by_item(row.work_item_id for row in rows if row.work_item_id)
    wide = any(row.work_item_id is None for row in rows)
    first = Department.objects.filter(pk__in=receivers_of(plan)[:1]).first() if wide else None
    found: dict[int, list[Series]] = {}
    for row in rows:
        parts = by_item[row.work_item_id] if row.work_item_id else []
        found[row.pk] = [Series(row, part.department, part.scope) for part in parts]
        if row.work_item_id is None and first is not None:
            found[row.pk] = [Series(row, first)]
    return found


def _leads_by_item(items: Iterable[int]) -> dict[int, list[Assignment]]:
    leads = Assignment.objects.leads().filter(work_item__in=list(items))
    found: dict[int, list[Assignment]] = defaultdict(list)
    for lead in leads.select_related("department").order_by("order"):
        found[lead.work_item_id].append(lead)
    for item, parts in found.items():
        found[item] = [part for part in parts if part.withdrawn_on is None] or parts
    return found


def bases_of(indicators: Iterable[Indicator]) -> dict[int, dict[int, Decimal]]:
    """Indicator id → base year → its value, the newest entered; one query."""
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in Baseline.objects.filter(indicator__in=list(indicators)).order_by("at", "pk"):
        found[row.indicator_id][row.year] = row.value
    return found


def values_before(
    period: ReportingPeriod, department: int, indicators: Iterable[Indicator]
) -> dict[int, Before]:
    """Indicator id → what ``department`` (id) had in the half-year before ``period``; one query.

    The newest of the SHOWN earlier half-years that has a value; for what counts from January, the
    same half of the year before.
    """
    rows = list(indicators)
    here = period.half_year
    earlier = Q(period__year__lt=here.year) | Q(period__year=here.year, period__half__lt=here.half)
    earlier &= Q(period__year__gte=here.year - SHOWN // 2)
    known = Measurement.objects.filter(earlier, department=department, indicator__in=rows)
    by_half: dict[int, dict[HalfYear, list[Measurement]]] = defaultdict(lambda: defaultdict(list))
    for row in known.filter(period__plan=period.plan_id).select_related("period"):
        by_half[row.indicator_id][row.period.half_year].append(row)
    pairs = ((one.pk, _before(one, here, by_half[one.pk])) for one in rows)
    return {pk: before for pk, before in pairs if before is not None}


def _before(
    indicator: Indicator, here: HalfYear, halves: dict[HalfYear, list[Measurement]]
) -> Before | None:
    wanted = sorted(halves, reverse=True)
    if indicator.accumulates:
        wanted = [half for half in wanted if half == HalfYear(here.year - 1, here.half)]
    for half in wanted:
        row = standing(halves[half])
        if row is not None and row.value is not None:
            return Before(half.label, row.value)
    return None
