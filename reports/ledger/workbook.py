"""The ledger as a workbook: the annex's layout and merges, ready to print on A3."""

from collections.abc import Hashable, Sequence

from reports.calendar import deadline_words
from reports.ledger.columns import KEY, Column
from reports.ledger.roll import Roll
from reports.ledger.rows import LedgerRow
from reports.ledger.sheet import (
    FIRST_ROW,
    HEADER_ROW,
    dress,
    merge,
    put_text,
    row_height,
    runs,
    saved,
    set_up_page,
    write_head,
)
from reports.models import ReportingPeriod

__all__ = ["FIRST_ROW", "HEADER_ROW", "ledger_workbook"]


def ledger_workbook(
    period: ReportingPeriod, rows: Sequence[LedgerRow], columns: Sequence[Column], owner: str = ""
) -> bytes:
    """The .xlsx bytes of ``rows``; ``owner`` names the department where it is one's own ledger.

    A hidden column at the end holds each row's key, by which a history import knows it again.
    """
    roll = Roll(period.code)
    roll.book.properties.title = f"{period.plan.title} {period.label}台账"
    roll.book.properties.creator = "万州节水行动"
    set_up_page(roll.sheet, len(rows), len(columns))
    title = f"{period.plan.annex_title}（{period.label}进展台账）"
    due = f"报送截止：{deadline_words(period.due_on)}"
    keyed = [*columns, KEY]
    write_head(roll, title, f"{owner + '　' if owner else ''}{due}", keyed)
    _write_body(roll, rows, keyed)
    roll.finish()
    return saved(roll.book)


def _write_body(roll: Roll, rows: Sequence[LedgerRow], columns: Sequence[Column]) -> None:
    covered: set[tuple[int, int]] = set()
    for number, column in enumerate(columns, 1):
        if column.annex:
            for area in runs(number, [_span(row, column) for row in rows]):
                merge(roll, area)
                covered.update((row, number) for row in range(area.min_row + 1, area.max_row + 1))
    for at, row in enumerate(rows, FIRST_ROW):
        _write(roll, at, row, columns, covered)


def _span(row: LedgerRow, column: Column) -> Hashable:
    """As in the annex: number and task go over the task's rows; 8.2's cells over both its leads."""
    return row.item.task_id if column.task_wide else row.item.pk


def _write(
    roll: Roll,
    at: int,
    row: LedgerRow,
    columns: Sequence[Column],
    covered: set[tuple[int, int]],
) -> None:
    shown = []
    for number, column in enumerate(columns, 1):
        text = column.read(row)
        dress(put_text(roll, at, number, "" if (at, number) in covered else text), column)
        if not (column.task_wide or column.hidden):
            shown.append((text, column.width))
    roll.row_dimensions[at].height = row_height(shown)
