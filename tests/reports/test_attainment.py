"""The indicator rule against hand-written cases and a second, plain computation in fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import attainment
from reports.attainment import Aim, Attainment, Verdict, binding, judge, level_of, worst
from tasks.models import Target

LEAKAGE = [Aim(2020, "at_most", Decimal(10))]
TOTAL = [Aim(2022, "at_most", Decimal("4.84")), Aim(2035, "at_most", Decimal("5.3"))]
METERED = [Aim(2022, "at_least", Decimal(60))]
GDP = [Aim(2020, "reduced_by", Decimal(21), 2015), Aim(2022, "reduced_by", Decimal(23), 2015)]
BASE = {2015: Decimal(60)}
REACHED, NEAR, MISSED, NO_DATA = "达标", "接近", "未达标", "无数据"

CASES = [
    # 漏损率 ≤10：多 5%（0.5 个百分点）以内为接近
    (LEAKAGE, 2020, "9.3", REACHED),
    (LEAKAGE, 2020, "10", REACHED),
    (LEAKAGE, 2020, "10.000001", NEAR),
    (LEAKAGE, 2020, "10.5", NEAR),
    (LEAKAGE, 2020, "10.500001", MISSED),
    (LEAKAGE, 2026, "9.9", REACHED),
    (LEAKAGE, 2026, "12", MISSED),
    # 用水总量：2022 年及以前对 4.84，以后对 5.3
    (TOTAL, 2022, "4.84", REACHED),
    (TOTAL, 2022, "4.85", NEAR),
    (TOTAL, 2022, "5.2", MISSED),
    (TOTAL, 2023, "5.2", REACHED),
    (TOTAL, 2035, "5.31", NEAR),
    (TOTAL, 2036, "5.7", MISSED),
    # 计量率 ≥60
    (METERED, 2022, "60", REACHED),
    (METERED, 2022, "59.999999", NEAR),
    (METERED, 2022, "57", NEAR),
    (METERED, 2022, "56.999999", MISSED),
    (METERED, 2022, "0", MISSED),
    # 较 2015 年的 60 降低：21% 即 47.4，23% 即 46.2；少 5%（1.05、1.15 个百分点）以内为接近
    (GDP, 2020, "47.4", REACHED),
    (GDP, 2020, "47.400001", NEAR),
    (GDP, 2020, "48.03", NEAR),
    (GDP, 2020, "48.030001", MISSED),
    (GDP, 2021, "47.4", MISSED),
    (GDP, 2022, "46.2", REACHED),
    (GDP, 2026, "46.89", NEAR),
    (GDP, 2026, "46.9", MISSED),
    (GDP, 2026, "61", MISSED),
]


@pytest.mark.parametrize(("aims", "year", "value", "expected"), CASES)
def test_hand_written_cases(aims: list[Aim], year: int, value: str, expected: str) -> None:
    verdict = judge(Decimal(value), year=year, aims=aims, bases=BASE)
    assert verdict.attainment.label == expected


def plainly(aim: Aim, value: Decimal, base: Decimal) -> str:
    """The rule once more: how many hundredths of the target are missing, in fractions."""
    target, number = Fraction(aim.value), Fraction(value)
    if aim.comparison == "reduced_by":
        number = 100 * (Fraction(base) - number) / Fraction(base)
    short = number - target if aim.comparison == "at_most" else target - number
    if short <= 0:
        return REACHED
    return NEAR if target and short / target * 100 <= 5 else MISSED


numbers = st.decimals(0, 10**6, places=4)


@given(
    st.sampled_from(["at_least", "at_most", "reduced_by"]),
    numbers,
    numbers,
    st.decimals("0.0001", 10**6, places=4),
    st.sampled_from([Fraction(1), Fraction(95, 100), Fraction(105, 100), Fraction(1, 2)]),
)
def test_it_agrees_with_the_plain_computation(
    kind: str, target: Decimal, value: Decimal, base: Decimal, share: Fraction
) -> None:
    aim = Aim(2022, kind, target, 2015)
    edge = Decimal((Fraction(target) * share).numerator) / (Fraction(target) * share).denominator
    for number in (value, round(edge, 6)):
        found = judge(number, year=2022, aims=[aim], bases={2015: base})
        assert found.attainment.label == plainly(aim, number, base)


@pytest.mark.parametrize(
    ("year", "expected"), [(2019, 2022), (2022, 2022), (2023, 2035), (2035, 2035), (2040, 2035)]
)
def test_a_target_binds_up_to_its_year_and_the_last_one_ever_after(
    year: int, expected: int
) -> None:
    aim = binding(reversed(TOTAL), year)
    assert aim is not None
    assert aim.year == expected


def reason(verdict: Verdict) -> tuple[str, str]:
    return str(verdict.attainment.label), verdict.reason


def test_nothing_is_guessed() -> None:
    number = Decimal(9)
    assert reason(judge(number, year=2020, aims=[], bases={})) == (NO_DATA, "方案没有数值目标")
    assert reason(judge(None, year=2020, aims=LEAKAGE, bases={})) == (NO_DATA, "尚无完成值")
    missing = judge(number, year=2020, aims=GDP, bases={2014: Decimal(1)})
    assert reason(missing) == (NO_DATA, "缺少2015年基准值，无法比较")
    half = judge(number, year=2020, aims=TOTAL, bases={}, partial=True)
    assert reason(half) == (NO_DATA, "上半年为半年累计数，与全年目标不可比")


def test_a_target_whose_year_has_not_come_raises_no_alarm() -> None:
    early = judge(Decimal(30), year=2021, aims=METERED, bases={})
    due = judge(Decimal(30), year=2022, aims=METERED, bases={})
    assert (early.light.hue, early.light.word) == ("blue", "未达标 · 目标年未到")
    assert (due.light.hue, due.light.word) == ("red", "未达标")


def test_the_reduction_is_never_rounded_up_to_the_target() -> None:
    verdict = judge(Decimal("47.400001"), year=2020, aims=GDP, bases=BASE)
    assert (verdict.reduction, verdict.attainment) == (Decimal("20.99"), Attainment.NEAR)
    worse = judge(Decimal(63), year=2020, aims=GDP, bases=BASE)
    assert worse.reduction == Decimal("-5.00")


def test_the_level_meets_the_target_exactly() -> None:
    assert level_of(GDP[0], BASE) == Decimal("47.4")
    assert level_of(GDP[0], {}) is None
    assert level_of(LEAKAGE[0], {}) == 10


def test_of_several_departments_the_worst_counts() -> None:
    reached, near = Verdict(Attainment.REACHED), Verdict(Attainment.NEAR)
    early, missed = Verdict(Attainment.MISSED, early=True), Verdict(Attainment.MISSED)
    nothing = Verdict(Attainment.NO_DATA)
    assert worst([reached, near]) == near
    assert worst([reached, nothing, near]) == nothing
    assert worst([early, missed, nothing]) == missed
    assert worst([nothing, early]) == early


def test_the_comparisons_are_the_plans() -> None:
    kinds = {attainment.AT_LEAST, attainment.AT_MOST, attainment.REDUCED_BY, attainment.WORDED}
    assert kinds == set(Target.Comparison.values)
