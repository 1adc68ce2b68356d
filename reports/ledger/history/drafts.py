"""The cells of the rows that are about one report, read into a draft of it.

What a cell says is read by the product's one parser and cleaner; what they refuse is a fault or a
question, never a guess.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Sequence

from reports.ledger.columns import BY_KEY
from reports.ledger.history import words
from reports.ledger.history.answers import Answers, is_answer
from reports.ledger.history.catalogue import Catalogue, Item
from reports.ledger.history.days import Window, read_day
from reports.ledger.history.grid import Place
from reports.ledger.history.headings import APPEND, TEXTS
from reports.ledger.history.lines import Line
from reports.ledger.history.parts import Part
from reports.ledger.history.words import NOTHING, Said
from reports.ledger.reading.book import CellKind, SheetCell
from reports.text import clean
from reports.value_checks import parse_value, plain

_MARKS = frozenset(("免报", "线下报送", "历史导入"))
"""What our own export says in 备注 beside the lead's remark."""
_UNREADABLE = {
    CellKind.FORMULA: (
        "是公式，缓存的结果不可信",
        "请在 Excel 里复制后「选择性粘贴→数值」，再传一次",
    ),
    CellKind.ERROR: ("是错误值或已损坏", "请在原表里改正后再传一次"),
}
_VALUES = ("state", "assessed", "completion", "filed_at", "on_time")


@dataclasses.dataclass(frozen=True)
class Fault:
    """Why a cell or a row can't be taken, and what to do about it (Chinese)."""

    sheet: int
    row: int
    at: str
    text: str
    reason: str
    cure: str
    assignment: int


@dataclasses.dataclass(frozen=True)
class Question:
    """A wording that is not ours: what does it mean in ``field``? Asked once, with a proposal.

    ``places`` are sheet and cell of each place where it stands; ``said`` is a person's answer.
    """

    field: str
    text: str
    proposal: str
    places: tuple[tuple[int, str], ...]
    said: str = ""

    @property
    def is_open(self) -> bool:
        return not self.said


