"""What was not taken comes back: the same workbook with the reason beside each such row."""

from collections.abc import Sequence

from reports.ledger.columns import FILL_IN, INDICATORS, REASON, Column
from reports.ledger.fill_in import INDICATORS_SHEET, ITEMS_SHEET, Line, Paper, draw, line_of
from reports.ledger.fill_in_rows import FillInRow, indicator_rows
from reports.models import WorkbookRow

Sheet = tuple[Sequence[Column], list[Line]]


def rejected_workbook(
    paper: Paper, rows: Sequence[FillInRow], left: Sequence[WorkbookRow]
) -> bytes:
    """The .xlsx bytes of ``left``, the rows that were not taken, in the layout of ``rows``.

    What was typed stands in the inputs again, and the row keeps the version with which it went
    out: what was a conflict stays one until somebody chooses.
    """
    items = {row.report.pk: row for row in rows if row.report}
    measured = {
        (row.report.pk, row.indicator.code): row
        for row in indicator_rows(rows)
        if row.report and row.indicator
    }
    sheets: dict[str, Sheet] = {
        ITEMS_SHEET: (_with_reason(FILL_IN), []),
        INDICATORS_SHEET: (_with_reason(INDICATORS), []),
    }
    for row in left:
        known = measured.get((row.report_id or 0, row.indicator))
        name = INDICATORS_SHEET if row.indicator or "value" in row.typed else ITEMS_SHEET
        columns, lines = sheets[name]
        lines.append(_line(row, known if row.indicator else items.get(row.report_id or 0), columns))
    return draw(paper, sheets)


def _with_reason(columns: Sequence[Column]) -> list[Column]:
    """The reason stands right before the inputs."""
    first = next(at for at, column in enumerate(columns) if column.input)
    return [*columns[:first], REASON, *columns[first:]]


def _line(row: WorkbookRow, known: FillInRow | None, columns: Sequence[Column]) -> Line:
    inputs = {column.key: row.typed.get(column.key, "") for column in columns if column.input}
    if known is None:
        cells = {column.key: row.typed.get(column.key, "") for column in columns}
        return Line(
            {**cells, "key": "", "version": "", "reason": row.reason}, True, (-row.pk, -row.pk)
        )
    version = "" if row.base_version is None else str(row.base_version)
    drawn = line_of(known, columns)
    cells = {**drawn.cells, **inputs, "version": version, "reason": row.reason}
    return Line(cells, True, (row.pk, row.pk))
