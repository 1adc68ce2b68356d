"""A stretch of half-years that a page shows, and the way to the ones before and after."""

import dataclasses
import functools

from django.db.models import Q

from departments.errors import DomainError
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from reports.selectors.frozen import Frozen, freeze
from tasks.models import Plan

SHOWN = 13
"""Half-years on a page."""


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
        return Frozen(self, (*self.half_years, self.older, self.newer, *periods))

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


def span_of(plan: Plan) -> Span | None:
    """None where no half-year of ``plan`` was opened yet; one query."""
    newest = plan.periods.order_by("-year", "-half").first()
    if newest is None:
        return None
    return Span(min(HalfYear.parse(plan.first_period), newest.half_year), newest.half_year)


def window_of(plan: Plan, span: Span, to: HalfYear | None = None) -> Window:
    """The page of SHOWN half-years that ends with ``to`` (the newest); one query.

    A page that would be short reaches on, so that it is as full as the span admits.
    """
    first, last = span.first, span.last
    end = min(max(to or last, first.shifted(SHOWN - 1)), last)
    start = max(end.shifted(1 - SHOWN), first)
    periods = _periods(plan, start.previous, end)
    return Window(
        before=periods.pop(start.previous, None),
        half_years=start.until(end),
        periods=periods,
        older=start.previous if start > first else None,
        newer=min(end.shifted(SHOWN), last) if end < last else None,
    )


def half_year_in(span: Span, code: str) -> HalfYear | None:
    """The half-year ``code`` (2026H2) of an address; None where it is empty.

    Raises DomainError where it is none, or none of ``span``.
    """
    if not code:
        return None
    try:
        half_year = HalfYear.parse(code)
    except ValueError as error:
        raise DomainError(str(error)) from error
    if half_year not in span:
        raise DomainError(
            f"{half_year.label}不在已有的报告期之内（{span.first.label}至{span.last.label}）。"
        )
    return half_year


def whole(plan: Plan, span: Span) -> Window:
    """All half-years of ``span`` at once, for a workbook; one query."""
    return Window(span.first.until(span.last), _periods(plan, span.first, span.last))


def _periods(plan: Plan, start: HalfYear, end: HalfYear) -> dict[HalfYear, ReportingPeriod]:
    after = Q(year__gt=start.year) | Q(year=start.year, half__gte=start.half)
    before = Q(year__lt=end.year) | Q(year=end.year, half__lte=end.half)
    found = {}
    for period in plan.periods.filter(after, before):
        period.plan = plan
        found[period.half_year] = period
    return found
