"""What taking the rows of workbooks would do to the reports as they stand now. Pure.

Field by field three texts are compared: what the workbook went out with (the base), what it came
back with, and what stands in the system now. Where only one side moved, that side holds; where
both did, a person chooses.
"""

import dataclasses
import enum
import functools
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from reports.models import Report, WorkbookRow
from reports.requirements import settle

WEB = "web"
INDICATOR = "indicator_"
Content = Mapping[str, Any]


class Kind(enum.StrEnum):
    """What would become of a report, or of a row that no report takes."""

    INVALID = "invalid"
    LOCKED = "locked"
    CONFLICT = "conflict"
    CHANGED = "changed"
    NEW = "new"
    UNCHANGED = "unchanged"


@dataclasses.dataclass(frozen=True)
class Change:
    """One field that workbooks fill in; ``fills`` maps a file's order to its value.

    ``clash`` says that a person has to choose: two files differ, or the field was written in the
    browser since the workbook went out.
    """

    name: str
    now: Any
    fills: Mapping[int, Any]
    clash: bool

    def value(self, choice: str) -> Any:
        """The value that ``choice`` stands for (``option_of`` a file, or WEB)."""
        if not self.clash:
            return next(iter(self.fills.values()))
        return next((v for file, v in self.fills.items() if option_of(file) == choice), self.now)


def option_of(file: int) -> str:
    """The choice that stands for the file with this order."""
    return f"file{file}"


@dataclasses.dataclass(frozen=True)
class Item:
    """A report, the valid rows that speak of it, and what they change.

    ``fillers`` are those of ``rows`` that change something; ``moved`` says that some row fills in
    something, also where it already stands in the system.
    """

    report: Report
    rows: list[WorkbookRow]
    fillers: list[WorkbookRow]
    changes: list[Change]
    choice: str
    moved: bool

    @property
    def clashes(self) -> list[Change]:
        return [change for change in self.changes if change.clash]

    @property
    def options(self) -> list[str]:
        """What can be chosen: the system's text first, then each file's."""
        files = sorted({file for change in self.clashes for file in change.fills})
        return [WEB, *(option_of(file) for file in files)]

    @property
    def is_open(self) -> bool:
        """Whether a choice is still to be made."""
        return bool(self.clashes) and self.choice not in self.options

    @functools.cached_property
    def kind(self) -> Kind:
        """What would become of the report."""
        if self.clashes:
            return Kind.CONFLICT if self.report.is_writable else Kind.LOCKED
        if not self.content:
            return Kind.UNCHANGED
        if not self.report.is_writable:
            return Kind.LOCKED
        return Kind.CHANGED if any(self.report.content().values()) else Kind.NEW

    @property
    def is_taken(self) -> bool:
        """Whether confirming writes this report."""
        return self.kind in {Kind.NEW, Kind.CHANGED, Kind.CONFLICT} and not self.is_open

    @property
    def sources(self) -> set[int]:
        """The orders of the files from which something is written."""
        return {
            file
            for change in self.changes
            for file in change.fills
            if not change.clash or option_of(file) == self.choice
        }

    @functools.cached_property
    def content(self) -> dict[str, Any]:
        """What would be written, as content; only what differs from what stands there."""
        now = self.report.content()
        wanted = {**now, "indicator_values": dict(now["indicator_values"])}
        for change in self.changes:
            value = change.value(self.choice)
            if change.name.startswith(INDICATOR):
                _put(wanted["indicator_values"], change.name.removeprefix(INDICATOR), value)
            else:
                wanted[change.name] = value
        settled = settle(wanted)
        return {name: value for name, value in settled.items() if value != now[name]}


def _put(values: dict[str, str], code: str, value: str | None) -> None:
    values.pop(code, None)
    if value is not None:
        values[code] = value


