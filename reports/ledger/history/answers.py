"""What a person has said about an old ledger: kept as JSON, read here. Nothing of it is trusted."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from reports.ledger.history import words
from reports.ledger.history.days import moment_of
from reports.ledger.history.headings import CHOICES, SKIP

USE, LEAVE = "use", "leave"
WORD, DATE = "word", "date"


@dataclasses.dataclass(frozen=True)
class Answers:
    """``kept`` has a mapping per subject: sheets, headers, columns, rows, words, names, more.

    Every method answers None where nothing was said yet.
    """

    kept: Mapping[str, Mapping[str, str]]

    def _said(self, subject: str, key: str) -> str | None:
        said = self.kept.get(subject, {}).get(key)
        return said if isinstance(said, str) and said else None

    def sheet(self, index: int) -> bool | None:
        """Whether the sheet is to be taken."""
        said = self._said("sheets", str(index))
        return None if said is None else said == USE

    def header(self, index: int) -> int:
        """The row that was named as the header; 0 where none was."""
        said = self._said("headers", str(index)) or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0

    def column(self, layout: str, column: int) -> str | None:
        """What the column was said to be: a key of ``headings.CHOICES``."""
        said = self._said("columns", f"{layout}:{column}")
        return said if said in CHOICES else None

    def row(self, sheet: int, row: int) -> str | tuple[int, ...] | None:
        """SKIP, or the lead assignments the row is about."""
        said = self._said("rows", f"{sheet}:{row}")
        if said is None or said == SKIP:
            return said
        parts = said.split(",")
        return tuple(int(part) for part in parts if part.isascii() and part.isdigit()) or None

    def word(self, field: str, text: str) -> str | None:
        """What a wording means in a field."""
        return self._said("words", f"{field}:{text}")

    @property
    def names(self) -> Mapping[str, int]:
        """Name → department that it means, 0 for nobody of the plan's."""
        said = self.kept.get("names", {})
        return {
            name: int(value)
            for name, value in said.items()
            if isinstance(value, str) and value.isascii() and value.isdigit()
        }

    @property
    def timing(self) -> str | None:
        """WORD or DATE: which counts where the day and 是否按时 disagree."""
        said = self._said("more", "timing")
        return said if said in {WORD, DATE} else None


def merged(kept: Mapping[str, Any], new: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """``kept`` with what was said now; an empty value takes an answer back."""
    result = {subject: dict(said) for subject, said in kept.items()}
    for subject, said in new.items():
        there = result.setdefault(subject, {})
        there.update(said)
        result[subject] = {key: value for key, value in there.items() if value}
    return result


def is_answer(field: str, value: str) -> bool:
    """Whether ``value`` can be what a wording means in ``field``."""
    if value == words.NOTHING:
        return True
    if field == "filed_at":
        try:
            moment_of(value)
        except ValueError:
            return False
        return True
    if field == "completion":
        return value.isascii() and value.isdigit() and int(value) <= 100
    return value in words.CHOICES[field]
