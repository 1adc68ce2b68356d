"""What the reading process and the product both speak of: kinds of cells, a refusal, a column.

The process starts anew for every file, so that it loads only this and not the whole of ``book``.
"""

import enum

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


Value = tuple[CellKind, str]
"""What a cell holds, and its text."""


def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
