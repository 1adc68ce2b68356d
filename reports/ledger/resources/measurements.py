"""完成值: values of indicators. A row that says something new is a further value."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from import_export.widgets import Widget

from departments.errors import DomainError
from departments.models import Department
from departments.resources.lookup import Body
from departments.tables.columns import Column
from departments.tables.resource import TableResource, as_refusal, refuse
from departments.tables.widgets import Day, Line, Number, Word
from reports.actions.indicator_values import Doubtful, Fact, enter_measurement
from reports.calendar import HalfYear
from reports.models import Measurement, ReportingPeriod, Series
from reports.selectors.measurements import series_of
from reports.value_checks import plain
from tasks.models import Indicator
from tasks.resources.owned import PLAN_FILE, TEXT, plan_column, plan_file, plan_of

LEFT_OUT = "未填"
KINDS = {"初步数": False, "核定数": True}
CONFIRM, IN_FILE = "请点“确认无误”", "请在“确认无误”列填“是”"
ABOUT = {
    "截至日期": "as_of", "数据来源": "source", "来源最多": "source", "更正说明": "comment",
    "核定数": "is_final", "初步数": "is_final", "报告期": "period__code",
}  # fmt: skip
"""Which column a refusal is about, by a word in its sentence; the value's where none fits."""


@dataclasses.dataclass
class MeasurementRow:
    """A value as one row; ``sure`` says that an odd one is right."""

    measurement: Measurement
    series: Series | None = None
    sure: bool = False


