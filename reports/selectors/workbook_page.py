"""The page of an import: what taking it would do, in words and marked texts."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.calendar import moment_words
from reports.diff import Segment, diff
from reports.ledger.inputs import Fault
from reports.ledger.preview import INDICATOR, WEB, Change, Item, Kind, option_of
from reports.ledger.summary import Summary
from reports.locks import locked_sentence
from reports.models import Report, WorkbookFile, WorkbookImport, WorkbookRow
from reports.requirements import FIELD_LABELS
from reports.selectors.conflict import words
from reports.selectors.workbook_import import indicators_by_item, previews_of
from reports.states import Action

SHOWN = 200
"""So many of a kind are listed; a department has eighteen items at most."""
KINDS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.INVALID: ("不能导入", "red", "#b3261e"),
    Kind.LOCKED: ("已锁定", "yellow", "#d79a1e"),
    Kind.CONFLICT: ("要选择", "yellow", "#f0c65a"),
    Kind.CHANGED: ("有改动", "blue", "#1a58ad"),
    Kind.NEW: ("新填", "green", "#17703c"),
    Kind.UNCHANGED: ("未变", "grey", "#c9d8ea"),
}
"""Word, hue of the light, and fill in the bar."""
BAR_WIDTH = 600


@dataclasses.dataclass(frozen=True)
class Count:
    """How many there are of a kind, and its part of the bar (``x`` and ``width``)."""

    kind: Kind
    word: str
    hue: str
    fill: str
    count: int
    x: int
    width: int


@dataclasses.dataclass(frozen=True)
class Text:
    """One field's way: what stands there now, what would, and the difference marked."""

    label: str
    before: str
    after: str
    segments: list[Segment]


@dataclasses.dataclass(frozen=True)
class Clash:
    """One field on which a person decides: what stands in the system, and what each file says."""

    label: str
    web: str
    files: list[tuple[str, Text]]


@dataclasses.dataclass(frozen=True)
class ShownItem:
    """A report of the preview; ``options`` are the choices with their words."""

    report: Report
    notices: list[str]
    texts: list[Text]
    clashes: list[Clash]
    options: list[tuple[str, str]]
    choice: str
    sentence: str

    @property
    def code(self) -> str:
        return str(self.report.assignment.work_item.code)

    @property
    def title(self) -> str:
        return str(self.report.assignment.work_item.task.title)


@dataclasses.dataclass(frozen=True)
class ShownRow:
    """A row that can't be taken: where it stands, which item it seems to be, what is wrong."""

    file: str
    sheet: str
    number: int
    item: str
    faults: list[Fault]


@dataclasses.dataclass(frozen=True)
class ImportPage:
    """Context of the page that asks for confirmation; of each kind the first SHOWN are listed."""

    summary: Summary
    files: list[WorkbookFile]
    counts: list[Count]
    invalid: list[ShownRow]
    by_kind: dict[str, list[ShownItem]]

    @property
    def words(self) -> str:
        """What the bar says, for who can't see it."""
        return "，".join(f"{part.word} {part.count}" for part in self.counts)


def import_page(made: WorkbookImport, choices: Mapping[str, str]) -> ImportPage:
    """What ``made`` would do now, with ``choices`` so far; a fixed number of queries for every
    five hundred reports."""
    files, summary = list(made.files.all()), Summary()
    invalid: list[ShownRow] = []
    by_kind: dict[str, list[ShownItem]] = {kind.value: [] for kind in KINDS}
    for found, reports in previews_of(made, choices):
        summary.add(found)
        painter = _Painter(files, _labels(reports))
        invalid += [_shown_row(row, reports) for row in found.invalid[: SHOWN - len(invalid)]]
        for kind in KINDS:
            shown = by_kind[kind.value]
            shown += [painter.item(item) for item in found.of(kind)[: SHOWN - len(shown)]]
    return ImportPage(summary, files, _counts(summary), invalid, by_kind)


def _labels(reports: Mapping[int, Report]) -> dict[str, str]:
    """What a form field is called, the indicators by their names."""
    items = {report.assignment.work_item_id for report in reports.values()}
    rows = indicators_by_item(items).values()
    return FIELD_LABELS | {f"{INDICATOR}{one.code}": one.name for row in rows for one in row}


def _counts(summary: Summary) -> list[Count]:
    counted = {kind: summary.of[kind] for kind in KINDS if summary.of[kind]}
    total, counts, x = sum(counted.values()), [], 0
    for kind, count in counted.items():
        word, hue, fill = KINDS[kind]
        width = round(BAR_WIDTH * count / total)
        counts.append(Count(kind, word, hue, fill, count, x, width))
        x += width
    return counts


def _shown_row(row: WorkbookRow, reports: Mapping[int, Report]) -> ShownRow:
    report = reports.get(row.report_id or 0)
    named = f"{row.typed.get('number', '')} {row.typed.get('work', '')}".strip()[:40]
    item = str(report.assignment.work_item) if report else named
    faults = [Fault(**fault) for fault in row.faults]
    return ShownRow(row.file.name, row.sheet, row.number, item, faults)


@dataclasses.dataclass(frozen=True)
class _Painter:
    """Puts items into words; ``labels`` go by form field."""

    files: Sequence[WorkbookFile]
    labels: Mapping[str, str]

    def item(self, item: Item) -> ShownItem:
        report = item.report
        locked = item.kind == Kind.LOCKED
        clashing = item.clashes or (item.changes if locked else [])
        return ShownItem(
            report=report,
            notices=[notice for row in item.rows for notice in row.notices],
            texts=[] if locked else list(self._texts(item)),
            clashes=[self._clash(change) for change in clashing],
            options=[] if locked else [(key, self._option(key, report)) for key in item.options],
            choice=item.choice,
            sentence=locked_sentence(report, Action.SAVE) if locked else "",
        )

    def _texts(self, item: Item) -> Iterator[Text]:
        """What is written whatever is chosen; what follows from the state is told as well."""
        clashing = {change.name for change in item.clashes}
        told = {change.name: (change.now, change.value("")) for change in item.changes}
        now = item.report.content()
        if not clashing:
            follows = item.content.get("completion", now["completion"])
            if follows != told.get("completion", (None, now["completion"]))[1]:
                told["completion"] = (now["completion"], follows)
        for name, (before, after) in told.items():
            if name not in clashing and before != after:
                yield self._text(name, before, after)

    def _clash(self, change: Change) -> Clash:
        files = [
            (self._file(file), self._text(change.name, change.now, value))
            for file, value in change.fills.items()
        ]
        return Clash(self.labels.get(change.name, ""), _said(change.name, change.now), files)

    def _text(self, name: str, before: Any, after: Any) -> Text:
        old, new = _said(name, before), _said(name, after)
        return Text(self.labels.get(name, name), old, new, diff(old, new))

    def _file(self, order: int) -> str:
        return next((file.name for file in self.files if file.order == order), "")

    def _option(self, key: str, report: Report) -> str:
        if key == WEB and report.updated_by:
            who = f"{report.updated_by} {moment_words(report.updated_at)}保存的"
            return f"用网页上的（{who}）"
        if key == WEB:
            return "用网页上的"
        file = next((file for file in self.files if option_of(file.order) == key), None)
        return f"用「{file}」里的"


def _said(name: str, value: Any) -> str:
    return str(value or "") if name.startswith(INDICATOR) else words(name, value)
