"""What stands in a ledger's 序号: a task's number, a work item's code, or just a count. Pure.

Excel is a poor keeper of codes: 12-1 becomes the first of December, and 12.10 the number 12.1.
"""

import dataclasses
import re

from reports.ledger.reading.book import CellKind, SheetCell
from reports.text import fold_digits

Code = tuple[int, int]
"""Task and row: (12, 1) is 12.1."""

_PLAIN = re.compile(r"\d{1,3}", re.ASCII)
_CODE = re.compile(r"(\d{1,3})\s*[.．、\-—–_－(（]\s*0?(\d{1,2})\s*[)）]?", re.ASCII)
_DATE = re.compile(r"\d{4}-(\d{2})-(\d{2})(?:T.*)?")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_CHINESE = re.compile(r"[一二三四五六七八九]?十?[一二三四五六七八九]?")


@dataclasses.dataclass(frozen=True)
class Numbered:
    """``codes`` are those the cell may stand for; ``integer`` where it is one plain number.

    ``damaged`` says that Excel may have made something else of what was typed.
    """

    integer: int | None = None
    codes: tuple[Code, ...] = ()
    damaged: bool = False

    @property
    def is_empty(self) -> bool:
        return self.integer is None and not self.codes


def read_number(cell: SheetCell) -> Numbered:
    """What ``cell`` says; nothing where it is a formula, an error or no number at all."""
    if cell.kind == CellKind.DATE:
        match = _DATE.fullmatch(cell.text)
        return Numbered(codes=((int(match[1]), int(match[2])),), damaged=True) if match else NOTHING
    if cell.kind not in {CellKind.TEXT, CellKind.NUMBER}:
        return NOTHING
    text = fold_digits(cell.text).strip()
    if cell.kind == CellKind.NUMBER and "." in text:
        return _from_decimal(text)
    text = text.strip("、.()（）[]第项 \u3000")
    if _PLAIN.fullmatch(text):
        return Numbered(integer=int(text))
    if match := _CODE.fullmatch(text):
        return Numbered(codes=((int(match[1]), int(match[2])),))
    chinese = _from_chinese(text)
    return Numbered(integer=chinese) if chinese else NOTHING


NOTHING = Numbered()


def _from_decimal(text: str) -> Numbered:
    """12.1 as a number may have been typed 12.1 or 12.10."""
    match = _CODE.fullmatch(text)
    if not match:
        return NOTHING
    task, row = int(match[1]), int(match[2])
    return Numbered(codes=((task, row), (task, row * 10)) if row < 10 else ((task, row),))


def _from_chinese(text: str) -> int:
    """十二 is 12; 0 where it is no such number."""
    if not text or not _CHINESE.fullmatch(text):
        return 0
    tens, ten, units = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0) if len(text) == 1 else 0
    return 10 * _DIGITS.get(tens, 1 if not tens else 0) + _DIGITS.get(units, 0)
