"""The ledger's columns: one definition for export, screen, workbook, import and documentation."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from reports.ledger.rows import LedgerRow
from reports.models import LedgerLayout
from reports.moments import filing_stamp
from reports.selectors.conflict import words
from reports.states import Progress
from reports.text import MAX_NOTE, MAX_UNITS
from tasks.models import Plan

FILED_TEXT = "牵头单位报送的文字"


@dataclasses.dataclass(frozen=True)
class Input:
    """What a department writes in the column of its fill-in workbook, and how to write it.

    ``field`` is the report form's, whose rules hold; ``choices`` stand in the drop-down, ``bounds``
    are those of a whole number; ``is_number`` asks for a number of any kind.
    """

    field: str
    help: str
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    is_number: bool = False


@dataclasses.dataclass(frozen=True)
class Column:
    """``width`` is in Excel's characters; ``annex`` columns are merged over a work item's rows.

    ``task_wide`` ones are merged over all rows of a task, as in the plan's annex. ``input`` says
    that a department writes it in its workbook; ``hidden`` columns are for the system alone.
    ``read`` takes a LedgerRow, or a FillInRow where only the workbook has the column.
    """

    key: str
    heading: str
    width: int
    read: Callable[[Any], str]
    annex: bool = False
    task_wide: bool = False
    explanation: str = ""
    input: Input | None = None
    hidden: bool = False


def _content(name: str) -> Callable[[LedgerRow], str]:
    return lambda row: words(name, row.content.get(name))


def _previous(name: str) -> Callable[[Any], str]:
    return lambda row: words(name, row.previous.get(name))


def _moment(row: LedgerRow) -> str:
    if row.report is None or row.report.filed_at is None:
        return ""
    return filing_stamp(row.report.filed_at)


def _on_time(row: LedgerRow) -> str:
    if row.report is None or row.report.filed_event_id is None or row.report.late is None:
        return ""
    return "迟报" if row.report.late else "按时"


def _annex(key: str, heading: str, width: int, read: Callable[[LedgerRow], str]) -> Column:
    return Column(key, heading, width, read, annex=True, explanation="方案附件原文")


def _filed(key: str, heading: str, width: int, help_text: str) -> Column:
    written = Input(key, f"{help_text}最多 {MAX_UNITS} 字。")
    return Column(key, heading, width, _content(key), explanation=FILED_TEXT, input=written)


STATE = Input("state", "从下拉列表中选一个。", choices=tuple(str(row.label) for row in Progress))
RATE = Input(
    "completion",
    "累计完成的百分比，0 到 100 的整数，如 45；「已完成」填 100，「长期坚持」不填。",
    bounds=(0, 100),
)
NOTE = Input("note", f"选填，最多 {MAX_NOTE} 字。")
COLUMNS: tuple[Column, ...] = (
    dataclasses.replace(
        _annex("number", "序号", 6, lambda row: str(row.item.task.number)), task_wide=True
    ),
    dataclasses.replace(
        _annex("task", "目标任务", 11, lambda row: row.item.task.title), task_wide=True
    ),
    _annex("work", "工作内容", 32, lambda row: row.item.text),
    _annex("lead", "牵头单位", 11, lambda row: row.item.lead_cell),
    _annex("responsible", "责任单位", 22, lambda row: row.item.responsible_cell),
    Column("goal", "年度目标", 14, lambda row: row.goal, explanation="当年目标，由汇总单位录入"),
    Column("office", "责任科室", 10, lambda row: row.assignment.office, explanation="牵头单位指定"),
    Column("person", "经办人", 9, lambda row: row.person, explanation="牵头单位指定"),
    Column("telephone", "联系电话", 13, lambda row: row.telephone, explanation="经办人电话"),
    Column("state", "推进状态", 9, _content("state"), explanation="牵头单位自评", input=STATE),
    Column("assessed", "核定状态", 9, lambda row: row.assessed, explanation="审核单位核定"),
    Column("completion", "完成率", 7, _content("completion"), explanation="累计百分比", input=RATE),
    _filed("progress", "进展情况", 44, "本半年做了什么、到什么程度，写清数量和单位。"),
    _filed("problems", "存在问题", 18, "进展滞后、未启动的必填，其余选填。"),
    _filed("coordination", "需协调解决事项", 16, "需要别的单位支持的事，列入协调清单；选填。"),
    _filed("next_steps", "下一步计划", 20, "进展滞后、未启动的必填，其余选填。"),
    Column("indicators", "指标", 15, lambda row: row.indicators, explanation="本期指标完成值"),
    Column("support", "责任单位配合情况", 24, lambda row: row.support, explanation="本期进展记录"),
    Column("files", "佐证材料", 16, lambda row: row.files, explanation="附件文件名"),
    Column("filed_at", "报送时间", 11, _moment, explanation="首次报送的时间（北京时间）"),
    Column("on_time", "是否按时", 7, _on_time, explanation="按当时有效的截止日判定"),
    Column("review", "审核意见", 16, lambda row: row.review, explanation="最近一次审核意见"),
    Column(
        "note", "备注", 10, lambda row: row.note, explanation="免报、线下、历史导入等", input=NOTE
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
ANNEX = tuple(column.key for column in COLUMNS if column.annex)
DEFAULT = (
    *ANNEX,
    *("goal", "state", "assessed", "completion", "progress", "problems", "coordination"),
    *("next_steps", "support", "filed_at", "on_time", "review", "note"),
)

KEY = Column("key", "系统编号", 8, lambda row: row.key, explanation="认行用", hidden=True)
VERSION = Column("version", "版本", 8, lambda row: row.version, explanation="认先后用", hidden=True)
REASON = Column("reason", "未导入的原因", 30, lambda row: "", explanation="退回的填报表才有")
FILL_IN: tuple[Column, ...] = (
    *(BY_KEY[key] for key in (*ANNEX, "goal", "support")),
    Column("previous_state", "上期推进状态", 9, _previous("state"), explanation="上期报送的"),
    Column(
        "previous_completion", "上期完成率", 8, _previous("completion"), explanation="上期报送的"
    ),
    Column("previous", "上期进展情况", 30, _previous("progress"), explanation="上期报送的"),
    Column("status", "填报状态", 9, lambda row: row.status, explanation="导出时的状态"),
    *(column for column in COLUMNS if column.input),
    KEY,
    VERSION,
)
"""A department's fill-in workbook: what it may write stands in the columns with an ``input``."""

