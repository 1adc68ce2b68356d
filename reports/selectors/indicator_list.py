"""All indicators of a plan: targets by year, the newest value, how it stands."""

import dataclasses
from collections import Counter
from collections.abc import Sequence

from django.db.models import QuerySet

from departments.models import User
from departments.rights import rights_of
from reports.attainment import Verdict
from reports.calendar import HalfYear
from reports.models import Series
from reports.selectors.current import SHOWN, recent_periods
from reports.selectors.indicator_chart import Spark, spark_of
from reports.selectors.measurements import bases_of, series_of
from reports.selectors.readings import (
    Reading,
    Rows,
    newest_reading,
    readable_items,
    reading_of,
    verdict_over,
    visible_rows,
    year_readings,
)
from reports.selectors.yardstick import Yardstick, yardstick_of
from tasks.models import Indicator, Plan, Target


@dataclasses.dataclass(frozen=True)
class TargetLine:
    """A target of a year, and how the value of that year stands against it."""

    target: Target
    words: str
    readings: list[Reading | None]
    verdict: Verdict

    @property
    def values(self) -> str:
        """The values of the target's year, or nothing."""
        return "、".join(reading.words for reading in self.readings if reading)


@dataclasses.dataclass(frozen=True)
class IndicatorLine:
    """``readings`` are the newest ones, one a series; ``verdict`` is the worst of them.

    Where the user may not see the values (``sees``) only the targets stand.
    """

    indicator: Indicator
    targets: list[TargetLine]
    sees: bool
    readings: list[Reading | None]
    verdict: Verdict
    sparks: list[Spark]
    missing_bases: list[int]


@dataclasses.dataclass(frozen=True)
class IndicatorList:
    """``lines`` have numbers, ``worded`` have words only; ``counts`` is by status."""

    lines: list[IndicatorLine]
    worded: list[Indicator]
    withdrawn: list[Indicator]
    counts: dict[str, int]


@dataclasses.dataclass(frozen=True)
class _Sources:
    """Everything the lines need, read once."""

    series: dict[int, list[Series]]
    rows: Rows
    halves: list[HalfYear]
    items: set[int] | None
    own: frozenset[int]
    year: int


def indicator_list(plan: Plan, user: User, year: int) -> IndicatorList:
    """The plan's indicators as ``user`` may see them; ``year`` is the one to report next.

    A fixed number of queries, and of half-years looked at.
    """
    everything = list(_with_all(plan.indicators.order_by("order")))
    there = [row for row in everything if row.withdrawn_on is None]
    numbered = [row for row in there if any(one.value is not None for one in row.targets.all())]
    sources = _sources(plan, user, numbered, year)
    bases = bases_of(numbered)
    lines = [_line(row, yardstick_of(row, bases[row.pk]), sources) for row in numbered]
    return IndicatorList(
        lines=lines,
        worded=[row for row in there if row not in numbered],
        withdrawn=[row for row in everything if row.withdrawn_on is not None],
        counts=Counter(line.verdict.attainment.value for line in lines if line.sees),
    )


def _with_all(rows: "QuerySet[Indicator]") -> "QuerySet[Indicator]":
    return rows.select_related("plan", "work_item__task").prefetch_related("targets")


def _sources(plan: Plan, user: User, indicators: Sequence[Indicator], year: int) -> _Sources:
    periods = recent_periods(user, plan.slug)[:SHOWN]
    years = {target.year for row in indicators for target in row.targets.all()}
    series = series_of(plan, indicators)
    rows = visible_rows(user, series, periods, period__plan=plan, period__year__in=sorted(years))
    return _Sources(
        series=series,
        rows=rows,
        halves=[period.half_year for period in periods],
        items=readable_items(user, plan),
        own=rights_of(user).works_for,
        year=year,
    )


def _line(indicator: Indicator, yardstick: Yardstick, sources: _Sources) -> IndicatorLine:
    series = sources.series[indicator.pk]
    newest = [newest_reading(one, sources.halves, sources.rows, yardstick) for one in series]
    return IndicatorLine(
        indicator=indicator,
        targets=target_lines(indicator, series, sources.rows, yardstick),
        sees=_sees(indicator, series, sources),
        readings=newest,
        verdict=verdict_over(newest, yardstick, sources.year),
        sparks=[_spark(one, yardstick, sources) for one in series],
        missing_bases=yardstick.missing_bases,
    )


def _sees(indicator: Indicator, series: Sequence[Series], sources: _Sources) -> bool:
    if sources.items is None or indicator.work_item_id in sources.items:
        return True
    return any(one.department.pk in sources.own for one in series)


def target_lines(
    indicator: Indicator, series: Sequence[Series], rows: Rows, yardstick: Yardstick
) -> list[TargetLine]:
    """The targets with a number, by year, each with the value of its own year."""
    aims = {aim.year: aim for aim in yardstick.aims}
    lines = []
    for target in sorted(indicator.targets.all(), key=lambda row: row.year):
        if target.year in aims:
            found = year_readings(series, target.year, rows, yardstick)
            verdict = verdict_over(found, yardstick, target.year)
            words = yardstick.aim_words(aims[target.year])
            lines.append(TargetLine(target, words, found, verdict))
    return lines


def _spark(series: Series, yardstick: Yardstick, sources: _Sources) -> Spark:
    halves = [half for half in reversed(sources.halves) if not yardstick.is_partial(half)]
    readings = [reading_of(series, half, sources.rows, yardstick) for half in halves]
    values = [reading.row.value if reading.row else None for reading in readings]
    return spark_of(values, yardstick.level(halves[-1].year) if halves else None)
