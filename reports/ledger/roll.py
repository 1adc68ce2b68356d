"""A long sheet that is written from top to bottom and forgotten row by row."""

from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell


class Roll:
    """Looks like a worksheet to what draws cells, as long as it never goes back to a row above.

    A row leaves for the file when the next one begins, so that the memory does not grow with the
    ledger. What Excel wants to know first (widths, frozen panes, the page) is set on ``sheet``
    before the first cell; merged areas at any time, and the cells that they cover are drawn blank.
    """

    def __init__(self, title: str) -> None:
        self.book = Workbook(write_only=True)
        self.sheet: Any = self.book.create_sheet(title)
        self.row_dimensions = self.sheet.row_dimensions
        self.column_dimensions = self.sheet.column_dimensions
        self.merged_cells = self.sheet.merged_cells
        self._cells: list[Cell | None] = []
        self._row = 1

    def cell(self, row: int, column: int) -> Cell:
        """The cell, made where it is new. Raises ValueError above the row that is being written."""
        if row < self._row:
            raise ValueError(f"row {row} has left already")
        while self._row < row:
            self._flush()
        self._cells += [None] * (column - len(self._cells))
        cell: Cell | None = self._cells[column - 1]
        if cell is None:
            cell = self._cells[column - 1] = WriteOnlyCell(self.sheet)
        return cell

    def finish(self) -> None:
        """Let the last row go."""
        self._flush()

    def _flush(self) -> None:
        self.sheet.append(self._cells)
        self.row_dimensions.pop(self._row, None)
        self._cells = []
        self._row += 1