VALUE = Column(
    "value", "本期完成值", 13, lambda row: row.value, explanation="本期指标完成值",
    input=Input("indicator", "只填数，如 9.3；选填。", is_number=True),
)  # fmt: skip
INDICATORS: tuple[Column, ...] = (
    *(BY_KEY[key] for key in ("number", "task", "work")),
    Column("indicator", "指标", 24, lambda row: row.indicator_name, explanation="方案的量化指标"),
    Column("unit", "单位", 10, lambda row: row.unit, explanation="指标的单位"),
    Column("target", "目标值", 24, lambda row: row.target, explanation="方案的目标"),
    Column(
        "previous_value", "上期完成值", 13, lambda row: row.previous_value, explanation="上期报送的"
    ),
    VALUE,
    KEY,
    VERSION,
)
"""The workbook's second sheet: a row per indicator of the department's items."""


def chosen(plan: Plan, keys: Sequence[str] = ()) -> list[Column]:
    """The columns named by ``keys`` in their order; unknown ones are passed over.

    The annex's five always stand first. Without keys those that the plan chose, else the default.
    """
    wanted = [key for key in keys if key in BY_KEY] or _of_plan(plan) or list(DEFAULT)
    others = [key for key in dict.fromkeys(wanted) if key not in ANNEX]
    return [BY_KEY[key] for key in (*ANNEX, *others)]


def _of_plan(plan: Plan) -> list[str]:
    layout = LedgerLayout.objects.filter(plan=plan).first()
    by_heading = {column.heading: column.key for column in COLUMNS}
    return [by_heading[name] for name in layout.names if name in by_heading] if layout else []
