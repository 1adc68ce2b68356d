"""Text is cleaned and numbers are read at one place. No database."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text import MAX_UNITS, clean, has_substance, parse_decimal, parse_rate, utf16_units


@pytest.mark.parametrize(
    ("raw", "kept", "removed"),
    [
        ("进展\r\n一\r二", "进展\n一\n二", 0),
        ("e\u0301", "é", 0),
        ("甲\x00乙\x1b[31m", "甲乙[31m", 2),
        ("甲\u202e乙\u2066丙\u200f", "甲乙丙", 3),
        ("甲\ufffe乙\U0001ffff\ufdd0", "甲乙", 3),
        ("甲\ud800乙", "甲乙", 1),
        ("甲\t乙\n丙", "甲\t乙\n丙", 0),
        ("𠮷👨‍👩‍👧", "𠮷👨‍👩‍👧", 0),
        ("=1+1", "=1+1", 0),
        ("尾随空格  ", "尾随空格  ", 0),
        ("\u200b\u200d\ufeff \u3164", "", 0),
    ],
)
def test_what_stays_and_what_is_taken_out(raw: str, kept: str, removed: int) -> None:
    cleaned = clean(raw)
    assert (cleaned.text, cleaned.removed) == (kept, removed)


@given(st.text())
def test_cleaning_a_second_time_changes_nothing(raw: str) -> None:
    once = clean(raw)
    assert clean(once.text) == type(once)(once.text)
    assert once.text == "" or has_substance(once.text)
    assert unicodedata.is_normalized("NFC", once.text)
    once.text.encode()


def test_a_character_beyond_the_basic_plane_counts_two() -> None:
    assert utf16_units("𠮷吉") == 3
    assert utf16_units("👍" * (MAX_UNITS // 2)) == MAX_UNITS


@pytest.mark.parametrize(
    ("raw", "rate"),
    [("10", 10), ("１０", 10), ("10%", 10), ("１０％", 10), (" 0 ", 0), ("100", 100), ("45.0", 45)],
)
def test_a_rate_is_read(raw: str, rate: int) -> None:
    assert parse_rate(raw) == rate


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("-1", "0 到 100"),
        ("101", "0 到 100"),
        ("NaN", "不是数字"),
        ("inf", "不是数字"),
        ("1e2", "不是数字"),
        ("1e400", "不是数字"),
        ("1_000", "不是数字"),
        ("1,0", "不是数字"),
        ("1²", "不是数字"),
        ("①", "不是数字"),
        ("٣", "不是数字"),
        ("十", "不是数字"),
        ("45.5", "整数"),
        ("", "不是数字"),
        ("10%%", "不是数字"),
    ],
)
def test_a_rate_is_never_guessed(raw: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_rate(raw)


@pytest.mark.parametrize(
    ("raw", "number"), [("9.3", "9.3"), ("－０．５", "-0.5"), ("0.508", "0.508"), ("+7", "7")]
)
def test_a_number_is_read_as_it_stands(raw: str, number: str) -> None:
    assert parse_decimal(raw) == Decimal(number)
