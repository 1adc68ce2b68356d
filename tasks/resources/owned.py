"""What belongs to the plan file (docs/decisions/plan-file.md), and how its rows are found."""

from typing import Any

from departments.tables.columns import Column
from departments.tables.resource import TableResource
from departments.tables.widgets import Line
from tasks.models import Plan

PLAN_FILE = "以方案文件为准，不能经导入改；请改方案文件后执行 loadplan。"
TEXT = Line(100_000)
"""A text that is only compared."""


def plan_file(row: Any) -> str:
    """The rule of a column that the plan file owns."""
    return PLAN_FILE


def plan_column(attribute: str) -> Column:
    """方案: which plan a row belongs to; it may stay blank while there is one alone."""
    return Column(
        "方案", attribute, TEXT, fixed=plan_file, width=18,
        explanation="方案代码；系统里只有一个方案时可不填",
    )  # fmt: skip


def plan_of(resource: TableResource, values: dict[str, str]) -> Plan | None:
    """The plan that the row names, or the only one."""
    slug = resource.value("plan", values)
    found: Plan | None = resource.remember(("plan", slug), lambda: _plan(slug))
    return found


def _plan(slug: str | None) -> Plan | None:
    plans = list(Plan.objects.filter(slug=slug) if slug else Plan.objects.all()[:2])
    return plans[0] if len(plans) == 1 else None
