"""How one cell is read and written; what can't be read is a ValueError with a Chinese sentence."""

import datetime
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from import_export.widgets import Widget

from departments.forms import plain_text

NONE = "无"
"""What is written to empty a cell of the table: a blank one changes nothing."""
_FOLD = str.maketrans("０１２３４５６７８９／－．％", "0123456789/-.%")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00)?)?")
_SPLIT = re.compile(r"[、，,;；\n]+")


class Line(Widget):  # type: ignore[misc]
    """One line of text of at most ``longest`` characters; ``empties`` admits 无 for nothing."""

    def __init__(self, longest: int, *, empties: bool = False) -> None:
        super().__init__()
        self.longest, self.empties = longest, empties

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if self.empties and value == NONE:
            return ""
        try:
            text = plain_text(" ".join(value.split()))
        except ValidationError as error:
            raise ValueError(error.messages[0]) from error
        if len(text) > self.longest:
            raise ValueError(f"有 {len(text)} 字，最多 {self.longest} 字，请缩短。")
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


class Lines(Line):
    """Several names in one cell, separated by 、 or a comma; a list of texts."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        names = [super(Lines, self).clean(part) for part in _SPLIT.split(value) if part.strip()]
        return sorted(set(names))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "、".join(map(str, value or []))


class Word(Widget):  # type: ignore[misc]
    """One of a few words: ``values`` maps what is written to what is kept."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self.values = dict(values)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        if value not in self.values:
            raise ValueError(f"「{value[:20]}」不能填在这里，可以填：{'、'.join(self.values)}。")
        return self.values[value]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        words = {kept: word for word, kept in self.values.items()}
        return words.get(value, "")


def labels(choices: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """``Role.choices`` as a Word takes them."""
    return {str(label): value for value, label in choices}


class Day(Widget):  # type: ignore[misc]
    """A date; ``forever`` is the word that stands for none (长期)."""

    def __init__(self, *, forever: str = "") -> None:
        super().__init__()
        self.forever = forever

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> datetime.date | None:
        if self.forever and value == self.forever:
            return None
        found = _DAY.fullmatch(value.translate(_FOLD))
        if not found:
            raise ValueError(f"「{value[:20]}」不是日期，请写成 2027-01-05。")
        try:
            return datetime.date(*map(int, found.groups()))
        except ValueError as error:
            raise ValueError(f"没有「{value}」这一天，请核对月份和日期。") from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else self.forever


class Number(Widget):  # type: ignore[misc]
    """A plain number; ``whole`` and the bounds are checked, nothing is guessed or rounded."""

    def __init__(self, *, least: int | None = None, most: int | None = None, places: int = 0):
        super().__init__()
        self.least, self.most, self.places = least, most, places

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        text = value.translate(_FOLD)
        pattern = rf"-?\d{{1,12}}(\.\d{{1,{self.places}}})?" if self.places else r"-?\d{1,12}"
        if not re.fullmatch(pattern, text, re.ASCII):
            kind = f"数字（最多 {self.places} 位小数）" if self.places else "整数"
            raise ValueError(f"「{value[:20]}」不是{kind}，请只填阿拉伯数字，不带单位和千分位。")
        number = self._number(text)
        if self.least is not None and number < self.least:
            raise ValueError(f"不能小于 {self.least}。")
        if self.most is not None and number > self.most:
            raise ValueError(f"不能大于 {self.most}。")
        return number

    def _number(self, text: str) -> Any:
        try:
            return Decimal(text) if self.places else int(text)
        except InvalidOperation as error:  # pragma: no cover - the pattern admits none
            raise ValueError(f"「{text}」不是数字。") from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if value is None:
            return ""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
