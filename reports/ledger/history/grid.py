"""A sheet of an old ledger with its merged cells resolved, as the matching looks at it. Pure."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.ledger.reading.book import CellKind, Sheet, SheetCell, SheetRow

BLANK = CellKind.BLANK
Place = tuple[int, int]
"""Row and column, from 1."""


@dataclasses.dataclass(frozen=True)
class Grid:
    """``anchors`` leads from a covered cell to the one that holds the merged area's value."""

    index: int
    name: str
    hidden: bool
    rows: Mapping[int, SheetRow]
    anchors: Mapping[Place, Place]
    merges: Sequence[tuple[int, int, int, int]] = ()

    def cell(self, row: int, column: int) -> SheetCell:
        """What a person sees there: a covered cell shows the value of its merged area."""
        at = self.anchors.get((row, column), (row, column))
        there = self.rows.get(at[0])
        return there.cell(at[1]) if there else SheetCell(row, column, BLANK)

    def down(self, row: int, column: int) -> SheetCell:
        """The same, but only what is merged downwards: not what a neighbour column spreads over."""
        at = self.anchors.get((row, column), (row, column))
        return self.cell(row, column) if at[1] == column else SheetCell(row, column, BLANK)

    def own(self, row: int) -> list[SheetCell]:
        """The cells that stand in ``row`` itself and show something, from left to right."""
        there = self.rows.get(row)
        cells = there.cells.values() if there else ()
        return sorted((cell for cell in cells if cell.text.strip()), key=lambda cell: cell.column)

    def cells(self) -> Iterator[SheetCell]:
        """Every cell that shows something."""
        for row in sorted(self.rows):
            yield from self.own(row)

    def width_of(self, row: int, column: int) -> int:
        """Over how many columns the area that begins there is merged."""
        for top, left, _, right in self.merges:
            if (top, left) == (row, column):
                return right - left + 1
        return 1

    def height_of(self, row: int, column: int) -> int:
        """Over how many rows the area that begins there is merged."""
        for top, left, bottom, _ in self.merges:
            if (top, left) == (row, column):
                return bottom - top + 1
        return 1


def grid_of(sheet: Sheet, index: int) -> Grid:
    """``sheet`` as a grid; ``index`` is its place in the book, from 0."""
    rows = {row.number: row for row in sheet.rows}
    widest = max((column for row in rows.values() for column in row.cells), default=0)
    anchors = {
        (row, column): (top, left)
        for top, left, bottom, right in sheet.merges
        for row in rows
        if top <= row <= bottom
        for column in range(left, min(right, widest) + 1)
        if (row, column) != (top, left)
    }
    return Grid(index, sheet.name, sheet.hidden, rows, anchors, tuple(sheet.merges))


def pack(sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
    """``sheets`` as JSON keeps them, so that the file is read once only."""
    return [
        {
            "name": sheet.name,
            "hidden": sheet.hidden,
            "merges": [list(merge) for merge in sheet.merges],
            "rows": [
                [row.number, row.hidden]
                + [[cell.column, cell.kind.value, cell.text] for cell in row.cells.values()]
                for row in sheet.rows
            ],
        }
        for sheet in sheets
    ]


def unpack(kept: Sequence[Mapping[str, Any]]) -> list[Grid]:
    """What ``pack`` kept, as grids."""
    return [grid_of(_sheet(sheet), index) for index, sheet in enumerate(kept)]


def _sheet(kept: Mapping[str, Any]) -> Sheet:
    rows = [_row(*row) for row in kept["rows"]]
    merges = [(top, left, bottom, right) for top, left, bottom, right in kept["merges"]]
    return Sheet(kept["name"], kept["hidden"], rows, merges)


def _row(number: int, hidden: bool, *cells: tuple[int, str, str]) -> SheetRow:
    return SheetRow(
        number,
        hidden,
        {column: SheetCell(number, column, CellKind(kind), text) for column, kind, text in cells},
    )
