"""The lead departments' figures, a line each."""

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse

from reports.models import ReportingPeriod
from reports.selectors.attention import urge_address, urge_url
from reports.selectors.charts import Bar, linked_bar, status_bar
from reports.selectors.figures import SHARES, Tally
from reports.selectors.period_rows import Row
from reports.selectors.scope import Scope
from reports.states import Status

UNIT = 18
"""The width of one report in a department's bar."""


class Count(NamedTuple):
    """A number of the table: the figure's key, and the number in words, empty for none."""

    key: str
    number: str


@dataclasses.dataclass(frozen=True)
class DepartmentLine:
    """A lead department's figures; ``list_url`` is the list of its reports, ``svg`` its bar.

    ``rank`` only where the plan wants a ranking; ``extension_url`` and ``urge_url`` where the
    reader can set a later deadline for what the department owes, or urge it.
    """

    name: str
    code: str
    tally: Tally
    bar: Bar
    list_url: str = ""
    svg: str = ""
    extension_url: str = ""
    urge_url: str = ""
    rank: int | None = None
    acknowledged: str = ""

    @property
    def filed(self) -> list[Count]:
        """应报 and 已报."""
        return self._counts("due", "in_hand")

    @property
    def missed(self) -> list[Count]:
        """迟报 and 逾期未报."""
        return self._counts("late", "overdue")

    def _counts(self, *keys: str) -> list[Count]:
        return [Count(key, str(self.tally[key] or "")) for key in keys]

    @property
    def rates(self) -> list[str]:
        """报送率 and both 按时率, as the table shows them."""
        shares = [self.tally.share(key) for key in SHARES]
        return ["—" if share is None else f"{share}%" for share in shares]


def department_lines(rows: Iterable[Row], *, ranked: bool = False) -> list[DepartmentLine]:
    """Lead departments by the number of reports due, then in the plan's order of departments.

    With ``ranked`` by rate of filing, the same rate sharing a rank.
    """
    by_department = sorted(rows, key=lambda row: row.report.department_id)
    lines = [
        _line(list(group))
        for _, group in itertools.groupby(by_department, lambda row: row.report.department_id)
    ]
    lines.sort(key=lambda line: (-line.tally["due"], _order(line), line.name))
    return _rank(lines) if ranked else lines


def _line(rows: list[Row]) -> DepartmentLine:
    department = rows[0].report.department
    statuses = [Status.RETURNED if row.returned else row.status for row in rows]
    bar = status_bar(statuses, unit=UNIT)
    return DepartmentLine(department.name, department.code, Tally(rows), bar)


def _order(line: DepartmentLine) -> int:
    return line.tally.rows[0].report.department.order


def _rank(lines: list[DepartmentLine]) -> list[DepartmentLine]:
    rates = [line.tally.filed_rate or 0 for line in lines]
    places = [1 + sum(other > rate for other in rates) for rate in rates]
    ranked = [
        dataclasses.replace(line, rank=place) for line, place in zip(lines, places, strict=True)
    ]
    return sorted(ranked, key=lambda line: line.rank or 0)


def linked_lines(
    period: ReportingPeriod, scope: Scope, lines: Sequence[DepartmentLine]
) -> list[DepartmentLine]:
    """``lines`` with their lists, their bars on one scale, and what the reader can do about what
    they owe."""
    width = max((line.bar.width for line in lines), default=0)
    where = reverse("overview-list", args=[period.plan.slug, period.code])
    return [_linked(period, scope, line, where, width) for line in lines]


def _linked(
    period: ReportingPeriod, scope: Scope, line: DepartmentLine, where: str, width: int
) -> DepartmentLine:
    list_url = f"{where}?department={line.code}"
    svg = linked_bar(line.bar, list_url, width, f"{line.name}各状态项数")
    owed = next((row for row in line.tally.rows if row.owed), None)
    urge = urge_url(urge_address(period, scope), owed) if owed else ""
    reviews = owed is not None and owed.report.reviewer_id in scope.coordinates
    grants = reviews and not period.is_closed
    place = [period.plan.slug, period.code, line.code]
    extension = reverse("extension-grant", args=place) if grants else ""
    return dataclasses.replace(
        line, list_url=list_url, svg=svg, urge_url=urge, extension_url=extension
    )
