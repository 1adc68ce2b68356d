"""A stretch of half-years that a page shows, and the way to the ones before and after."""

import dataclasses
import functools
from collections.abc import Iterable, Sequence

from django.db.models import Q

from departments.errors import DomainError
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from reports.selectors.current import SHOWN
from reports.selectors.frozen import Frozen, freeze
from tasks.models import Plan


@dataclasses.dataclass(frozen=True)
class Span:
    """The half-years for which a plan may have reports: from its first to the newest opened."""

    first: HalfYear
    last: HalfYear

    def __contains__(self, half_year: HalfYear) -> bool:
        return self.first <= half_year <= self.last


@dataclasses.dataclass(frozen=True)
class Window:
    """Some half-years in a row, the oldest first; ``periods`` are those that were opened.

    ``before`` is the period right before the first one, to compare with, where it was opened.
    ``older`` and ``newer`` are the last half-years of the pages before and after, ``newest``
    whether the page is the one that is shown first.
    """

    half_years: list[HalfYear]
    periods: dict[HalfYear, ReportingPeriod]
    before: ReportingPeriod | None = None
    older: HalfYear | None = None
    newer: HalfYear | None = None

    @functools.cached_property
    def slots(self) -> list[int]:
        """The period's id for each half-year, 0 where it was not opened."""
        periods = [self.periods.get(half_year) for half_year in self.half_years]
        return [period.pk if period else 0 for period in periods]

    @property
    def frozen(self) -> "Frozen[Window]":
        """The window by all that it says."""
        periods = [freeze(period) for period in self.periods.values()]
        before = freeze(self.before) if self.before else None
        return Frozen(self, (*self.half_years, self.older, self.newer, before, *periods))

    @property
    def last(self) -> HalfYear:
        return self.half_years[-1]

    @property
    def label(self) -> str:
        """``2020年下半年至2026年下半年``."""
        first, last = self.half_years[0].label, self.last.label
        return last if first == last else f"{first}至{last}"

    @property
    def query(self) -> str:
        """The word of the address that leads to this very page; empty for the one shown first."""
        return f"to={self.last.code}" if self.newer else ""


def window_at(plan: Plan, newest: Sequence[ReportingPeriod], code: str = "") -> Window | None:
    """The page of SHOWN half-years of ``plan`` that ends with the half-year ``code`` (2026H2; empty
    for the newest); None where none was opened yet.

    ``newest`` are the plan's newest periods, as many as ``recent_periods`` gives; another page than
    the newest takes a query. A page that would be short reaches on, so that it is as full as the
    plan admits. Raises DomainError where ``code`` is none of the plan's.
    """
    if not newest:
        return None
    span = _span(plan, newest[0])
    end = max(_half_year_in(span, code), min(span.first.shifted(SHOWN - 1), span.last))
    start = max(end.shifted(1 - SHOWN), span.first)
    rows = newest if end == span.last else _read(plan, start.previous, end)
    periods = _by_half_year(plan, rows, start.previous)
    return Window(
        before=periods.pop(start.previous, None),
        half_years=start.until(end),
        periods=periods,
        older=start.previous if start > span.first else None,
        newer=min(end.shifted(SHOWN), span.last) if end < span.last else None,
    )


def whole(plan: Plan) -> Window | None:
    """All half-years of ``plan`` at once, for a workbook; None where none was opened yet."""
    rows = list(plan.periods.order_by("-year", "-half"))
    if not rows:
        return None
    span = _span(plan, rows[0])
    return Window(span.first.until(span.last), _by_half_year(plan, rows, span.first))


def _span(plan: Plan, newest: ReportingPeriod) -> Span:
    return Span(min(HalfYear.parse(plan.first_period), newest.half_year), newest.half_year)


def _half_year_in(span: Span, code: str) -> HalfYear:
    if not code:
        return span.last
    try:
        half_year = HalfYear.parse(code)
    except ValueError as error:
        raise DomainError(str(error)) from error
    if half_year not in span:
        raise DomainError(
            f"{half_year.label}不在已有的报告期之内（{span.first.label}至{span.last.label}）。"
        )
    return half_year


def _read(plan: Plan, start: HalfYear, end: HalfYear) -> list[ReportingPeriod]:
    after = Q(year__gt=start.year) | Q(year=start.year, half__gte=start.half)
    before = Q(year__lt=end.year) | Q(year=end.year, half__lte=end.half)
    return list(plan.periods.filter(after, before).order_by("-year", "-half"))


def _by_half_year(
    plan: Plan, rows: Iterable[ReportingPeriod], start: HalfYear
) -> dict[HalfYear, ReportingPeriod]:
    """Those of ``rows`` from ``start`` on."""
    found = {}
    for period in rows:
        if period.half_year >= start:
            period.plan = plan
            found[period.half_year] = period
    return found
