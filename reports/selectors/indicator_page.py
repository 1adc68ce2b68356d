"""One indicator: its targets, its values half-year by half-year, how they came about."""

import dataclasses
from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.urls import reverse

from departments.models import User
from departments.rights import rights_of
from reports.attainment import Verdict, binding
from reports.calendar import HalfYear
from reports.models import Attachment, Baseline, Measurement, ReportingPeriod, Series
from reports.policies import Right, confirms, may
from reports.selectors.current import SHOWN, recent_periods
from reports.selectors.indicator_chart import Chart, Column, Spot, indicator_chart
from reports.selectors.indicator_list import TargetLine, target_lines
from reports.selectors.measurements import series_of
from reports.selectors.readings import (
    Reading,
    Rows,
    newest_reading,
    readable_items,
    reading_of,
    verdict_over,
    visible_rows,
)
from reports.selectors.yardstick import Yardstick, yardstick_of
from tasks.models import Indicator


@dataclasses.dataclass(frozen=True)
class Cell:
    """A series in a half-year: what counts, and every value entered, the newest first.

    ``url`` leads to the form where the user may enter a value, ``act`` says which.
    """

    reading: Reading
    rows: list[Measurement]
    url: str
    act: str

    @property
    def files(self) -> list[Attachment]:
        row = self.reading.row
        files = row.attachments.all() if row else []
        return [file for file in files if file.removed_at is None]

    @property
    def differs(self) -> bool:
        """Whether the department filed another value after the final one."""
        row = self.reading.row
        if row is None or not row.is_final:
            return False
        newest = self.rows[0]
        return not newest.is_final and newest.value != row.value


@dataclasses.dataclass(frozen=True)
class PeriodLine:
    period: ReportingPeriod
    cells: list[Cell]


@dataclasses.dataclass(frozen=True)
class BaseLine:
    """A base year: its value in force and the earlier ones, or nothing yet."""

    year: int
    rows: list[Baseline]


@dataclasses.dataclass(frozen=True)
class IndicatorPage:
    indicator: Indicator
    series: list[Series]
    sees: bool
    targets: list[TargetLine]
    bases: list[BaseLine]
    sets_baseline: bool
    newest: list[Reading | None]
    verdict: Verdict
    lines: list[PeriodLine]
    pages: Page  # type: ignore[type-arg]
    chart: Chart | None


def indicator_page(indicator: Indicator, user: User, year: int, number: str) -> IndicatorPage:
    """The page of ``indicator`` as ``user`` may see it, SHOWN half-years at a time.

    ``year`` is the one to report next, ``number`` the page asked for. A fixed number of queries.
    """
    plan, series = indicator.plan, series_of(indicator.plan, [indicator])[indicator.pk]
    pages = Paginator(plan.periods.order_by("-year", "-half"), SHOWN).get_page(number)
    periods = list(pages.object_list)
    latest = recent_periods(user, plan.slug)[:SHOWN]
    bases = list(indicator.baselines.select_related("by"))
    yardstick = yardstick_of(indicator, {row.year: row.value for row in bases})
    rows = visible_rows(
        user,
        {indicator.pk: series},
        [*periods, *latest],
        period__plan=plan,
        period__year__in=[aim.year for aim in yardstick.aims],
    )
    items = readable_items(user, plan)
    own = {one.department.pk for one in series} & rights_of(user).works_for
    halves = [period.half_year for period in latest]
    newest = [newest_reading(one, halves, rows, yardstick) for one in series]
    lines = [_line(period, series, rows, yardstick, user) for period in periods]
    return IndicatorPage(
        indicator=indicator,
        series=series,
        sees=items is None or indicator.work_item_id in items or bool(own),
        targets=target_lines(indicator, series, rows, yardstick),
        bases=[_base_line(base, bases) for base in yardstick.base_years],
        sets_baseline=indicator.withdrawn_on is None and confirms(user, series),
        newest=newest,
        verdict=verdict_over(newest, yardstick, year),
        lines=lines,
        pages=pages,
        chart=_chart(series, lines, yardstick),
    )


def _base_line(year: int, bases: Sequence[Baseline]) -> BaseLine:
    return BaseLine(year, [row for row in reversed(bases) if row.year == year])


def _line(
    period: ReportingPeriod,
    series: Sequence[Series],
    rows: Rows,
    yardstick: Yardstick,
    user: User,
) -> PeriodLine:
    cells = []
    for one in series:
        found = rows[one.indicator.pk, one.department.pk][period.half_year]
        url, act = _way_in(one, period, user)
        reading = reading_of(one, period.half_year, rows, yardstick)
        cells.append(Cell(reading, list(reversed(found)), url, act))
    return PeriodLine(period, cells)


def _way_in(series: Series, period: ReportingPeriod, user: User) -> tuple[str, str]:
    """The form's address and what one does there; nothing for who only reads."""
    final = may(user, Right.CONFIRM_VALUE, series)
    if series.indicator.withdrawn_on or not (final or may(user, Right.ENTER_VALUE, series)):
        return "", ""
    plan, department = series.indicator.plan.slug, series.department.code
    address = [plan, series.indicator.code, period.code, department]
    return reverse("measurement-enter", args=address), "核定" if final else "填报"


def _chart(
    series: Sequence[Series], lines: Sequence[PeriodLine], yardstick: Yardstick
) -> Chart | None:
    """The half-years of the page from the oldest on."""
    ordered = list(reversed(lines))
    columns = [_column(line.period.half_year, yardstick) for line in ordered]
    curves = [
        (one.department.name, [_spot(line, place, yardstick) for line in ordered])
        for place, one in enumerate(series)
    ]
    return indicator_chart(columns, curves)


def _column(half: HalfYear, yardstick: Yardstick) -> Column:
    aim = binding(yardstick.aims, half.year)
    words = f"{yardstick.aim_words(aim)}（{aim.year}年）" if aim else ""
    label = f"{half.year % 100:02d}{'上' if half.half == 1 else '下'}"
    return Column(label, yardstick.level(half.year), words)


def _spot(line: PeriodLine, place: int, yardstick: Yardstick) -> Spot | None:
    reading = line.cells[place].reading
    row = reading.row
    if row is None or row.value is None:
        return None
    who = f"{reading.series.department}，" if len(line.cells) > 1 else ""
    words = f"{line.period.label}，{who}{reading.words}，{row.kind}，{reading.verdict.light.word}"
    joined = not yardstick.is_partial(reading.half)
    anchor = f"#p{line.period.code}"
    return Spot(row.value, reading.number, words, anchor, row.is_final, joined)
