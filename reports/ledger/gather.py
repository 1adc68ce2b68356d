"""From a workbook that was read to rows that can be kept, shown and taken. Pure."""

import dataclasses
import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from reports.ledger.fill_in import DEPARTMENT, EXPORTED_AT, PERIOD
from reports.ledger.inputs import Fault, Measured, read_inputs
from reports.ledger.match import DOWNLOAD, Match, Scope, match
from reports.ledger.reader import Book
from reports.ledger.typed import TypedRow, plain, typed_rows
from reports.models import WorkbookRow
from reports.selectors.measurements import measure_of
from reports.value_checks import doubt_about

Counted = dict[tuple[int, str], list[int]]
"""Report and indicator → the numbers of the rows that speak of it."""
_VERSION = re.compile(r"[0-9]{1,9}")


def gather(book: Book, name: str, scope: Scope) -> Iterator[WorkbookRow]:
    """The rows of ``book`` that say something, unsaved, in their order, one at a time.

    Raises WorkbookRefused at once where the file ``name`` holds no table. A row without an input, a
    key or a report is passed over: a remark below the table, say. The book is gone through twice,
    first to see what stands in it more than once: a long one is never whole in memory.
    """
    counted: Counted = {}
    for typed, found in _matches(book, name, scope):
        if found.report is not None:
            counted.setdefault((found.report.pk, _code(found)), []).append(typed.number)
    return _rows(book, name, scope, counted)


def _rows(book: Book, name: str, scope: Scope, counted: Counted) -> Iterator[WorkbookRow]:
    dated = exported_at(book) is not None
    for typed, found in _matches(book, name, scope):
        row = _kept(typed, found, counted, dated=dated)
        row.notices += _doubts(row, found, scope)
        yield row


def _matches(book: Book, name: str, scope: Scope) -> Iterator[tuple[TypedRow, Match]]:
    stranger = _stranger(book, scope)
    for typed in typed_rows(book, name):
        if found := _matched(typed, scope, stranger):
            yield typed, found


def _measured(found: Match) -> Measured | None:
    if found.indicator is None:
        return None
    return Measured(found.indicator.code, measure_of(found.indicator))


def _code(found: Match) -> str:
    return found.indicator.code if found.indicator else ""


def exported_at(book: Book) -> datetime.datetime | None:
    """The moment at which our workbook went out, where it still knows."""
    try:
        moment = datetime.datetime.fromisoformat(book.properties.get(EXPORTED_AT, ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _stranger(book: Book, scope: Scope) -> str:
    """Whose workbook it says to be, where that is another department's or half-year's."""
    period, department = book.properties.get(PERIOD, ""), book.properties.get(DEPARTMENT, "")
    own = {(place[1], place[2]) for place in scope.places}
    if not period or not department or (period, department) in own:
        return ""
    return f"{scope.names.get(department, department[:20])}{period[:10]}"


def _matched(typed: TypedRow, scope: Scope, stranger: str) -> Match | None:
    if stranger and not typed.text("key"):
        reason = f"这份表是{stranger}的，不是{scope.label}的"
        return Match(fault=Fault("", "", reason, DOWNLOAD)) if typed.inputs else None
    found = match(typed, scope)
    said = found.report is not None or bool(typed.inputs) or bool(typed.text("key"))
    return found if said else None


def _kept(typed: TypedRow, found: Match, counted: Counted, *, dated: bool) -> WorkbookRow:
    said = read_inputs(typed, _measured(found))
    version = _version(typed)
    if found.report is not None and said.content:
        said.notices += _undated(found.report.version, version, dated=dated)
    faults = [found.fault, *said.faults] if found.fault else said.faults
    if found.report is not None:
        numbers = counted[found.report.pk, _code(found)]
        if len(numbers) > 1:
            where = "、".join(str(number) for number in numbers[:10])
            reason = f"同一项在这份表里出现了 {len(numbers)} 次（第 {where} 行）"
            faults = [Fault("", "", reason, "请只留一行"), *faults]
    return WorkbookRow(
        sheet=typed.sheet[:100],
        number=typed.number,
        report_id=found.report.pk if found.report else None,
        indicator=_code(found),
        base_version=version,
        typed=dict(_texts(typed, everything=found.report is None)),
        content=said.content,
        faults=[dataclasses.asdict(fault) for fault in faults],
        notices=said.notices,
    )


def _doubts(row: WorkbookRow, found: Match, scope: Scope) -> list[str]:
    """What the form would ask before it takes a new value is told in the preview."""
    if found.indicator is None or found.report is None:
        return []
    value = row.content.get(f"indicator_{found.indicator.code}")
    if value is None or value == found.report.values.get(found.indicator.code):
        return []
    before = scope.before.get(found.indicator.pk)
    doubt = doubt_about(Decimal(value), measure_of(found.indicator), before)
    return [f"{found.indicator.name}：{doubt}"] if doubt else []


def _version(typed: TypedRow) -> int | None:
    text = typed.text("version")
    return int(text) if _VERSION.fullmatch(text) else None


def _undated(current: int, version: int | None, *, dated: bool) -> list[str]:
    """What is to be said where nobody knows which text the row went out with."""
    if version is not None and version > current:
        return ["表中的版本比系统里的还新，不知道网页上是否改过，请核对现有内容。"]
    if version is None and not dated:
        return ["表中没有版本，不知道网页上是否改过，请核对现有内容。"]
    return []


def _texts(typed: TypedRow, *, everything: bool) -> Iterator[tuple[str, str]]:
    """What stood in the inputs, as it was typed; in every column where no report is known."""
    for column in typed.columns:
        if column.key in typed.cells and (everything or column.input):
            yield column.key, plain(typed.cells[column.key])
