"""The overview of a half-year: figures, wall of lights, departments, red list, chart."""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reports.models import ReportingPeriod
from reports.selectors.attention import AttentionList, attention_of, urge_address, urge_url
from reports.selectors.department_lines import DepartmentLine, department_lines, linked_lines
from reports.selectors.facts import ReportFacts, before_from
from reports.selectors.figures import Tally
from reports.selectors.filing_chart import FilingChart, Filings, filing_chart
from reports.selectors.kpis import Numbers
from reports.selectors.past import Past, read_past, rows_then
from reports.selectors.period_rows import (
    Beside,
    Row,
    Rows,
    period_rows,
    read_beside,
    rows_from,
)
from reports.selectors.scope import Scope
from reports.selectors.wall import SectionWall, walls_of


@dataclasses.dataclass(frozen=True)
class Earlier:
    """The half-year before: ``rows`` as it stands now, ``same_day`` at the same distance from its
    deadline; None where it was imported without the days of filing."""

    period: ReportingPeriod
    rows: list[Row]
    same_day: list[Row] | None


@dataclasses.dataclass(frozen=True)
class Overview:
    """Context of the overview; ``total`` counts everything, ``seen`` what may be seen one by one.

    ``total_before`` and ``seen_before`` are the half-year before on the same day, if known.
    """

    period: ReportingPeriod
    scope: Scope
    total: Tally
    total_before: Tally | None
    seen: Tally
    seen_before: Tally | None
    sections: list[SectionWall]
    tasks: int
    departments: list[DepartmentLine]
    attention: AttentionList
    chart: FilingChart
    is_past: bool
    acknowledged: str = ""

    @property
    def reports(self) -> list[ReportFacts]:
        return [row.report for row in self.total.rows if isinstance(row.report, ReportFacts)]

    @property
    def total_numbers(self) -> Numbers:
        """The numbers of everything."""
        return Numbers.of(self.total, self.total_before)

    @property
    def own_numbers(self) -> Numbers:
        """The numbers of what may be seen one by one."""
        return Numbers.of(self.seen, self.seen_before)


class Record(NamedTuple):
    """What the database holds of a half-year's figures; ``past`` is of the half-year before, None
    where that was imported without the days of filing."""

    beside: Beside
    past: Past | None


def read_record(period: ReportingPeriod, today: datetime.date) -> Record:
    """What all figures of ``period`` on ``today`` are counted from; four queries at most."""
    beside = read_beside(period)
    before, reports = before_from(beside.before, period)
    if any(Row(report, today).day_unknown for report in reports):
        return Record(beside, None)
    return Record(beside, read_past(before, reports, _same_day(before, period, today)))


def overview_of(period: ReportingPeriod, scope: Scope, today: datetime.date) -> Overview:
    """Everything the page shows; four queries at most, however many half-years there are."""
    return overview_from(read_record(period, today), period, scope, today)


def overview_from(
    record: Record, period: ReportingPeriod, scope: Scope, today: datetime.date
) -> Overview:
    """Everything the page shows, out of ``record``."""
    both = rows_from(record.beside, period, today)
    rows, earlier = both.now, earlier_of(both, record.past, period, today)
    seen = scope.rows(rows)
    same_day = earlier.same_day if earlier else None
    return Overview(
        period=period,
        scope=scope,
        total=Tally(rows),
        total_before=None if same_day is None else Tally(same_day),
        seen=Tally(seen),
        seen_before=None if same_day is None else Tally(scope.rows(same_day)),
        sections=walls_of(scope, seen),
        tasks=len({row.report.task_id for row in seen}),
        departments=linked_lines(
            period, scope, department_lines(seen, ranked=period.plan.show_ranking)
        ),
        attention=attention_of(period, scope, seen),
        chart=_chart(period, rows, earlier, today),
        is_past=period.due_on < today,
    )


def allowed_rows(period: ReportingPeriod, scope: Scope, today: datetime.date) -> list[Row]:
    """The rows of ``period`` that may be listed; two queries."""
    return scope.rows(period_rows(period, today))


@dataclasses.dataclass(frozen=True)
class ListLine:
    """A line of the list behind a figure; ``urge_url`` where its lead can be urged."""

    row: Row
    url: str
    urge_url: str


def listed(period: ReportingPeriod, scope: Scope, rows: Iterable[Row]) -> list[ListLine]:
    """``rows`` with their addresses."""
    urge = urge_address(period, scope)
    return [ListLine(row, scope.url_of(row), urge_url(urge, row)) for row in rows]


def earlier_of(
    rows: Rows, past: Past | None, period: ReportingPeriod, today: datetime.date
) -> Earlier | None:
    """The half-year before ``period``, if it was opened."""
    if not rows.earlier:
        return None
    same_day = None
    if past is not None:
        same_day = rows_then(past, rows.earlier, _same_day(rows.before, period, today))
    return Earlier(rows.before, [Row(report, today) for report in rows.earlier], same_day)


def _same_day(
    before: ReportingPeriod, period: ReportingPeriod, today: datetime.date
) -> datetime.date:
    """The day on which ``before`` was as far from its deadline as ``period`` is on ``today``."""
    return before.due_on + (today - period.due_on)


def _chart(
    period: ReportingPeriod, rows: Sequence[Row], earlier: Earlier | None, today: datetime.date
) -> FilingChart:
    known = earlier is not None and earlier.same_day is not None
    return filing_chart(
        Filings(_days(rows), period.due_on),
        Filings(_days(earlier.rows), earlier.period.due_on) if earlier and known else None,
        due=Tally(rows)["due"],
        today=today,
    )


def _days(rows: Iterable[Row]) -> list[datetime.date]:
    return [row.filed_on for row in rows if row.in_hand and row.filed_on]