class Half(Widget):  # type: ignore[misc]
    """报告期 as 2026H2."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        return HalfYear.parse(value).code

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


def _value(row: MeasurementRow) -> str:
    value = row.measurement.value
    if value is not None:
        return plain(value)
    return LEFT_OUT if row.measurement.pk else ""


def _at(row: MeasurementRow) -> str:
    at = row.measurement.at
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _kept_comment(row: MeasurementRow) -> str:
    if row.measurement.pk is None:
        return ""
    return "已录入的完成值和说明不能改；要更正，请改完成值，并写明更正说明。"


class MeasurementResource(TableResource):
    title = "完成值"
    key = ("指标代码", "报告期", "单位")
    plan = plan_column("measurement__indicator__plan__slug")
    code = Column("指标代码", "measurement__indicator__code", TEXT, fixed=plan_file, width=22,
                  explanation="必填；见指标表")  # fmt: skip
    name = Column("指标", "measurement__indicator__name", TEXT, fixed=plan_file, width=34,
                  explanation="填了就核对，与代码对不上即有误")  # fmt: skip
    unit = Column("计量单位", "measurement__indicator__unit", TEXT, fixed=plan_file, width=10,
                  explanation="同上")  # fmt: skip
    period = Column("报告期", "measurement__period__code", Half(), width=10,
                    explanation="必填；如 2026H2（2026年下半年），须已开放")  # fmt: skip
    department = Column("单位", "measurement__department", Body(), width=20,
                        explanation="这个指标的牵头单位；只有一个时可不填")  # fmt: skip
    value = Column("完成值", "measurement__value", Number(places=6), show=_value, required=True,
                   explanation="按计量单位只填数字；与已有的不同，即新增一条")  # fmt: skip
    as_of = Column("截至日期", "measurement__as_of", Day(), required=True, width=13,
                   explanation="在这个报告期的半年以内，不晚于今天")  # fmt: skip
    source = Column("来源", "measurement__source", Line(100), required=True, width=26)
    kind = Column("性质", "measurement__is_final", Word(KINDS), width=10,
                  explanation="初步数由牵头单位填报员录入，核定数由审核单位汇总员录入")  # fmt: skip
    comment = Column("更正说明", "measurement__comment", Line(200), fixed=_kept_comment,
                     width=24, explanation="与现有的值不同时必填")  # fmt: skip
    sure = Column("确认无误", "sure", Word({"是": True, "否": False}), width=10,
                  show=lambda row: "", explanation="变化超过一半等，核对后填“是”")  # fmt: skip
    by = Column("录入人", "measurement__by", told=True, width=12)
    at = Column("录入时间", "measurement__at", told=True, show=_at, width=17)

    def listed(self, queryset: QuerySet[Any]) -> Iterator[MeasurementRow]:
        for measurement in queryset.select_related("indicator__plan", "period", "department", "by"):
            yield MeasurementRow(measurement)

    def identity_headings(self) -> list[str]:
        return [*self.key, "完成值", "截至日期", "来源", "性质"]

    def fetch(self, values: dict[str, str]) -> tuple[MeasurementRow, bool]:
        indicator, period = self._indicator(values), self._period(values)
        body: Department | None = self.value("department", values)
        if body is None and values.get("单位"):
            raise refuse("measurement__department", "没有这个名称的单位，请对照单位表填写。")
        if body is not None and (kept := self._kept(indicator, period, body, values)):
            return MeasurementRow(kept, sure=bool(self.value("sure", values))), False
        series = _series(indicator, body)
        fresh = Measurement(indicator=indicator, period=period, department=series.department)
        return MeasurementRow(fresh, series), True

    def _indicator(self, values: dict[str, str]) -> Indicator:
        plan, code = plan_of(self, values), values.get("指标代码", "")
        rows = Indicator.objects.filter(plan=plan, code=code)
        found: Indicator | None = self.remember(
            ("indicator", plan, code), rows.select_related("plan", "work_item__task").first
        )
        if found is None:
            raise refuse("measurement__indicator__code", f"方案里没有这个指标。指标{PLAN_FILE}")
        return found

    def _period(self, values: dict[str, str]) -> ReportingPeriod:
        try:
            half = HalfYear.parse(values.get("报告期", ""))
        except ValueError as error:
            raise refuse("measurement__period__code", "请写成 2026H1 或 2026H2。") from error
        plan = plan_of(self, values)
        rows = ReportingPeriod.objects.filter(plan=plan, year=half.year, half=half.half)
        found: ReportingPeriod | None = self.remember(("period", plan, half), rows.first)
        if found is None:
            said = f"{half.label}报告期还没有开放，请先开放，或核对报告期。"
            raise refuse("measurement__period__code", said)
        return found

    def _kept(
        self,
        indicator: Indicator,
        period: ReportingPeriod,
        body: Department,
        values: dict[str, str],
    ) -> Measurement | None:
        """The value that is there already and says exactly what the row says."""
        left_out = values.get("完成值") == LEFT_OUT
        rows = Measurement.objects.filter(indicator=indicator, period=period, department=body)
        rows = rows.filter(value__isnull=True) if left_out else rows.filter(
            value=self.value("value", values))  # fmt: skip
        found: Measurement | None = rows.filter(
            as_of=self.value("as_of", values),
            source=values.get("来源", ""),
            is_final=bool(self.value("kind", values)),
        ).order_by("-at", "-pk").first()  # fmt: skip
        return found

    def store(self, row: MeasurementRow, new: bool) -> None:
        measurement = row.measurement
        assert row.series is not None and measurement.value is not None  # noqa: PT018 - required
        fact = Fact(
            value=measurement.value,
            as_of=measurement.as_of,
            source=measurement.source,
            final=measurement.is_final,
            comment=measurement.comment,
        )
        sure = measurement.value if row.sure else None
        try:
            row.measurement = enter_measurement(
                series=row.series, period=measurement.period, by=self.actor, fact=fact, sure=sure
            )
        except DomainError as error:
            raise _refusal(error) from error


def _series(indicator: Indicator, body: Department | None) -> Series:
    """Whose value it is; raises ValidationError where the indicator is not that department's."""
    known = series_of(indicator.plan, [indicator])[indicator.pk]
    found = [one for one in known if body is None or one.department == body]
    if len(found) == 1:
        return found[0]
    names = "、".join(str(one.department) for one in known) or "（没有）"
    raise refuse("measurement__department", f"请填这个指标的牵头单位：{names}。")


def _refusal(error: DomainError) -> Exception:
    sentence = str(error).replace(CONFIRM, IN_FILE)
    if isinstance(error, Doubtful):
        return refuse("measurement__value", sentence)
    about = next((field for word, field in ABOUT.items() if word in sentence), "value")
    return as_refusal(type(error)(sentence), f"measurement__{about}")
