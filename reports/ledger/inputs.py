"""What a row's inputs say, by the rules of the report form: values, faults, notices. Pure."""

import dataclasses
import functools
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reports.forms.content import content_field
from reports.ledger.columns import STATE, Column
from reports.ledger.docs import input_help
from reports.ledger.reader import CellKind, SheetCell
from reports.ledger.typed import TypedRow, fold, plain
from reports.states import Progress
from reports.value_checks import Measure

_FAULTY = {
    CellKind.FORMULA: (
        "是公式，公式的结果不能采信",
        "请复制这一格，用「选择性粘贴」粘贴成数值后再导入",
    ),
    CellKind.ERROR: ("是错误值或损坏的内容", "请改成要填的内容"),
    CellKind.DATE: ("被当成了日期", "请把这一格的格式改为「文本」，再重新填写"),
    CellKind.BOOLEAN: ("是逻辑值", "请把这一格的格式改为「文本」，再重新填写"),
}
MERGED = ("在合并的单元格里，分不清属于哪一行", "请取消合并，每行各填各的")
_STATES = {fold(state.label): state.value for state in Progress}
_DONE = Progress.DONE.value


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong: ``at`` is the cell as Excel says it (or empty), ``heading`` its column."""

    at: str
    heading: str
    reason: str
    cure: str

    def __str__(self) -> str:
        where = f"{self.at}「{self.heading}」" if self.at else ""
        return f"{where}{self.reason}；{self.cure}。"


@dataclasses.dataclass(frozen=True)
class Measured:
    """An indicator's code and what limits its values."""

    code: str
    measure: Measure


@dataclasses.dataclass
class Said:
    """``content`` (form field → value) is what can be taken of the row."""

    content: dict[str, Any] = dataclasses.field(default_factory=dict)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    notices: list[str] = dataclasses.field(default_factory=list)


def read_inputs(row: TypedRow, measured: Measured | None = None) -> Said:
    """What the filled-in inputs of ``row`` say; ``measured`` is what an indicator's row asks."""
    said = Said()
    for column, cell in row.inputs:
        assert column.input is not None
        if column.key in row.merged:
            said.faults.append(Fault(cell.at, column.heading, *MERGED))
        elif cell.kind in _FAULTY:
            said.faults.append(Fault(cell.at, column.heading, *_FAULTY[cell.kind]))
        elif row.is_indicator and measured is not None:
            field = _field("indicator", measured.measure)
            _read(said, f"indicator_{measured.code}", field, column, cell)
        elif not row.is_indicator:
            _read(said, column.input.field, _field(column.input.field), column, cell)
    _settle(said, row)
    return said


def _read(said: Said, name: str, field: forms.Field, column: Column, cell: SheetCell) -> None:
    text = cell.text
    if column.input is STATE:
        text = _STATES.get(fold(text), text)
    try:
        said.content[name] = field.clean(text)
    except ValidationError as error:
        reason = "".join(error.messages).rstrip("。")
        if column.input is STATE:
            reason = f"「{plain(cell)[:20]}」不是推进状态"
        said.faults.append(Fault(cell.at, column.heading, reason, input_help(column).rstrip("。")))
    _notice(said, column, cell, getattr(field, "removed", 0))


def _notice(said: Said, column: Column, cell: SheetCell, removed: int) -> None:
    assert column.input is not None
    where = f"{cell.at}「{column.heading}」"
    numeric = cell.kind in {CellKind.NUMBER, CellKind.PERCENT}
    if column.input.bounds and not numeric:
        said.notices.append(f"{where}是文本格式的数字，已按数字收下。")
    elif numeric and not (column.input.bounds or column.input.is_number):
        said.notices.append(f"{where}是数字，已按文字「{cell.text}」收下。")
    if removed:
        said.notices.append(f"{where}有 {removed} 个看不见的控制字符，已去除。")


@functools.cache
def _field(name: str, measure: Measure | None = None) -> forms.Field:
    return content_field(name, measure=measure)


def _settle(said: Said, row: TypedRow) -> None:
    """What the form would set by itself is refused where the workbook says otherwise."""
    state, rate = said.content.get("state"), said.content.get("completion")
    if state == _DONE and rate not in {None, 100}:
        cell = row.cells["completion"]
        cure = "请把完成率改为 100，或者清空这一格"
        reason = "推进状态为「已完成」时，完成率应为 100"
        said.faults.append(Fault(cell.at, "完成率", reason, cure))
    if state == Progress.STANDING and rate is not None:
        del said.content["completion"]
        said.notices.append("推进状态为「长期坚持」的不填完成率，所填的已略去。")
