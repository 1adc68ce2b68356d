"""What stands in a workbook that came from outside, as plain data."""

import dataclasses
from collections.abc import Sequence

from reports.ledger.reading.kinds import CellKind, WorkbookRefused, column_letters

__all__ = [
    "Book",
    "CellKind",
    "Sheet",
    "SheetCell",
    "SheetRow",
    "WorkbookRefused",
    "column_letters",
]


@dataclasses.dataclass(frozen=True, slots=True)
class SheetCell:
    """``text`` is what a person sees: 45, 10%, 2026-07-01, the formula, the error value.

    Texts come as they were typed, uncleaned and uncut; numbers without the noise of floats.
    """

    row: int
    column: int
    kind: CellKind
    text: str = ""

    @property
    def at(self) -> str:
        """Where the cell is, as Excel says it: D7."""
        return f"{column_letters(self.column)}{self.row}"


@dataclasses.dataclass(frozen=True, slots=True)
class SheetRow:
    """``cells`` holds those that are not blank, by column (1 is A)."""

    number: int
    hidden: bool = False
    cells: dict[int, SheetCell] = dataclasses.field(default_factory=dict)

    def cell(self, column: int) -> SheetCell:
        """The cell in ``column``, a BLANK one where nothing stands."""
        return self.cells.get(column) or SheetCell(self.number, column, CellKind.BLANK)


@dataclasses.dataclass(frozen=True)
class Sheet:
    """``rows`` are those with content, in order, decoded whenever they are looked at.

    ``merges`` are (row, column, row, column) and ``hidden_columns`` (from, to), all from 1.
    ``filtered``: rows are out of sight by a filter.
    """

    name: str
    hidden: bool = False
    rows: Sequence[SheetRow] = ()
    merges: list[tuple[int, int, int, int]] = dataclasses.field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    filtered: bool = False


@dataclasses.dataclass(frozen=True)
class Book:
    """``properties`` are the core ones (title, creator …) and the custom ones, by name.

    ``notices`` are Chinese sentences on what a person may not have seen: hidden rows and the like.
    """

    sheets: list[Sheet]
    properties: dict[str, str] = dataclasses.field(default_factory=dict)
    notices: list[str] = dataclasses.field(default_factory=list)
