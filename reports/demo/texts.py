"""Sample texts, composed by rule from each row's own words."""

import re
from decimal import Decimal
from typing import Any

from reports.calendar import HalfYear
from reports.states import Progress
from reports.value_checks import COUNTED, Measure
from tasks.models import Indicator, Target, WorkItem

_CLAUSES = re.compile("[。；]")
DONE = ("完成现场核查", "组织专题调度", "开展技术培训", "新增示范点", "整改突出问题")
UNITS = ("处", "次", "场", "个", "项")


def seed(item: WorkItem, half_year: HalfYear) -> int:
    """A number that differs by row and half-year, and is always the same for both."""
    return item.task.number * 7 + item.row * 3 + half_year.year * 2 + half_year.half


def progress_text(item: WorkItem, half_year: HalfYear) -> str:
    """What the lead «did» in the half-year."""
    clauses = [part.strip() for part in _CLAUSES.split(item.text) if part.strip()]
    number = seed(item, half_year)
    clause = clauses[number % len(clauses)]
    act, unit = DONE[number % len(DONE)], UNITS[number % len(UNITS)]
    amount = 3 + number % 11
    return (
        f"{half_year.label}，围绕「{clause}」制定工作清单，明确责任科室和完成时限。"
        f"{act}{amount}{unit}，累计{amount + 6 + number % 5}{unit}；"
        f"会同各责任单位研究推进{item.task.title}有关事项 {1 + number % 3} 次，工作按计划开展。"
    )


def content(item: WorkItem, half_year: HalfYear, state: Progress) -> dict[str, Any]:
    """A complete report in ``state``."""
    number = seed(item, half_year)
    rate = min(95, 30 + (half_year.year - 2020) * 8 + half_year.half * 3 + number % 9)
    behind = state in {Progress.BEHIND, Progress.NOT_BEGUN}
    return {
        "progress": progress_text(item, half_year),
        "state": state.value,
        "completion": {Progress.DONE: 100, Progress.STANDING: None}.get(state, rate),
        "problems": "部分项目资金尚未落实，进度慢于计划。" if behind else "",
        "coordination": "请协调落实改造资金和用地手续。" if behind else "",
        "next_steps": f"下一步继续推进{item.task.title}，按月调度，确保年度目标完成。",
    }


def base_value(indicator: Indicator) -> Decimal:
    """What the indicator «was» in its base year."""
    return Decimal(40 + 5 * indicator.order)


def indicator_value(indicator: Indicator, half_year: HalfYear) -> str:
    """A value near the indicator's last target, one that the indicator can have."""
    targets = [row for row in indicator.targets.all() if row.value is not None]
    if not targets:
        return ""
    last, target = targets[-1], targets[-1].value or Decimal(0)
    step = (half_year.year - 2025 + indicator.order % 3 - Decimal(1)) * target / 100
    value = target + step
    if last.comparison == Target.Comparison.AT_MOST:
        value = target * Decimal("0.97") - Decimal(half_year.year - 2024) * target / 100
    if last.comparison == Target.Comparison.REDUCED_BY:
        value = base_value(indicator) * (100 - target - step) / 100
    if indicator.accumulates and half_year.half == 1:
        value /= 2
    measure = Measure(indicator.unit, indicator.highest)
    value = min(value, measure.limit) if measure.limit is not None else value
    finest = "1" if indicator.unit in COUNTED else "0.001" if target < 1 else "0.01"
    return str(value.quantize(Decimal(finest)))


def entry_text(item: WorkItem, half_year: HalfYear, name: str) -> str:
    """What a co-responsible department «logged»."""
    number = seed(item, half_year) + len(name)
    return (
        f"配合{item.task.title}：提供数据 {2 + number % 7} 份，参加联合检查 {1 + number % 4} 次。"
    )
