"""The rows of a workbook that came in: which columns it has, and what stands in them. Pure."""

import bisect
import dataclasses
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence

from reports.ledger.columns import COLUMNS, FILL_IN, INDICATORS, KEY, VALUE, Column
from reports.ledger.reader import Book, CellKind, Sheet, SheetCell, SheetRow, WorkbookRefused
from reports.text import clean

Area = tuple[int, int, int, int]
HEADER_SEARCHED = 30
"""The row of headings is looked for among so many rows with content."""
NO_TABLE = (
    "「{name}」里没有找到填报表：要有一行列名，其中有「工作内容」和「进展情况」等要填的列。"
    "请从首页下载填报表，填好后再导入。"
)


@dataclasses.dataclass(frozen=True)
class TypedRow:
    """A row of a workbook: its cells by column key, blank ones left out.

    A merged cell counts for every row it covers; ``merged`` are the inputs of which that is so.
    """

    sheet: str
    number: int
    columns: tuple[Column, ...]
    cells: Mapping[str, SheetCell]
    merged: Mapping[str, SheetCell]

    @property
    def is_indicator(self) -> bool:
        return VALUE in self.columns

    def text(self, key: str) -> str:
        """What stands in the cell, without blanks around it; empty where nothing does."""
        cell = self.cells.get(key)
        return plain(cell).strip() if cell else ""

    @property
    def inputs(self) -> list[tuple[Column, SheetCell]]:
        """The inputs that are filled in."""
        return [
            (column, self.cells[column.key])
            for column in self.columns
            if column.input and column.key in self.cells
        ]


def plain(cell: SheetCell) -> str:
    """The cell's text as it was typed, cleaned."""
    return clean(cell.text).text


def typed_rows(book: Book, name: str) -> Iterator[TypedRow]:
    """Every row with content below a row of headings, over all sheets.

    Raises WorkbookRefused where no sheet of the file ``name`` has such a table, or a table has two
    columns of one name.
    """
    tables = [table for sheet in book.sheets if (table := _table_of(sheet, name))]
    if not tables:
        raise WorkbookRefused(NO_TABLE.format(name=name))
    for table in tables:
        yield from table.rows()


def fold(text: str) -> str:
    """A text without blanks and with full-width forms folded, to compare what was printed."""
    return "".join(unicodedata.normalize("NFKC", text).split())


_ITEM_COLUMNS = {fold(column.heading): column for column in (*COLUMNS, *FILL_IN)}
_INDICATOR_COLUMNS = {fold(column.heading): column for column in INDICATORS}


@dataclasses.dataclass(frozen=True)
class _Table:
    """A sheet's table: where each column stands, and the merged areas over those columns."""

    sheet: Sheet
    header: int
    at: Mapping[str, int]
    columns: tuple[Column, ...]
    areas: Mapping[int, Sequence[Area]]

    def rows(self) -> Iterator[TypedRow]:
        anchors: dict[tuple[int, int], SheetCell] = {}
        for row in self.sheet.rows:
            if row.number > self.header and (typed := self._row(row, anchors)):
                yield typed

    def _row(self, row: SheetRow, anchors: dict[tuple[int, int], SheetCell]) -> TypedRow | None:
        """``anchors`` are the cells in which merged areas hold their text, as they come along."""
        cells: dict[str, SheetCell] = {}
        merged: dict[str, SheetCell] = {}
        for column in self.columns:
            cell = row.cell(self.at[column.key])
            if area := self._area(row.number, cell.column):
                if area[0] == row.number:
                    anchors[area[0], area[1]] = row.cell(area[1])
                cell = anchors.get((area[0], area[1]), cell)
                if column.input and cell.kind != CellKind.BLANK:
                    merged[column.key] = cell
            if cell.kind != CellKind.BLANK and (not column.input or plain(cell)):
                cells[column.key] = cell
        own = any(self.at[column.key] in row.cells for column in self.columns)
        return TypedRow(self.sheet.name, row.number, self.columns, cells, merged) if own else None

    def _area(self, row: int, column: int) -> Area | None:
        """The merged area (rows and columns of its corners) in which the cell lies."""
        areas = self.areas.get(column, ())
        at = bisect.bisect(areas, row, key=lambda area: area[0]) - 1
        return areas[at] if at >= 0 and row <= areas[at][2] else None


def _table_of(sheet: Sheet, name: str) -> _Table | None:
    for row in sheet.rows[:HEADER_SEARCHED]:
        headings = {
            number: fold(cell.text) for number, cell in row.cells.items() if len(cell.text) < 50
        }
        known = _INDICATOR_COLUMNS if fold(VALUE.heading) in headings.values() else _ITEM_COLUMNS
        found = [(number, known[said]) for number, said in headings.items() if said in known]
        columns = tuple(column for _, column in found)
        if _is_header(columns):
            _refuse_double(columns, sheet, name)
            at = {column.key: number for number, column in found}
            return _Table(sheet, row.number, at, columns, _areas(sheet, at.values()))
    return None


def _is_header(columns: Sequence[Column]) -> bool:
    known = {column.key for column in columns}
    return bool(known & {"work", KEY.key}) and any(column.input for column in columns)


def _refuse_double(columns: Sequence[Column], sheet: Sheet, name: str) -> None:
    double = sorted({column.heading for column in columns if columns.count(column) > 1})
    if double:
        raise WorkbookRefused(
            f"「{name}」的工作表「{sheet.name}」有两列「{double[0]}」，分不清以哪一列为准，"
            "请删去或改名其中一列。"
        )


def _areas(sheet: Sheet, columns: Collection[int]) -> dict[int, list[Area]]:
    """The merged areas over each of ``columns``, from top to bottom."""
    found: dict[int, list[Area]] = {}
    for area in sorted(sheet.merges):
        for column in columns:
            if area[1] <= column <= area[3]:
                found.setdefault(column, []).append(area)
    return found