@dataclasses.dataclass(frozen=True)
class Preview:
    """Every report that the rows speak of, and the rows that can't be taken."""

    items: list[Item]
    invalid: list[WorkbookRow]

    def of(self, *kinds: Kind) -> list[Item]:
        return [item for item in self.items if item.kind in kinds]

    def count(self, kind: Kind) -> int:
        """How many reports (rows, for the invalid) are of ``kind``."""
        return len(self.invalid) if kind == Kind.INVALID else len(self.of(kind))

    @property
    def taken(self) -> list[Item]:
        return [item for item in self.items if item.is_taken]

    @property
    def blocked(self) -> int:
        """How many reports and rows keep the whole from being taken."""
        held = [item for item in self.items if item.kind == Kind.LOCKED or item.is_open]
        return len(self.invalid) + len(held)

    @property
    def marks(self) -> str:
        """What the preview rests on, by report; it changes when somebody writes meanwhile."""
        marks = sorted(
            (item.report.pk, item.report.version, item.report.is_writable)
            for item in self.items
            if item.moved
        )
        return "".join(f"{pk}:{version}:{writable};" for pk, version, writable in marks)

    @property
    def seen(self) -> str:
        """The fingerprint of this preview alone."""
        return hashlib.sha256(self.marks.encode()).hexdigest()


def preview(
    rows: Sequence[WorkbookRow],
    reports: Mapping[int, Report],
    bases: Mapping[int, Content | None],
    choices: Mapping[str, str],
) -> Preview:
    """What ``rows`` would do to ``reports`` (by id) as they stand.

    ``bases`` goes by a row's place in ``rows``: the content with which its workbook went out, None
    where nobody knows. ``choices`` maps a report's id to WEB or to a file's ``option_of``.
    """
    invalid = [row for row in rows if row.faults or row.report_id not in reports]
    spoken: dict[int, list[tuple[WorkbookRow, Content | None]]] = {}
    for at, row in enumerate(rows):
        if not row.faults and row.report_id is not None and row.report_id in reports:
            spoken.setdefault(row.report_id, []).append((row, bases.get(at)))
    items = [
        _item(reports[pk], spoken[pk], choices.get(str(pk), "")) for pk in reports if pk in spoken
    ]
    faulty = {row.report_id for row in invalid}
    shown = [i for i in items if i.kind != Kind.UNCHANGED or i.report.pk not in faulty]
    return Preview(shown, invalid)


def _item(report: Report, said: list[tuple[WorkbookRow, Content | None]], choice: str) -> Item:
    now, moved = report.content(), False
    fills: dict[str, dict[int, Any]] = {}
    stale: set[str] = set()
    fillers: list[WorkbookRow] = []
    for row, base in said:
        for name, value in row.content.items():
            if base is not None and same(name, value, value_of(base, name)):
                continue
            moved = True
            if same(name, value, value_of(now, name)):
                continue
            fills.setdefault(name, {})[row.file.order] = value
            if row not in fillers[-1:]:
                fillers.append(row)
            if base is not None and not same(name, value_of(base, name), value_of(now, name)):
                stale.add(name)
    changes = [
        Change(name, value_of(now, name), by_file, name in stale or _differ(name, by_file))
        for name, by_file in fills.items()
    ]
    return Item(report, [row for row, _ in said], fillers, changes, choice, moved)


def _differ(name: str, fills: Mapping[int, Any]) -> bool:
    values = iter(fills.values())
    first = next(values)
    return any(not same(name, first, other) for other in values)


def value_of(content: Content, name: str) -> Any:
    """The value of a form field in a content; an indicator's lies in the values by code."""
    if name.startswith(INDICATOR):
        return (content.get("indicator_values") or {}).get(name.removeprefix(INDICATOR))
    return content.get(name)


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field are the same to a reader: 9.30 is 9.3, a 备注 is one line."""
    if one == other:
        return True
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    if name.startswith(INDICATOR):
        return Decimal(one) == Decimal(other)
    return name == "note" and str(one).split() == str(other).split()
