"""One sheet's XML, row by row: cells, hidden rows, merges, filter."""

import re
from collections.abc import Callable
from typing import IO, Any

from reports.ledger.reading.cells import CODES, Context, value_of
from reports.ledger.reading.kinds import CellKind, WorkbookRefused, column_letters
from reports.ledger.reading.limits import Limits
from reports.ledger.reading.xml import REPAIR, Attributes, parse_main, truth

_COPY = "请把有内容的部分复制到新建的工作簿，另存为 .xlsx 后再传。"
_TOO_MUCH = {
    "rows": f"的行数过多（空行也算），多半是格式刷满了空行。{_COPY}",
    "cells": f"的单元格过多（空白的也算），多半是格式刷满了空行空列。{_COPY}",
    "merges": f"的合并单元格过多。{_COPY}",
    "text": "的文字总量过大，请拆成几个文件再传。",
}
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_BESIDE = {"rPh", "mergeCell", "filterColumn", "sheetPr", "sheetFormatPr", "col"}
_TEXTS = {"v", "t", "f"}
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)
Emit = Callable[[int, bool, list[Any]], object]


class Budget:
    """What all sheets together may still have of each, by the name of the limit."""

    def __init__(self, limits: Limits) -> None:
        self.left = {name: getattr(limits, name) for name in ("rows", "cells", "merges", "text")}

    def spend(self, name: str, count: int) -> None:
        """Raises WorkbookRefused when nothing is left."""
        self.left[name] -= count
        if self.left[name] < 0:
            raise WorkbookRefused(_TOO_MUCH[name])


class Facts:
    """What is known of a sheet beside its cells."""

    def __init__(self) -> None:
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.filtered = False
        self.rows_hidden = False


class _Reader:
    """Handlers for expat; a row is emitted when it ends, and forgotten."""

    def __init__(self, context: Context, budget: Budget, emit: Emit) -> None:
        self.context, self.budget, self.emit = context, budget, emit
        self.facts = Facts()
        self.texts: list[str] = []
        self.row, self.row_text, self.column, self.hidden = 0, "0", 0, False
        self.digits = 1
        self.found: list[Any] = []
        self.columns: dict[str, int] = {}
        self.cells = 0
        self.attributes: Attributes = {}
        self.value: str | None = None
        self.inline: list[str] = []
        self.formula: str | None = None
        self.phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self.attributes = attributes
            self.value = self.formula = None
        elif name in _TEXTS:
            self.texts.clear()
        elif name == "row":
            self._begin_row(attributes)
        elif name in _BESIDE:
            self._note(name, attributes)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "v":
            self.value = "".join(self.texts)
        elif name == "t":
            if not self.phonetic:
                self.inline += self.texts
        elif name == "row":
            self._end_row()
        elif name == "f":
            self.formula = "".join(self.texts)
        elif name == "rPh":
            self.phonetic = False

    def _note(self, tag: str, attributes: Attributes) -> None:
        """What stands beside the cells."""
        facts = self.facts
        if tag == "rPh":
            self.phonetic = True
        elif tag == "mergeCell":
            self.budget.spend("merges", 1)
            facts.merges.append(_area(attributes.get("ref", "")))
        elif tag == "col" and truth(attributes.get("hidden")):
            facts.hidden_columns.append(
                (_whole(attributes.get("min")), _whole(attributes.get("max")))
            )
        elif tag == "sheetFormatPr":
            facts.rows_hidden = truth(attributes.get("zeroHeight"))
        elif tag == "filterColumn" or (tag == "sheetPr" and truth(attributes.get("filterMode"))):
            facts.filtered = True

    def _begin_row(self, attributes: Attributes) -> None:
        self.budget.spend("rows", 1)
        number = _whole(attributes.get("r", str(self.row + 1)))
        if not self.row < number <= MAX_ROW:
            raise WorkbookRefused(f"第 {number} 行的次序颠倒或重复，数据已损坏。{REPAIR}")
        self.row, self.row_text, self.column = number, str(number), 0
        self.digits = len(self.row_text)
        self.hidden = truth(attributes.get("hidden")) or self.facts.rows_hidden
        self.found = []
        self.cells = 0

    def _end_row(self) -> None:
        self.budget.spend("cells", self.cells)
        if self.found:
            self.budget.spend("text", sum(map(len, self.found[2::3])))
            self.emit(self.row, self.hidden, self.found)

    def _end_cell(self) -> None:
        attributes = self.attributes
        self.cells += 1
        column = self.columns.get(attributes.get("r", "")[: -self.digits])
        if column is None or attributes["r"][-self.digits :] != self.row_text:
            column = self._place(
                attributes.get("r", column_letters(self.column + 1) + self.row_text)
            )
        if column <= self.column:
            where = f"{column_letters(column)}{self.row}"
            raise WorkbookRefused(f"单元格 {where} 重复或次序颠倒，数据已损坏。{REPAIR}")
        self.column = column
        if self.formula is not None:
            self.found += column, CODES[CellKind.FORMULA], f"={self.formula}"
        elif self.value is not None or self.inline:
            kind, text = value_of(attributes, self.value or "", self.inline, self.context)
            if text:
                self.found += column, CODES[kind], text
        if self.inline:
            self.inline.clear()

    def _place(self, reference: str) -> int:
        """The column of a cell whose letters are new, or that says no place or a wrong one."""
        row, column, *_ = _area(reference)
        if row != self.row:
            raise WorkbookRefused(f"单元格 {reference[:12]} 不在它的行里，数据已损坏。{REPAIR}")
        self.columns[column_letters(column)] = column
        return column


def _whole(raw: str | None) -> int:
    return int(raw) if raw and raw.isascii() and raw.isdecimal() and len(raw) < 9 else 0


def _area(reference: str) -> tuple[int, int, int, int]:
    """``B2:C3`` as (2, 2, 3, 3); one cell is an area too. Raises WorkbookRefused at nonsense."""
    ends = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
    if not 1 <= len(ends) <= 2 or None in ends:
        raise WorkbookRefused(f"内有无法识别的单元格位置“{reference[:20]}”，数据已损坏。{REPAIR}")
    corners = [(int(end[2]), _column(end[1])) for end in ends if end]
    (top, left), (bottom, right) = corners[0], corners[-1]
    if not (1 <= top <= bottom <= MAX_ROW and 1 <= left <= right <= MAX_COLUMN):
        raise WorkbookRefused(f"内有超出表格的单元格位置“{reference[:20]}”，数据已损坏。{REPAIR}")
    return top, left, bottom, right


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def read_sheet(stream: IO[bytes], context: Context, budget: Budget, emit: Emit) -> Facts:
    """Emit each row that holds anything as (number, hidden, [column, kind, text, column, …]).

    Returns what is known beside the cells. Raises WorkbookRefused where the XML contradicts itself
    or more stands in it than the limits allow.
    """
    reader = _Reader(context, budget, emit)
    parse_main(stream, reader.start, reader.end, reader.texts.append)
    return reader.facts
