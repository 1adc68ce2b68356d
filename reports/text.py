"""Text and numbers are cleaned and parsed here, at every way in: form, import, command."""

import dataclasses
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from reports.unseen import (
    BEYOND,
    BIDI,
    CONTROL_BUT_CR,
    NONCHARACTERS,
    SURROGATES,
    ZERO_WIDTH,
    has_beyond,
)

MAX_UNITS = 20_000
"""Longest text of one field, in UTF-16 units (what a browser's maxlength counts)."""
MAX_NOTE = 500
"""Longest 备注, in the same units."""

_UNWANTED = re.compile(f"[{CONTROL_BUT_CR}\r{BIDI}{SURROGATES}{NONCHARACTERS}]")
_UNWANTED_BEYOND = re.compile(f"[{BEYOND}]")
_VISIBLE = re.compile(f"[^\\s{ZERO_WIDTH}]")
_FOLD = str.maketrans("０１２３４５６７８９．％－＋，", "0123456789.%-+,")
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?")


@dataclasses.dataclass(frozen=True)
class Cleaned:
    """A cleaned text, and how many characters had to be taken out (the page says so)."""

    text: str
    removed: int = 0


def clean(raw: str) -> Cleaned:
    """NFC and line ends silently; control, bidi, noncharacters and surrogates taken out.

    New line and tab stay. A text without a visible character becomes empty.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    kept, removed = _UNWANTED.subn("", text)
    if has_beyond(kept):
        kept, more = _UNWANTED_BEYOND.subn("", kept)
        removed += more
    kept = unicodedata.normalize("NFC", kept)
    return Cleaned(kept if has_substance(kept) else "", removed)


def has_substance(text: str) -> bool:
    """Whether anything visible stands in ``text``: zero-width characters do not count."""
    return bool(_VISIBLE.search(text))


def utf16_units(text: str) -> int:
    """Length as a browser counts it; a character beyond the basic plane counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fold_digits(raw: str) -> str:
    """Full-width digits, point, sign and percent as plain ones; nothing else changes."""
    return raw.translate(_FOLD)


def parse_decimal(raw: str) -> Decimal:
    """A plain number with full-width forms folded; never guesses.

    Raises ValueError with a Chinese sentence: «1,0» and «1_000» are errors, as are «1²» and NaN.
    """
    text = raw.translate(_FOLD).strip().strip("\u3000")
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise ValueError(f"「{raw[:20]}」不是数字，请只填阿拉伯数字，如 9.3。")
    try:
        return Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits none
        raise ValueError(f"「{raw[:20]}」不是数字。") from error


def parse_rate(raw: str) -> int:
    """A whole cumulative percentage from 0 to 100, written 10, １０ or 10%.

    Raises ValueError with a Chinese sentence that says what is wrong.
    """
    text = raw.translate(_FOLD).strip().strip("\u3000")
    number = parse_decimal(text.removesuffix("%").rstrip() if text.endswith("%") else text)
    if number != number.to_integral_value():
        raise ValueError("完成率应为整数，请去掉小数，如 45。")
    if not 0 <= number <= 100:
        raise ValueError("完成率应在 0 到 100 之间。")
    return int(number)
