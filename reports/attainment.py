"""The indicator rule, pure: which target binds a year, and how a value stands against it.

docs/indicators.md says the same in words. No model is imported; the comparisons are the values of
``Target.Comparison``.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

from django.db import models

from reports.calendar import Light

AT_LEAST, AT_MOST, REDUCED_BY, WORDED = "at_least", "at_most", "reduced_by", "worded"
NEAR_SHARE = Decimal("0.05")
"""How much of the target may be missing for 接近."""


class Attainment(models.TextChoices):
    """How a value stands against the target that binds."""

    REACHED = "reached", "达标"
    NEAR = "near", "接近"
    MISSED = "missed", "未达标"
    NO_DATA = "no_data", "无数据"


HUES = {
    Attainment.REACHED: "green",
    Attainment.NEAR: "yellow",
    Attainment.MISSED: "red",
    Attainment.NO_DATA: "grey",
}
EARLY = "目标年未到"


@dataclasses.dataclass(frozen=True)
class Aim:
    """A target with a number; ``value`` is a percentage where it is a reduction."""

    year: int
    comparison: str
    value: Decimal
    base_year: int | None = None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """``reason`` says why there is none; ``reduction`` is the percentage reached, rounded down.

    ``early`` says that the target's year lies after the value's.
    """

    attainment: Attainment
    aim: Aim | None = None
    reason: str = ""
    early: bool = False
    reduction: Decimal | None = None

    @property
    def light(self) -> Light:
        """A target that is missed before its year has come is no alarm."""
        if self.attainment == Attainment.MISSED and self.early:
            return Light("blue", f"{self.attainment.label} · {EARLY}")
        return Light(HUES[self.attainment], str(self.attainment.label))


def binding(aims: Iterable[Aim], year: int) -> Aim | None:
    """The target that binds ``year``: the next one from that year on, else the last there was."""
    ordered = sorted(aims, key=lambda aim: aim.year)
    ahead = (aim for aim in ordered if aim.year >= year)
    return next(ahead, ordered[-1] if ordered else None)


def level_of(aim: Aim, bases: Mapping[int, Decimal]) -> Decimal | None:
    """The value that meets ``aim`` exactly; None where the base year's is not known."""
    if aim.comparison != REDUCED_BY:
        return aim.value
    base = bases.get(aim.base_year or 0)
    return None if base is None else base * (100 - aim.value) / 100


def judge(
    value: Decimal | None,
    *,
    year: int,
    aims: Sequence[Aim],
    bases: Mapping[int, Decimal],
    partial: bool = False,
) -> Verdict:
    """How ``value`` of ``year`` stands against the target among ``aims`` that binds it.

    ``bases`` holds the values of base years. ``partial`` says that the value counts half a year
    only of what the target counts whole. Nothing is guessed: without a value, a target or the
    base year's value the verdict is 无数据, with the reason.
    """
    aim = binding(aims, year)
    if aim is None:
        return Verdict(Attainment.NO_DATA, reason="方案没有数值目标")
    if value is None:
        return Verdict(Attainment.NO_DATA, aim, "尚无完成值")
    if partial:
        return Verdict(Attainment.NO_DATA, aim, "上半年为半年累计数，与全年目标不可比")
    if aim.comparison == REDUCED_BY and aim.base_year not in bases:
        return Verdict(Attainment.NO_DATA, aim, f"缺少{aim.base_year}年基准值，无法比较")
    attainment, reduction = _measure(aim, value, bases)
    return Verdict(attainment, aim, early=aim.year > year, reduction=reduction)


def _measure(
    aim: Aim, value: Decimal, bases: Mapping[int, Decimal]
) -> tuple[Attainment, Decimal | None]:
    """Without a division, so that nothing is rounded on the way to the verdict."""
    slack = abs(aim.value) * NEAR_SHARE
    if aim.comparison == AT_MOST:
        return _grade(aim.value - value, slack), None
    if aim.comparison == AT_LEAST:
        return _grade(value - aim.value, slack), None
    base = bases[aim.base_year or 0]
    ahead = (base - value) * 100 - aim.value * base
    percent = ((base - value) * 100 / base).quantize(Decimal("0.01"), ROUND_FLOOR)
    return _grade(ahead, slack * base), percent


def _grade(ahead: Decimal, slack: Decimal) -> Attainment:
    """``ahead`` is by how much the target is surpassed, ``slack`` by how much it may be missed."""
    if ahead >= 0:
        return Attainment.REACHED
    return Attainment.NEAR if ahead >= -slack else Attainment.MISSED


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one that counts where several departments report the same indicator, each its part."""
    order = [Attainment.MISSED, Attainment.NO_DATA, Attainment.NEAR, Attainment.REACHED]
    return min(verdicts, key=lambda one: (order.index(one.attainment), one.early))
