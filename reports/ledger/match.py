"""Which report a workbook's row belongs to: by its hidden key, else by number and text. Pure."""

import dataclasses
from collections.abc import Iterable, Mapping

from reports.ledger.inputs import Fault
from reports.ledger.keys import RowKey
from reports.ledger.typed import TypedRow, fold
from reports.value_checks import Before
from tasks.models import Indicator

DOWNLOAD = "请重新下载填报表，把内容填到对应的行里"


@dataclasses.dataclass(frozen=True, slots=True)
class Owed:
    """A report, as far as a row needs to know it to find it: its item's text and task number.

    ``work_item`` is an id, ``values`` are those of its indicators by code.
    """

    pk: int
    key: RowKey
    work_item: int
    number: int
    text: str
    version: int
    values: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Scope:
    """The reports that a workbook may speak of, found by key and by text.

    ``places`` are the plans, half-years and departments (codes) they belong to; ``names`` gives the
    departments' names by code, to say whose row a strange one is; ``before`` the values of the
    half-year before by indicator id, with which new ones are compared.
    """

    label: str
    places: frozenset[tuple[str, str, str]]
    by_key: Mapping[str, Owed]
    by_text: Mapping[str, list[Owed]]
    indicators: Mapping[int, list[Indicator]]
    names: Mapping[str, str]
    before: Mapping[int, Before]


def scope_of(
    label: str,
    owed: Iterable[Owed],
    indicators: Mapping[int, list[Indicator]],
    names: Mapping[str, str],
    before: Mapping[int, Before],
) -> Scope:
    """``label`` says whose and when («区城管局2026年下半年»); ``indicators`` go by work item id."""
    by_key: dict[str, Owed] = {}
    by_text: dict[str, list[Owed]] = {}
    for each in owed:
        by_key[str(each.key)] = each
        by_text.setdefault(fold(each.text), []).append(each)
    places = frozenset(each.key.place for each in by_key.values())
    return Scope(label, places, by_key, by_text, indicators, names, before)


@dataclasses.dataclass(frozen=True)
class Match:
    """The report of a row (and its indicator), or what is wrong with the row."""

    report: Owed | None = None
    indicator: Indicator | None = None
    fault: Fault | None = None


def match(row: TypedRow, scope: Scope) -> Match:
    """Never a guess: what is not certain is a fault that says what to do."""
    if text := row.text("key"):
        return _by_key(row, text, scope)
    return _by_text(row, scope)


def _fault(row: TypedRow, key: str, reason: str, cure: str = DOWNLOAD) -> Match:
    cell = row.cells.get(key)
    heading = next((column.heading for column in row.columns if column.key == key), "")
    return Match(fault=Fault(cell.at if cell else "", heading, reason, cure))


def _by_key(row: TypedRow, text: str, scope: Scope) -> Match:
    key = RowKey.parse(text)
    if key is None or bool(key.indicator) != row.is_indicator:
        return _fault(row, "key", "被改动过，认不出是哪一项")
    report = scope.by_key.get(str(key.of_report))
    if report is None:
        return _strange(row, key, scope)
    printed = row.text("work")
    if printed and fold(printed) != fold(report.text):
        return _fault(row, "work", f"与系统编号所指的 {key.item} 对不上，可能行被错开了")
    if not key.indicator:
        return Match(report)
    for each in _indicators(report, scope):
        if each.code == key.indicator:
            return Match(report, each)
    return _fault(row, "key", "所指的指标已经不在方案里", "请把数值写入进展情况")


def _strange(row: TypedRow, key: RowKey, scope: Scope) -> Match:
    if key.place in scope.places:
        return _fault(row, "key", f"所指的 {key.item} 不在{scope.label}的应报事项里")
    home = f"{scope.names.get(key.department, key.department)}{key.half_year}"
    return _fault(row, "key", f"是{home}的，不是{scope.label}的", "请在那里的导入页导入")


def _by_text(row: TypedRow, scope: Scope) -> Match:
    printed, number = row.text("work"), fold(row.text("number"))
    if not printed:
        return _fault(row, "work", "没有系统编号，也没有工作内容，认不出是哪一项")
    found = scope.by_text.get(fold(printed), [])
    if number:
        found = [each for each in found if str(each.number) == number]
    if len(found) != 1:
        return _fault(row, "work", f"按序号和工作内容在{scope.label}里没有找到唯一的一项")
    if not row.is_indicator:
        return Match(found[0])
    named = fold(row.text("indicator"))
    fitting = [each for each in _indicators(found[0], scope) if fold(each.name) == named]
    if len(fitting) != 1:
        return _fault(row, "indicator", "不是本项的指标")
    return Match(found[0], fitting[0])


def _indicators(report: Owed, scope: Scope) -> list[Indicator]:
    return scope.indicators.get(report.work_item, [])
