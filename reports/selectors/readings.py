"""The values that count, by whose they are and by half-year, with the verdict on each."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from departments.models import User
from departments.rights import rights_of
from reports.attainment import Verdict, worst
from reports.calendar import HalfYear
from reports.models import Measurement, ReportingPeriod, Series
from reports.policies import Right, may
from reports.querysets import items_of
from reports.selectors.measurements import standing
from reports.selectors.yardstick import Yardstick
from tasks.models import Plan

Rows = dict[tuple[int, int], dict[HalfYear, list[Measurement]]]
"""(indicator id, department id) → half-year → every value entered."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """The value of a series that counts in a half-year (None: there is none)."""

    series: Series
    half: HalfYear
    row: Measurement | None
    verdict: Verdict

    @property
    def number(self) -> str:
        return self.row.number if self.row else ""

    @property
    def words(self) -> str:
        """``9.3%``, or nothing."""
        return f"{self.number}{self.series.indicator.unit}" if self.number else ""


def visible_rows(
    user: User,
    series: Mapping[int, Sequence[Series]],
    periods: Sequence[ReportingPeriod],
    **also: Any,
) -> Rows:
    """Every value of ``periods``, and of those that ``also`` names, that ``user`` may see.

    ``series`` goes by indicator id. What a department entered that leads no more stands in the
    first of the indicator's series, so that a line goes on when the lead changes.
    """
    found: Rows = defaultdict(lambda: defaultdict(list))
    bodies = {key: [one.department.pk for one in rows] for key, rows in series.items()}
    wanted = Q(period__in=periods) | Q(**also) if also else Q(period__in=periods)
    rows = Measurement.objects.visible_to(user).filter(wanted, indicator__in=list(series))
    rows = rows.select_related("period", "by").prefetch_related("attachments")
    for row in rows.order_by("at", "pk"):
        known = bodies[row.indicator_id] or [row.department_id]
        body = row.department_id if row.department_id in known else known[0]
        found[row.indicator_id, body][row.period.half_year].append(row)
    return found


def reading_of(series: Series, half: HalfYear, rows: Rows, yardstick: Yardstick) -> Reading:
    """What counts of ``series`` in ``half``."""
    row = standing(rows[series.indicator.pk, series.department.pk][half])
    return Reading(series, half, row, yardstick.verdict(row.value if row else None, half))


def newest_reading(
    series: Series, halves: Sequence[HalfYear], rows: Rows, yardstick: Yardstick
) -> Reading | None:
    """The newest of ``halves`` (newest first) with a value; one of a whole year where it counts."""
    found = [reading_of(series, half, rows, yardstick) for half in halves]
    known = [reading for reading in found if reading.row is not None]
    whole = [reading for reading in known if not yardstick.is_partial(reading.half)]
    return next(iter(whole or known), None)


def verdict_over(readings: Sequence[Reading | None], yardstick: Yardstick, year: int) -> Verdict:
    """One verdict over all series: the worst; a series without a value counts as 无数据."""
    empty = yardstick.verdict(None, HalfYear(year, 2))
    return worst([reading.verdict if reading else empty for reading in readings] or [empty])


def year_readings(
    series: Iterable[Series], year: int, rows: Rows, yardstick: Yardstick
) -> list[Reading | None]:
    """The newest value of ``year`` of each series."""
    halves = [HalfYear(year, 2), HalfYear(year, 1)]
    return [newest_reading(one, halves, rows, yardstick) for one in series]


def readable_items(user: User, plan: Plan) -> set[int] | None:
    """Ids of the work items whose values ``user`` may see; None means all; one query at most."""
    if may(user, Right.READ_FILED, plan):
        return None
    return set(items_of(rights_of(user)))
