"""docs/indicators.md says what the code does."""

import re

import pytest
from django.conf import settings

from reports.attainment import EARLY, HUES, NEAR_SHARE, Aim, Attainment, judge
from reports.calendar import SHAPES
from reports.selectors.current import SHOWN
from reports.value_checks import JUMP_SHARE

TEXT = (settings.BASE_DIR / "docs" / "indicators.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("status", Attainment)
def test_every_status_stands_with_its_light(status: Attainment) -> None:
    line = next(row for row in TEXT.splitlines() if row.startswith(f"| {status.label} |"))
    assert SHAPES[HUES[status]] in line


def test_every_reason_why_there_is_no_verdict_stands() -> None:
    from decimal import Decimal

    aim = Aim(2022, "reduced_by", Decimal(23), 2015)
    one = Decimal(1)
    verdicts = [
        judge(None, year=2022, aims=[aim], bases={}),
        judge(one, year=2022, aims=[], bases={}),
        judge(one, year=2022, aims=[aim], bases={}),
        judge(one, year=2022, aims=[aim], bases={}, partial=True),
    ]
    for verdict in verdicts:
        assert f"“{verdict.reason}”" in TEXT
    assert EARLY in TEXT


def test_its_numbers_are_the_rules() -> None:
    assert f"不超过目标值的 {NEAR_SHARE * 100:.0f}%" in TEXT
    assert f"不小于目标值的 {100 - NEAR_SHARE * 100:.0f}%" in TEXT
    assert f"不大于目标值的 {100 + NEAR_SHARE * 100:.0f}%" in TEXT
    assert JUMP_SHARE * 2 == 1
    assert set(re.findall(r"(\d+) 个半年", TEXT)) == {str(SHOWN)}
