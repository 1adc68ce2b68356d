"""Which tables go into the whole, which of their rows are a plan's, and what stays behind."""

import dataclasses
import functools
from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import Q

from tasks.models import Plan

APPS = ("departments", "tasks", "reports")
LEFT_OUT = {
    "departments.AuditEvent": "安全日志记的是谁用过系统，不是方案的内容；管理员在后台查看",
    "departments.User_groups": "本系统不用",
    "departments.User_user_permissions": "本系统不用",
    "reports.CalendarFeed": "日历订阅只有口令",
    "reports.ChannelState": "发信渠道此刻的状态",
    "reports.TickState": "定时任务此刻的状态",
    "reports.PlanExport": "导出本身的记录",
    "reports.SearchText": "检索用的副本，文字都在办理记录里",
}
"""Tables that are in neither scope, and why."""
NAMES = {"departments.Department_members": "集合成员"}
"""What a table is called that has no name of its own."""

FILED = (
    "PeriodEvent", "ReportingPeriod", "Report", "ReportEvent", "Receipt", "Submission",
    "ProgressEntry", "EntryRevision", "EntryRequest", "Extension", "Extension_reports",
    "Measurement", "Baseline", "Attachment", "Acknowledgement", "Urge", "Urge_reports", "Notice",
    "Notice_reports", "Delivery", "Attempt", "LedgerLayout", "HistoricalLedgerLayout",
    "ReminderRules", "WorkingDay", "Coordination", "CoordinationEvent", "HistoryImport",
    "HistoryRow",
)  # fmt: skip
"""What the receivers see anyway. A table that is not named here goes out with everything only."""
DRAFTS = "汇总单位看不到的（草稿、个人的设置等），只在命令行导出的全部数据里"


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of the whole: its Chinese name, and which rows are the plan's."""

    model: type[models.Model]
    name: str

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows(self, plan: Plan) -> models.QuerySet[models.Model]:
        """The rows of ``plan`` in the order in which they were made; all where no plan is named."""
        chosen = self.model._base_manager.filter(rows_of(self.model, plan))
        return chosen.order_by("pk")


def tables(*, everything: bool) -> list[Table]:
    """The tables of the whole; without ``everything`` those that the receivers may read."""
    found = [model for model in _models() if model._meta.label not in LEFT_OUT]
    if not everything:
        found = [model for model in found if _may_leave(model)]
    return [Table(model, name_of(model)) for model in found]


def left_out(*, everything: bool) -> dict[str, str]:
    """Chinese name of each table that stays behind → why."""
    reasons = {
        name_of(model): LEFT_OUT[model._meta.label]
        for model in _models()
        if model._meta.label in LEFT_OUT
    }
    if not everything:
        drafts = (model for model in _models() if not _may_leave(model))
        reasons |= {name_of(m): DRAFTS for m in drafts if m._meta.label not in LEFT_OUT}
    return reasons


def _may_leave(model: type[models.Model]) -> bool:
    return model._meta.app_label != "reports" or model.__name__ in FILED


def _models() -> Iterator[type[models.Model]]:
    for app in APPS:
        yield from apps.get_app_config(app).get_models(include_auto_created=True)


@functools.cache
def name_of(model: type[models.Model]) -> str:
    """The table's Chinese name, for a sheet and a file: 办理记录, 分工修改记录, 延期与进展情况."""
    meta = model._meta
    if meta.label in NAMES:
        return NAMES[meta.label]
    if meta.auto_created:
        ends = [field.related_model for field in meta.concrete_fields if field.is_relation]
        return "与".join(name_of(end) for end in ends if isinstance(end, type))
    if base := getattr(model, "instance_type", None):
        return f"{name_of(base)}修改记录"
    return str(meta.verbose_name)


def rows_of(model: type[models.Model], plan: Plan) -> Q:
    """Which rows of ``model`` hang on ``plan``, over whatever rows; all where none leads there."""
    if getattr(model, "instance_type", model) is Plan:
        return Q(id=plan.pk)
    wanted = Q()
    for path in paths_to_plan(model):
        wanted |= Q(**{path: plan})
    return wanted


@functools.cache
def paths_to_plan(
    model: type[models.Model], behind: tuple[type[models.Model], ...] = ()
) -> list[str]:
    """The shortest way from a row to its plan by fields that are always filled, else every way."""
    ways = list(_ways(model, behind))
    sure = [path for path, filled in ways if filled]
    return [min(sure, key=lambda path: path.count("__"))] if sure else [path for path, _ in ways]


def _ways(
    model: type[models.Model], behind: tuple[type[models.Model], ...]
) -> Iterator[tuple[str, bool]]:
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not isinstance(target, type) or target in (model, *behind):
            continue
        if target is Plan:
            yield field.name, not field.null
        else:
            for path in paths_to_plan(target, (*behind, model)):
                yield f"{field.name}__{path}", not field.null
