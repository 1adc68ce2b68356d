"""The hidden key by which a row of a fill-in workbook finds its report again."""

import dataclasses

from reports.calendar import HalfYear

PARTS = 4
LONGEST = 200


@dataclasses.dataclass(frozen=True, slots=True)
class RowKey:
    """Plan, half-year, work item and lead department by their codes; an indicator's row adds its
    own.

    Codes and not ids, so that a workbook means the same after a database was restored elsewhere.
    """

    plan: str
    period: str
    item: str
    department: str
    indicator: str = ""

    def __str__(self) -> str:
        parts = (self.plan, self.period, self.item, self.department, self.indicator)
        return "/".join(part for part in parts if part)

    @property
    def place(self) -> tuple[str, str, str]:
        """Plan, half-year and department, by their codes."""
        return self.plan, self.period, self.department

    @property
    def half_year(self) -> str:
        """2026年下半年."""
        return HalfYear.parse(self.period).label

    @property
    def of_report(self) -> "RowKey":
        """The key of the report to which an indicator's row belongs."""
        return dataclasses.replace(self, indicator="")

    @classmethod
    def parse(cls, text: str) -> "RowKey | None":
        """The key that stands in a cell, or None where it is none."""
        parts = text.strip().split("/")
        if len(text) > LONGEST or len(parts) not in {PARTS, PARTS + 1} or not all(parts):
            return None
        try:
            HalfYear.parse(parts[1])
        except ValueError:
            return None
        return cls(*parts)
