"""What an indicator's value may be, and what is asked about."""

import re
from decimal import Decimal

import pytest

from reports.value_checks import Before, Measure, doubt_about, out_of_bounds, parse_value, plain

PERCENT, VOLUME, COUNT = Measure("%"), Measure("亿立方米"), Measure("家")
COEFFICIENT = Measure("", Decimal(1))
LAST = Before("2026年上半年", Decimal("9.3"))


@pytest.mark.parametrize(
    ("raw", "measure", "expected"),
    [
        ("9.3", PERCENT, "9.3"),
        (" ９．３％ ", PERCENT, "9.3"),
        ("9.3%", PERCENT, "9.3"),
        ("4.84亿立方米", VOLUME, "4.84"),
        ("4.84 亿立方米", VOLUME, "4.84"),
        ("100", PERCENT, "100"),
        ("0", PERCENT, "0"),
        ("12家", COUNT, "12"),
        ("12.0", COUNT, "12.0"),
        ("0.512", COEFFICIENT, "0.512"),
        ("9.\u200b3", PERCENT, None),
        ("9\x003", PERCENT, "93"),
    ],
)
def test_numbers_are_read(raw: str, measure: Measure, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="不是数字"):
            parse_value(raw, measure)
    else:
        assert parse_value(raw, measure) == Decimal(expected)


@pytest.mark.parametrize(
    ("raw", "measure", "sentence"),
    [
        ("48400万立方米", VOLUME, "的单位是「万立方米」，请按「亿立方米」换算后只填数字"),
        ("0.5%", COEFFICIENT, "的单位是「%」，请只填数字，不带单位"),
        ("9.3左右", PERCENT, "的单位是「左右」"),
        ("约9.3", PERCENT, "不是数字"),
        ("1,0", PERCENT, "不是数字"),
        ("1_0", PERCENT, "不是数字"),
        ("1²", PERCENT, "不是数字"),
        ("NaN", PERCENT, "不是数字"),
        ("", PERCENT, "不是数字"),
        ("9" * 200, PERCENT, "不是数字"),
        ("-0.1", PERCENT, "不能是负数"),
        ("100.01", PERCENT, "完成值最多 100%，填的是 100.01，请核对小数点和单位"),
        ("1.01", COEFFICIENT, "完成值最多 1，填的是 1.01"),
        ("4.5", COUNT, "按「家」计，应为整数"),
    ],
)
def test_what_cannot_be_is_refused_with_its_cure(raw: str, measure: Measure, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parse_value(raw, measure)


def test_other_units_have_no_limit() -> None:
    assert out_of_bounds(Decimal(10**9), VOLUME) == ""


@pytest.mark.parametrize("value", ["9.3", "4.65", "13.95", "4.7"])
def test_a_change_by_half_is_not_odd(value: str) -> None:
    assert doubt_about(Decimal(value), PERCENT, LAST) == ""


@pytest.mark.parametrize(
    ("value", "before", "sentence"),
    [
        ("13.96", LAST, "填的是 13.96%，较2026年上半年的 9.3%变化 50%，超过一半"),
        ("93", LAST, "变化 900%，超过一半"),
        ("4.64", LAST, "变化 50%，超过一半"),
        ("0.093", LAST, "变化 99%，超过一半"),
        ("5", Before("2026年上半年", Decimal(0)), "2026年上半年的 0%，变化较大"),
        ("0.093", None, "不足 1%。如果要填的是 9.3%，请改为 9.3"),
    ],
)
def test_what_is_odd_is_asked_about(value: str, before: Before | None, sentence: str) -> None:
    assert sentence in doubt_about(Decimal(value), PERCENT, before)


def test_without_a_value_before_only_a_share_is_odd() -> None:
    assert doubt_about(Decimal("9.3"), PERCENT, None) == ""
    assert doubt_about(Decimal("0.5"), COEFFICIENT, None) == ""
    assert doubt_about(Decimal(0), PERCENT, None) == ""


def test_zeros_at_the_end_are_not_shown() -> None:
    shown = [plain(Decimal(text)) for text in ("9.300000", "100", "100.000000", "0E-6", "1E+3")]
    assert shown == ["9.3", "100", "100", "0", "1000"]
