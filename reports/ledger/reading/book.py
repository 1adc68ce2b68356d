"""What stands in a workbook that came from outside, as plain data."""

import dataclasses
import enum
from collections.abc import Sequence

from departments.errors import DomainError


class WorkbookRefused(DomainError):
    """The file as a whole was not taken; the message says what is wrong and what to do."""


class CellKind(enum.StrEnum):
    """What a cell holds. FORMULA also where a result is stored beside it: it is not trusted.

    ERROR is an Excel error value (#REF!) or a cell whose data are damaged.
    """

    BLANK = "blank"
    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    BOOLEAN = "boolean"
    FORMULA = "formula"
    ERROR = "error"


def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
