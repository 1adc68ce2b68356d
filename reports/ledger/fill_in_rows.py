"""What a department's fill-in workbook holds: its items with the working copy beside the last
half-year's text, and the indicators of those items."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from departments.models import Department, User
from reports.forms.report import target_words
from reports.ledger.columns import Column
from reports.ledger.rows import LedgerRow, ledger_rows
from reports.models import Report, ReportingPeriod
from reports.selectors.conflict import words
from reports.selectors.history import previous_of
from tasks.models import Indicator


@dataclasses.dataclass(frozen=True)
class FillInRow(LedgerRow):
    """``content`` is the working copy, ``previous`` what was filed in the half-year before.

    With an ``indicator`` the row stands on the second sheet.
    """

    previous: dict[str, Any] = dataclasses.field(default_factory=dict)
    indicator: Indicator | None = None

    @property
    def is_open(self) -> bool:
        return self.report is not None and self.report.is_writable

    @property
    def key(self) -> str:
        if self.row_key is None:
            return ""
        code = self.indicator.code if self.indicator else ""
        return str(dataclasses.replace(self.row_key, indicator=code))

    @property
    def version(self) -> str:
        return str(self.report.version) if self.report else ""

    @property
    def status(self) -> str:
        return self.report.get_status_display() if self.report else ""

    @property
    def indicator_name(self) -> str:
        return self.indicator.name if self.indicator else ""

    @property
    def unit(self) -> str:
        return self.indicator.unit if self.indicator else ""

    @property
    def target(self) -> str:
        targets = self.indicator.targets.all() if self.indicator else []
        return "；".join(target_words(row) for row in targets)

    @property
    def previous_value(self) -> str:
        values = self.previous.get("indicator_values") or {}
        return str(values.get(self.indicator.code, "")) if self.indicator else ""

    @property
    def value(self) -> str:
        values = self.content.get("indicator_values") or {}
        return str(values.get(self.indicator.code, "")) if self.indicator else ""

    def typed(self, column: Column) -> str:
        """What stands in an input's cell: a content value as the form would show it."""
        if column.input is None or self.indicator is not None:
            return column.read(self)
        name = column.input.field
        value = self.content.get(name)
        return words(name, value) if name == "state" else str("" if value is None else value)


def fill_in_rows(
    period: ReportingPeriod, department: Department, user: User | None
) -> list[FillInRow]:
    """The items that ``department`` leads in ``period``, in the annex's order.

    The working copy is read: the caller has made sure that ``user`` (None: the command) may.
    A fixed number of queries.
    """
    rows = ledger_rows(period, user, department.code)
    reports = [row.report for row in rows if row.report is not None]
    for row in rows:
        if row.report is not None:
            row.report.period, row.report.assignment = period, row.assignment
            row.report.department = department
    previous = previous_of(reports)
    return [
        _fill_in(row, row.report, previous.get(row.report.pk))
        for row in rows
        if row.report is not None
    ]


def _fill_in(row: LedgerRow, report: Report, previous: Report | None) -> FillInRow:
    kept = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    before = previous.filed_content if previous else {}
    return FillInRow(**kept | {"content": report.content()}, previous=before)


def indicator_rows(rows: Sequence[FillInRow]) -> list[FillInRow]:
    """A row per measurable indicator of the items of ``rows``; two queries."""
    found = Indicator.objects.in_force().with_numbers().prefetch_related("targets")
    by_item: dict[int | None, list[Indicator]] = {}
    for indicator in found.filter(work_item__in=[row.item.pk for row in rows]):
        by_item.setdefault(indicator.work_item_id, []).append(indicator)
    return [
        dataclasses.replace(row, indicator=indicator)
        for row in rows
        for indicator in by_item.get(row.item.pk, [])
    ]
