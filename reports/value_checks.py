"""What an indicator's value may be, pure: one parser, its bounds, and what is asked about."""

import dataclasses
import re
from decimal import ROUND_HALF_UP, Decimal

from reports.text import clean, fold_digits, parse_decimal

COUNTED = frozenset("家个户处项座口台套次人")
"""Units that are counted in whole numbers."""
JUMP_SHARE = Decimal("0.5")
"""A change by more than this share of the value before is asked about."""
_WITH_UNIT = re.compile(r"([+-]?[\d.,]+)\s*([A-Za-z%‰一-鿿].*)")


@dataclasses.dataclass(frozen=True)
class Measure:
    """What limits a value: the indicator's unit, and the highest it can be (None: no limit)."""

    unit: str
    highest: Decimal | None = None

    @property
    def limit(self) -> Decimal | None:
        return Decimal(100) if self.highest is None and self.unit == "%" else self.highest


@dataclasses.dataclass(frozen=True)
class Before:
    """The value with which a new one is compared, and whose it is (2026年上半年)."""

    label: str
    value: Decimal


def plain(value: Decimal) -> str:
    """A number without the zeros at its end, never with an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_value(raw: str, measure: Measure) -> Decimal:
    """The number in ``raw``; its own unit may stand behind it.

    Raises ValueError with a Chinese sentence on another unit, on what is no number, and on a
    number that the indicator cannot have.
    """
    text = fold_digits(clean(raw).text).strip().strip("\u3000")
    bare = text.removesuffix(fold_digits(measure.unit)).rstrip() if measure.unit else text
    if found := _WITH_UNIT.fullmatch(bare):
        asked = f"按「{measure.unit}」换算后只填数字" if measure.unit else "只填数字，不带单位"
        raise ValueError(f"「{raw.strip()[:20]}」的单位是「{found[2][:8]}」，请{asked}。")
    value = parse_decimal(bare)
    if sentence := out_of_bounds(value, measure):
        raise ValueError(sentence)
    return value


def out_of_bounds(value: Decimal, measure: Measure) -> str:
    """Why the indicator cannot have ``value`` (Chinese); empty if it can."""
    if value < 0:
        return "完成值不能是负数，请核对。"
    if measure.limit is not None and value > measure.limit:
        most = f"{plain(measure.limit)}{measure.unit}"
        return f"完成值最多 {most}，填的是 {plain(value)}，请核对小数点和单位。"
    if measure.unit in COUNTED and value != value.to_integral_value():
        return f"完成值按「{measure.unit}」计，应为整数。"
    return ""


def doubt_about(value: Decimal, measure: Measure, before: Before | None) -> str:
    """What to ask before ``value`` is taken (Chinese); empty where nothing is odd.

    A change by more than half of ``before`` is; where there is none, a percentage below 1, which
    is often a share written as 0.093.
    """
    shown = f"{plain(value)}{measure.unit}"
    if before is None:
        if measure.unit == "%" and 0 < value < 1:
            share = plain(value * 100)
            return f"填的是 {shown}，不足 1%。如果要填的是 {share}%，请改为 {share}。"
        return ""
    change = abs(value - before.value)
    if change <= abs(before.value) * JUMP_SHARE:
        return ""
    was = f"{before.label}的 {plain(before.value)}{measure.unit}"
    if before.value == 0:
        return f"填的是 {shown}，{was}，变化较大。请核对单位和小数点。"
    percent = (change * 100 / abs(before.value)).quantize(Decimal(1), ROUND_HALF_UP)
    return f"填的是 {shown}，较{was}变化 {percent}%，超过一半。请核对单位和小数点。"
