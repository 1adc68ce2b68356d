"""A half-year before its result is published: what all will see then, and what is still open."""

import dataclasses
import datetime
from collections.abc import Sequence

from reports.models import ReportingPeriod
from reports.selectors.department_lines import DepartmentLine, department_lines
from reports.selectors.figures import rows_with
from reports.selectors.overview import Overview, overview_of
from reports.selectors.period_rows import Row
from reports.selectors.scope import Scope

EVERYBODY = Scope(everything=True, departments=frozenset(), linked=frozenset())
"""What of a published half-year those may see who have no other part in it."""
OPEN = (("owed", "尚未报送", "各项均已报送。"), ("filed", "尚未审核通过", "已报送的均已审核通过。"))
"""Figures of what is not done, each with its heading and what is said where there is none."""


@dataclasses.dataclass(frozen=True)
class StillOpen:
    """The items of one figure (``key``), by lead department; ``none`` is said without any."""

    key: str
    title: str
    lines: list[DepartmentLine]
    none: str

    @property
    def count(self) -> int:
        return sum(len(line.tally.rows) for line in self.lines)


def still_open(rows: Sequence[Row]) -> list[StillOpen]:
    """What of ``rows`` is not filed, and what is filed but not accepted."""
    return [
        StillOpen(key, title, department_lines(rows_with(rows, key)), none)
        for key, title, none in OPEN
    ]


def may_publish_on(period: ReportingPeriod, today: datetime.date) -> bool:
    """Whether the deadline of ``period`` has passed on ``today`` (date in Asia/Shanghai)."""
    return period.due_on < today


def published_view(period: ReportingPeriod, today: datetime.date) -> Overview:
    """The overview of ``period`` as everybody sees it once its result is published."""
    return overview_of(period, EVERYBODY, today)
