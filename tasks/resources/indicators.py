"""指标: indicators with their targets, a row for each target; all of it is the plan file's."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from departments.tables.columns import Column
from departments.tables.resource import TableResource, refuse
from departments.tables.widgets import Number, Word, labels
from tasks.models import Indicator, Target
from tasks.resources.owned import PLAN_FILE, TEXT, plan_column, plan_file, plan_of


@dataclasses.dataclass
class TargetRow:
    """An indicator and one of its targets; an empty one where it has none."""

    indicator: Indicator
    target: Target


def _owned(heading: str, attribute: str, widget: Any = TEXT, **facts: Any) -> Column:
    return Column(heading, attribute, widget, fixed=plan_file, **facts)


class IndicatorResource(TableResource):
    title = "指标"
    key = ("指标代码", "年度")
    at_once = 100
    plan = plan_column("indicator__plan__slug")
    code = _owned("指标代码", "indicator__code", width=22, explanation="按方案、指标代码和年度认行")
    name = _owned("指标", "indicator__name", width=36, explanation="以方案文件为准，下同")
    unit = _owned("计量单位", "indicator__unit", width=10)
    highest = _owned("最大值", "indicator__highest", Number(places=4), width=10)
    accumulates = _owned("年内累计", "indicator__accumulates", Word({"是": True, "否": False}))
    item = _owned("序号", "indicator__work_item__code", width=8, explanation="所在的工作内容")
    year = _owned("年度", "target__year", Number(), width=8, explanation="目标值的年度")
    comparison = _owned("比较", "target__comparison", Word(labels(Target.Comparison.choices)))
    value = _owned("目标值", "target__value", Number(places=4), width=12)
    base = _owned("基准年", "target__base_year", Number(), width=8)
    text = _owned("原文", "target__text", width=40)

    def listed(self, queryset: QuerySet[Any]) -> Iterator[TargetRow]:
        rows = queryset.select_related("plan", "work_item__task").prefetch_related("targets")
        for indicator in rows:
            for target in indicator.targets.all() or [Target()]:
                yield TargetRow(indicator, target)

    def fetch(self, values: dict[str, str]) -> tuple[TargetRow, bool]:
        code, year = self.value("code", values), self.value("year", values)
        rows = Indicator.objects.filter(plan=plan_of(self, values), code=code or "")
        found = rows.select_related("plan", "work_item__task").first()
        target = found.targets.filter(year=year).first() if found and year else None
        if found is None or (target is None and values.get("年度")):
            raise refuse("", f"方案里没有这个指标或这一年的目标值。指标和目标值{PLAN_FILE}")
        return TargetRow(found, target or Target()), False
