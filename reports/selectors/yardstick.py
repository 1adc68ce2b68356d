"""What an indicator's values are held against: its targets, the base years, the rule."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal

from reports.attainment import AT_LEAST, REDUCED_BY, Aim, Verdict, binding, judge, level_of
from reports.calendar import HalfYear
from reports.value_checks import plain
from tasks.models import Indicator


@dataclasses.dataclass(frozen=True)
class Yardstick:
    """``aims`` are the targets with a number, by year; ``bases`` the base years' values."""

    indicator: Indicator
    aims: list[Aim]
    bases: Mapping[int, Decimal]

    def verdict(self, value: Decimal | None, half: HalfYear) -> Verdict:
        """How ``value`` of ``half`` stands."""
        partial = self.is_partial(half)
        return judge(value, year=half.year, aims=self.aims, bases=self.bases, partial=partial)

    def is_partial(self, half: HalfYear) -> bool:
        """Whether a value of ``half`` counts only half of what the targets count."""
        return self.indicator.accumulates and half.half == 1

    def level(self, year: int) -> Decimal | None:
        """The value that just meets the target that binds ``year``."""
        aim = binding(self.aims, year)
        return level_of(aim, self.bases) if aim else None

    def aim_words(self, aim: Aim) -> str:
        """``≤10%``, ``较2015年降低21%``."""
        if aim.comparison == REDUCED_BY:
            return f"较{aim.base_year}年降低{plain(aim.value)}%"
        sign = "≥" if aim.comparison == AT_LEAST else "≤"
        return f"{sign}{plain(aim.value)}{self.indicator.unit}"

    @property
    def base_years(self) -> list[int]:
        """The years whose value the reductions need."""
        return sorted({aim.base_year for aim in self.aims if aim.base_year is not None})

    @property
    def missing_bases(self) -> list[int]:
        return [year for year in self.base_years if year not in self.bases]


def yardstick_of(indicator: Indicator, bases: Mapping[int, Decimal]) -> Yardstick:
    """From the indicator's targets (prefetched where there are many)."""
    targets = sorted(indicator.targets.all(), key=lambda row: row.year)
    aims = [
        Aim(row.year, row.comparison, row.value, row.base_year)
        for row in targets
        if row.value is not None
    ]
    return Yardstick(indicator, aims, bases)
