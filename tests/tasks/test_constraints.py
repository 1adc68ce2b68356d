"""The database itself refuses what the plan's model promises never happens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from departments.models import Department
from tasks.models import (
    Assignment,
    Indicator,
    Plan,
    PlanIssuer,
    PlanReceiver,
    Section,
    Target,
    Task,
    WorkItem,
    YearlyGoal,
)
from tests.cast import person


def again(row: models.Model, /, **changes: Any) -> Callable[[], object]:
    """Store ``row`` once more as a new row, with ``changes``."""

    def store() -> None:
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()

    return store


def goal(**values: Any) -> YearlyGoal:
    item = WorkItem.objects.get(task__number=12)
    kept = {"work_item": item, "year": 2026, "text": "漏损率≤9%", "basis": "万州水利发〔2026〕3号"}
    return YearlyGoal(**kept | {"entered_by": person("slj"), "entered_at": timezone.now()} | values)


def goal_twice() -> None:
    first = goal()
    first.save()
    again(first)()


VIOLATIONS: dict[str, Callable[[], Callable[[], object]]] = {
    "plan_due_day_exists": lambda: lambda: Plan.objects.update(due_day=29),
    "plan_weekend_rule_known": lambda: lambda: Plan.objects.update(weekend_rule="never"),
    "plan_periods_in_order": lambda: lambda: Plan.objects.update(last_period="2019H2"),
    "issuer_order_once": lambda: again(
        PlanIssuer.objects.all()[0], department=Department.objects.get(code="cgj")
    ),
    "issuer_once": lambda: again(PlanIssuer.objects.all()[0], order=3),
    "receiver_order_once": lambda: again(
        PlanReceiver.objects.all()[0], department=Department.objects.get(code="cgj")
    ),
    "receiver_once": lambda: again(PlanReceiver.objects.all()[0], order=3),
    "section_order_once": lambda: again(Section.objects.all()[0], title="（六）"),
    "section_title_once": lambda: again(Section.objects.all()[0], order=9),
    "task_number_once": lambda: again(Task.objects.all()[0]),
    "task_number_positive": lambda: again(Task.objects.all()[0], number=0),
    "work_item_row_once": lambda: again(WorkItem.objects.all()[0]),
    "work_item_row_positive": lambda: again(WorkItem.objects.all()[0], row=0),
    "work_item_cells_filled": lambda: lambda: WorkItem.objects.update(lead_cell=""),
    "assignment_once": lambda: again(Assignment.objects.all()[0]),
    "assignment_kind_known": lambda: lambda: Assignment.objects.update(kind="guest"),
    "assignment_named": lambda: lambda: Assignment.objects.update(printed_name=""),
    "yearly_goal_once": lambda: goal_twice,
    "yearly_goal_year_sane": lambda: goal(year=1999).save,
    "yearly_goal_rests_on_document": lambda: goal(basis="").save,
    "indicator_code_once": lambda: again(Indicator.objects.all()[0]),
    "target_year_once": lambda: again(Target.objects.all()[0]),
    "target_year_sane": lambda: again(Target.objects.all()[0], year=20),
    "target_comparison_known": lambda: again(
        Target.objects.all()[0], comparison="about", year=2030
    ),
    "target_value_unless_worded": lambda: again(
        Target.objects.filter(comparison="worded")[0], value=1, year=2030
    ),
    "target_reduction_has_base_year": lambda: lambda: Target.objects.update(base_year=None),
}


TABLES: tuple[type[models.Model], ...] = (
    *(Plan, PlanIssuer, PlanReceiver, Section, Task, WorkItem),
    *(Assignment, YearlyGoal, Indicator, Target),
)
PROMISES = {one.name: (table, one) for table in TABLES for one in table._meta.constraints}


def test_each_promise_has_its_violation() -> None:
    assert set(VIOLATIONS) == set(PROMISES)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_database_refuses(plan: Plan, name: str) -> None:
    violate = VIOLATIONS[name]()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        violate()
    assert name in str(refusal.value) or columns_of(name) in str(refusal.value)


def columns_of(name: str) -> str:
    """How SQLite names a unique constraint."""
    table, one = PROMISES[name]
    fields = one.fields if isinstance(one, models.UniqueConstraint) else ["id"]
    columns = [table._meta.get_field(field).column for field in fields]
    return ", ".join(f"{table._meta.db_table}.{column}" for column in columns)
