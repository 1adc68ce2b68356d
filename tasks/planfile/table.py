"""One table of the plan file: hands out typed values and notes what is missing or wrong."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tasks.planfile.faults import Fault

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MOST = Decimal(10) ** 10
_DECIMALS = 4


class Table:
    """Values of one TOML table at ``place``.

    A value that is missing or of the wrong type becomes a fault and is replaced by an empty one
    of its type, so that the rest of the file is still checked. ``close`` reports unknown keys.
    """

    def __init__(self, raw: dict[str, Any], place: str, faults: list[Fault]) -> None:
        self.raw, self.place, self.faults = raw, place, faults
        self.asked: list[str] = []

    def fault(self, reason: str, cure: str) -> None:
        self.faults.append(Fault(self.place, reason, cure))

    def _value(self, key: str) -> Any:
        self.asked.append(key)
        return self.raw.get(key)

    def _wrong(self, key: str, wanted: str) -> None:
        if key in self.raw:
            self.fault(f"「{key}」的值不对", f"应写{wanted}")
        else:
            self.fault(f"缺「{key}」", f"请补上，应写{wanted}")

    def text(self, key: str, longest: int, *, required: bool = True) -> str:
        """Visible text of at most ``longest`` characters, without blanks at its ends."""
        value = self._value(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, "引号中的文字")
            return ""
        if value != value.strip() or any(unicodedata.category(c) in _UNSEEN for c in value):
            self.fault(f"「{key}」含首尾空格、换行或不可见字符", "请删去这些字符")
        if len(value) > longest:
            self.fault(f"「{key}」有{len(value)}字", f"不得超过{longest}字，请缩短")
        return value

    def slug(self, key: str, longest: int) -> str:
        """A code of small letters, digits and hyphens."""
        value = self.text(key, longest)
        if value and not _SLUG.fullmatch(value):
            self.fault(f"「{key}」写作「{value}」", "只能用小写字母、数字和连字符")
        return value

    def matching(self, key: str, pattern: str, wanted: str) -> str:
        """Text of the form ``pattern``; ``wanted`` says it in Chinese."""
        value = self._value(key)
        if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
            return value
        self._wrong(key, wanted)
        return ""

    def one_of(self, key: str, choices: Iterable[tuple[str, Any]]) -> str:
        """The value of the choice whose Chinese label the file gives (Django's ``choices``)."""
        labels = {str(label): value for value, label in choices}
        value = self._value(key)
        if isinstance(value, str) and value in labels:
            return labels[value]
        self._wrong(key, f"{'、'.join(labels)}之一")
        return ""

    def whole(self, key: str, low: int, high: int, *, required: bool = True) -> int | None:
        """A whole number from ``low`` to ``high``; None where it is missing or wrong."""
        value = self._value(key)
        if value is None and not required:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._wrong(key, f"{low}到{high}的整数，不加引号")
        return None

    def number(self, key: str) -> Decimal | None:
        """A number of at most ten digits and four decimals; None where absent or wrong."""
        value = self._value(key)
        if value is None:
            return None
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
            if number.is_finite() and abs(number) < _MOST and number == round(number, _DECIMALS):
                return number
        self._wrong(key, "数字，整数至多十位、小数至多四位，不加引号")
        return None

    def flag(self, key: str, *, required: bool = True) -> bool:
        """True or false; where it need not stand, its absence is false."""
        value = self._value(key)
        if value is None and not required:
            return False
        if not isinstance(value, bool):
            self._wrong(key, "true（是）或 false（否），不加引号")
        return value is True

    def day(self, key: str) -> datetime.date:
        value = self._value(key)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        self._wrong(key, "日期，如 2020-05-15，不加引号")
        return datetime.date.min

    def names(self, key: str, longest: int, *, required: bool = False) -> tuple[str, ...]:
        """A list of names, each of at most ``longest`` characters and none twice."""
        value = self._value(key)
        if value is None and not required:
            return ()
        good = isinstance(value, list) and all(
            isinstance(name, str) and name.strip() == name != "" and len(name) <= longest
            for name in value
        )
        if not good or len(set(value)) < len(value) or not value:
            self._wrong(key, f'不重复的名称，如 ["甲", "乙"]，每个不超过{longest}字')
            return ()
        return tuple(value)

    def tables(self, key: str, *, required: bool = True) -> list[dict[str, Any]]:
        """The tables written as [[key]], in order."""
        value = self._value(key)
        if value is None and not required:
            return []
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            return value
        self._wrong(key, f"一个或多个 [[{key}]] 段落")
        return []

    def table(self, key: str, place: str) -> "Table":
        """The table written as [key]."""
        value = self._value(key)
        if not isinstance(value, dict):
            self._wrong(key, f"一个 [{key}] 段落")
            value = {}
        return Table(value, place, self.faults if key in self.raw else [])

    def close(self) -> None:
        """Report keys that nobody asked for: most are slips of the pen."""
        for key in self.raw.keys() - set(self.asked):
            self.fault(f"不认识「{key}」", f"可写的只有{'、'.join(dict.fromkeys(self.asked))}")
