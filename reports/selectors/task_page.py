"""Everything a task's page shows, in a fixed number of queries."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Mapping

from departments.models import Department, User
from reports.selectors.filed_text import FiledText, filed_texts
from tasks.models import Assignment, Indicator, Plan, Task, WorkItem, YearlyGoal


@dataclasses.dataclass(frozen=True)
class Piece:
    """A stretch of a department cell as printed; ``department`` where it is a name."""

    text: str
    department: Department | None = None


@dataclasses.dataclass(frozen=True)
class ItemView:
    """One row of the annex with all that hangs on it; ``goal`` is this year's."""

    item: WorkItem
    lead_cell: list[Piece]
    responsible_cell: list[Piece]
    collectives: list[Department]
    hands: list[Assignment]
    indicators: list[Indicator]
    goal: YearlyGoal | None
    other_goals: list[YearlyGoal]
    filed: list[FiledText]


@dataclasses.dataclass(frozen=True)
class TaskPage:
    task: Task
    items: list[ItemView]
    before: Task | None
    after: Task | None
    year: int


@dataclasses.dataclass(frozen=True)
class _Material:
    """What hangs on the rows of a task, by the work item's id."""

    parts: Mapping[int, list[Assignment]]
    indicators: Mapping[int, list[Indicator]]
    goals: Mapping[int, list[YearlyGoal]]
    filed: Mapping[int, list[FiledText]]


def task_page(task: Task, user: User, *, year: int, today: datetime.date) -> TaskPage:
    """The page of ``task`` as ``user`` may see it; ``year`` is the one whose goal binds now."""
    indicators = _indicators_of(task)
    names = {one.code: one.name for rows in indicators.values() for one in rows}
    filed = filed_texts(task, user, today, names)
    material = _Material(_parts_of(task), indicators, _goals_of(task), filed)
    before, after = _neighbours(task)
    items = [_view(item, material, year) for item in task.work_items.select_related("task")]
    return TaskPage(task, items, before, after, year)


def _view(item: WorkItem, material: _Material, year: int) -> ItemView:
    parts = material.parts[item.pk]
    leads = [part for part in parts if part.kind == Assignment.Kind.LEAD]
    others = [part for part in parts if part.kind != Assignment.Kind.LEAD]
    goals = material.goals[item.pk]
    return ItemView(
        item=item,
        lead_cell=pieces(item.lead_cell, leads),
        responsible_cell=pieces(item.responsible_cell, others),
        collectives=[part.department for part in others if part.department.members.all()],
        hands=[part for part in parts if part.office or part.person_in_charge_id],
        indicators=material.indicators[item.pk],
        goal=next((goal for goal in goals if goal.year == year), None),
        other_goals=[goal for goal in goals if goal.year != year],
        filed=material.filed[item.pk],
    )


def pieces(cell: str, parts: list[Assignment]) -> list[Piece]:
    """``cell`` cut where the names of ``parts`` (in its order) stand; joined it is unchanged."""
    found, at = [], 0
    for part in parts:
        start = cell.find(part.printed_name, at)
        if start < 0:
            continue
        end = start + len(part.printed_name)
        found += [Piece(cell[at:start]), Piece(cell[start:end], part.department)]
        at = end
    return [piece for piece in (*found, Piece(cell[at:])) if piece.text]


def _parts_of(task: Task) -> dict[int, list[Assignment]]:
    parts: dict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.in_force().filter(work_item__task=task)
    rows = rows.select_related("department", "person_in_charge").order_by("kind", "order")
    for part in rows.prefetch_related("department__members"):
        parts[part.work_item_id].append(part)
    return parts


def _indicators_of(task: Task) -> dict[int, list[Indicator]]:
    indicators: dict[int, list[Indicator]] = defaultdict(list)
    rows = Indicator.objects.in_force().filter(work_item__task=task)
    for indicator in rows.prefetch_related("targets"):
        indicators[indicator.work_item_id or 0].append(indicator)
    return indicators


def _goals_of(task: Task) -> dict[int, list[YearlyGoal]]:
    goals: dict[int, list[YearlyGoal]] = defaultdict(list)
    for goal in YearlyGoal.objects.filter(work_item__task=task).order_by("-year"):
        goals[goal.work_item_id].append(goal)
    return goals


def _neighbours(task: Task) -> tuple[Task | None, Task | None]:
    tasks = list(Task.objects.filter(plan=task.plan_id).order_by("number"))
    at = tasks.index(task)
    return (tasks[at - 1] if at else None, tasks[at + 1] if at + 1 < len(tasks) else None)


def plan_year(plan: Plan, today: datetime.date) -> int:
    """The year whose goals bind now: that of the half-year to be reported next.

    In the first days of January this is still last year's: the report of its second half is due.
    """
    period = plan.periods.current(today).first()
    return period.year if period and period.due_on >= today else today.year