@dataclasses.dataclass
class Draft:
    """What was read for one report; ``cells`` and ``dropped`` say what became of each cell."""

    assignment: int
    lines: Sequence[Line]
    texts: dict[str, list[str]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    measures: dict[str, str] = dataclasses.field(default_factory=dict)
    cells: dict[tuple[int, Place], str] = dataclasses.field(default_factory=dict)
    dropped: dict[tuple[int, Place], str] = dataclasses.field(default_factory=dict)
    removed: int = 0


Read = Callable[[Draft, Line, SheetCell, str], None]


class Drafter:
    """Reads the rows of one ledger, and collects what it stumbles over."""

    def __init__(
        self, parts: Sequence[Part], catalogue: Catalogue, answers: Answers, window: Window
    ) -> None:
        self.parts = {part.grid.index: part for part in parts}
        self.catalogue, self.answers, self.window = catalogue, answers, window
        self.fractions = {part.grid.index: _has_fractions(part) for part in parts}
        self.faults: list[Fault] = []
        self._asked: dict[tuple[str, str], tuple[str, list[tuple[int, str]]]] = {}

    @property
    def questions(self) -> list[Question]:
        return [
            Question(field, text, proposal, tuple(dict.fromkeys(places)), self._answer(field, text))
            for (field, text), (proposal, places) in self._asked.items()
        ]

    def _answer(self, field: str, text: str) -> str:
        """What a person said that ``text`` means; empty where nobody did, or it can't be."""
        said = self.answers.word(field, text) or ""
        return said if said and is_answer(field, said) else ""

    def draft(self, assignment: int, lines: Sequence[Line]) -> Draft:
        """What ``lines`` together say of the report of ``assignment``."""
        draft = Draft(assignment, lines)
        for line in lines:
            for column, key in self.parts[line.sheet].columns.items():
                self._read_cell(draft, line, column, key)
        return draft

    def refuse(self, draft: Draft, line: Line, cell: SheetCell, reason: str, cure: str) -> None:
        """Note a fault; the report will not be taken."""
        place = line.sheet, line.row, cell.at, cell.text[:60]
        self.faults.append(Fault(*place, reason, cure, draft.assignment))

    def cell_of(self, draft: Draft, key: str) -> SheetCell:
        """The first cell of the draft's rows that shows something in a column taken as ``key``."""
        cells = (self.parts[line.sheet].first(line.row, key) for line in draft.lines)
        blank = SheetCell(draft.lines[0].row, 1, CellKind.BLANK)
        return next((cell for cell in cells if cell.text), blank)

    def drop(self, draft: Draft, key: str, reason: str) -> None:
        """Say why the cells in the columns taken as ``key`` are not used after all."""
        for line in draft.lines:
            cell = self.parts[line.sheet].first(line.row, key)
            _drop(draft, line, cell, reason)

    def _read_cell(self, draft: Draft, line: Line, column: int, key: str) -> None:
        cell = self.parts[line.sheet].grid.down(line.row, column)
        read = self._reader(key)
        if not cell.text.strip() or read is None:
            return
        if cell.kind in _UNREADABLE:
            self.refuse(draft, line, cell, *_UNREADABLE[cell.kind])
            return
        field = "progress" if key == APPEND else key
        draft.cells[line.sheet, (cell.row, cell.column)] = BY_KEY[field].heading
        read(draft, line, cell, key)

    def _reader(self, key: str) -> Read | None:
        if key in TEXTS:
            return _read_note if key == "note" else _read_text
        if key in _VALUES:
            return self._read_value
        return {"indicators": self._read_measures, APPEND: self._read_more}.get(key)

    def _read_more(self, draft: Draft, line: Line, cell: SheetCell, key: str) -> None:
        """A column of its own goes behind the progress, with its heading before it."""
        heading = self.parts[line.sheet].layout.headings[cell.column]
        _add(draft, "progress", cell, f"{heading}：")

    def _read_value(self, draft: Draft, line: Line, cell: SheetCell, key: str) -> None:
        text = cell.text.strip()
        said = self._say(line, cell, key)
        if not said.sure:
            asked = self._asked.setdefault((key, text), (said.value, []))
            asked[1].append((line.sheet, cell.at))
        value = said.value if said.sure else self._answer(key, text)
        if not value:
            return
        if value == NOTHING:
            _drop(draft, line, cell, "按您的选择不采用")
        elif draft.values.setdefault(key, value) != value:
            reason = f"同一项的几行{BY_KEY[key].heading}不同"
            self.refuse(draft, line, cell, reason, "请只留一行，或把表改成一致后重传")

    def _say(self, line: Line, cell: SheetCell, key: str) -> Said:
        match key:
            case "state":
                return words.read_state(cell)
            case "assessed":
                return words.read_assessment(cell)
            case "completion":
                return words.read_rate(cell, fractions=self.fractions[line.sheet])
            case "on_time":
                return words.read_on_time(cell)
        return read_day(cell, self.window)

    def _read_measures(self, draft: Draft, line: Line, cell: SheetCell, key: str) -> None:
        """``名称 数值单位`` of the item's own indicators, as our ledger writes them."""
        item = self.catalogue.by_assignment[draft.assignment]
        text = clean(cell.text).text.replace(";", "；").replace("\n", "；")
        for piece in filter(None, (part.strip() for part in text.split("；"))):
            try:
                code, value = _value(piece, item)
            except ValueError as error:
                cure = "请改成「指标名 数值单位」，或把这一列改为附在进展情况之后、不导入"
                self.refuse(draft, line, cell, str(error), cure)
            else:
                draft.measures[code] = value


def _read_text(draft: Draft, line: Line, cell: SheetCell, key: str) -> None:
    _add(draft, key, cell)


def _read_note(draft: Draft, line: Line, cell: SheetCell, key: str) -> None:
    """Our own marks are taken off: the system sets them anew where they hold."""
    parts = cell.text.split("；")
    kept = "；".join(part for part in parts if part.strip() not in _MARKS)
    if kept.strip():
        _add(draft, key, dataclasses.replace(cell, text=kept))
    else:
        _drop(draft, line, cell, "本系统导出时加的标记")


def _add(draft: Draft, key: str, cell: SheetCell, before: str = "") -> None:
    cleaned = clean(cell.text)
    text = before + cleaned.text
    if cleaned.text and text not in draft.texts[key]:
        draft.texts[key].append(text)
    draft.removed += cleaned.removed


def _drop(draft: Draft, line: Line, cell: SheetCell, reason: str) -> None:
    place = line.sheet, (cell.row, cell.column)
    if draft.cells.pop(place, None):
        draft.dropped[place] = reason


def _value(piece: str, item: Item) -> tuple[str, str]:
    """An indicator's code and its number. Raises ValueError with a Chinese sentence."""
    for gauge in sorted(item.gauges, key=lambda one: -len(one.name)):
        if piece.startswith(gauge.name):
            rest = piece.removeprefix(gauge.name).lstrip(" ：:")
            return gauge.code, plain(parse_value(rest, gauge.measure))
    raise ValueError(f"「{piece[:30]}」不是 {item.code} 的指标和数值")


def _has_fractions(part: Part) -> bool:
    """Whether rates stand as parts of one in the sheet: some between 0 and 1, or nothing but 1."""
    rows = part.layout.data_rows()
    cells = [part.grid.down(row, column) for column in part.of("completion") for row in rows]
    plain = [cell for cell in cells if cell.text.strip() and cell.kind != CellKind.PERCENT]
    ones = {cell.text.strip() for cell in plain}
    return any(words.is_fraction(cell) for cell in plain) or ("1" in ones and ones <= {"0", "1"})
