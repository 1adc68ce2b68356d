"""A half-year's reports as rows, from which every figure is counted."""

import dataclasses
import datetime
import functools
from typing import NamedTuple

from reports import calendar
from reports.likeness import says_the_same
from reports.models import Report, ReportingPeriod
from reports.selectors.facts import (
    ReportFacts,
    Values,
    before_from,
    facts_from,
    read_before,
    read_reports,
)
from reports.states import ASSESSMENT_LABELS, Assessment, Status

REPEATS = (Assessment.STANDING, Assessment.DONE)
"""States of progress in which the same text as the last time is no wonder."""


@dataclasses.dataclass(frozen=True)
class Last:
    """What the half-year before says of the same assignment.

    ``state`` as ``Row.state``; ``unchanged`` whether the text filed now says the very same.
    """

    state: str = ""
    unchanged: bool = False


NOTHING = Last()


@dataclasses.dataclass(frozen=True)
class Row:
    """One report on ``today`` (date in Asia/Shanghai), as overview and home count and show it.

    Of the lead's writing only the state of progress is read, and only while the receivers have
    the report in hand. What is asked for again and again is worked out once: a page counts the
    same rows for dozens of figures.
    """

    report: Report | ReportFacts
    today: datetime.date
    last: Last = NOTHING

    @property
    def code(self) -> str:
        return self.report.code

    @property
    def title(self) -> str:
        return self.report.title

    @property
    def lead(self) -> str:
        """The lead as the annex prints it: 区水利局[直接取水企业]."""
        scope = self.report.scope
        return f"{self.report.department.name}[{scope}]" if scope else self.report.department.name

    @functools.cached_property
    def status(self) -> Status:
        return Status(self.report.status)

    @functools.cached_property
    def light(self) -> calendar.Light:
        return self.report.light(self.today)

    @functools.cached_property
    def unrecorded(self) -> bool:
        """Of a half-year made by a history import, which has no record of it."""
        return self.report.is_unrecorded

    @functools.cached_property
    def counts(self) -> bool:
        """Whether it is 应报: everything but 免报."""
        return self.status != Status.EXEMPT

    @functools.cached_property
    def in_hand(self) -> bool:
        return self.report.is_filed

    @functools.cached_property
    def owed(self) -> bool:
        """Something is still expected of the lead."""
        return self.report.is_owed

    @functools.cached_property
    def returned(self) -> bool:
        """Sent back by the receiver and not refiled, whatever the department did meanwhile."""
        return self.owed and self.report.awaits_refiling

    @functools.cached_property
    def overdue(self) -> bool:
        return self.owed and self.report.due_on < self.today

    @functools.cached_property
    def on_time(self) -> bool:
        return self.in_hand and self.report.late is False

    @functools.cached_property
    def on_time_unextended(self) -> bool:
        """In time without the help of a later deadline: by the half-year's own due date."""
        first = self.filed_on
        return self.on_time and first is not None and first <= self.report.period.due_on

    @functools.cached_property
    def late(self) -> bool:
        return self.in_hand and self.report.late is True

    @functools.cached_property
    def time_unknown(self) -> bool:
        """Filed, but a history import does not know whether it came in time."""
        return self.in_hand and self.report.late is None

    @functools.cached_property
    def day_unknown(self) -> bool:
        """Filed, but a history import does not know on which day."""
        return self.in_hand and self.filed_on is None

    @functools.cached_property
    def state(self) -> str:
        """核定状态, else the lead's own; empty while the report is not in hand."""
        return (self.report.assessed_state or self.report.state) if self.in_hand else ""

    @functools.cached_property
    def state_light(self) -> calendar.Light | None:
        return calendar.progress_light(self.state, ASSESSMENT_LABELS.get(self.state, ""))

    @property
    def unchanged(self) -> bool:
        """Filed with the very text of the half-year before, where that is a wonder."""
        return self.in_hand and self.last.unchanged and self.state not in REPEATS

    @functools.cached_property
    def filed_on(self) -> datetime.date | None:
        """The day of the first filing."""
        return calendar.local_date(self.report.filed_at) if self.report.filed_at else None


@dataclasses.dataclass(frozen=True)
class Rows:
    """A half-year's rows in the plan's order, and the half-year before with its reports (none
    where it was not opened)."""

    now: list[Row]
    before: ReportingPeriod
    earlier: list[ReportFacts]


class Beside(NamedTuple):
    """What the database holds of a half-year's reports, and of those before them."""

    now: Values
    before: Values


def read_beside(period: ReportingPeriod) -> Beside:
    """What ``rows_from`` makes rows of; two queries."""
    return Beside(read_reports(Report.objects.all(), period), read_before(period))


def rows_from(read: Beside, period: ReportingPeriod, today: datetime.date) -> Rows:
    """The rows of ``period``, each with what was said last time."""
    before, earlier = before_from(read.before, period)
    last = {report.assignment_id: report for report in earlier if report.is_filed}
    now = [
        Row(report, today, _compared(report, last.get(report.assignment_id)))
        for report in facts_from(read.now, period)
    ]
    return Rows(now, before, earlier)


def period_rows(period: ReportingPeriod, today: datetime.date) -> list[Row]:
    """The rows of ``period`` in the plan's order; two queries."""
    return rows_from(read_beside(period), period, today).now


def _compared(now: ReportFacts, before: ReportFacts | None) -> Last:
    if before is None:
        return NOTHING
    state = before.assessed_state or before.state
    return Last(state, now.is_filed and says_the_same(before.progress, now.progress))
