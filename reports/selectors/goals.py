"""The year's goals of all rows, and what is missing."""

import dataclasses

from reports.selectors.plan_rows import PlanRow, plan_rows
from tasks.models import Plan, YearlyGoal


@dataclasses.dataclass(frozen=True)
class GoalRow:
    row: PlanRow
    goal: YearlyGoal | None


@dataclasses.dataclass(frozen=True)
class GoalList:
    year: int
    rows: list[GoalRow]

    @property
    def missing(self) -> list[GoalRow]:
        return [row for row in self.rows if row.goal is None]


def goal_of(item: int, year: int) -> YearlyGoal | None:
    """The goal of the work item with the id ``item`` for ``year``, if one was set."""
    return YearlyGoal.objects.filter(work_item=item, year=year).first()


def goal_list(plan: Plan, year: int) -> GoalList:
    """Every row of ``plan`` in force with its goal of ``year``; three queries."""
    goals = YearlyGoal.objects.filter(work_item__task__plan=plan, year=year)
    by_item = {goal.work_item_id: goal for goal in goals.select_related("entered_by")}
    rows = [GoalRow(row, by_item.get(row.item.pk)) for row in plan_rows(plan)]
    return GoalList(year, rows)
