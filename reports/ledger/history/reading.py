"""An old ledger as far as it is understood: what it becomes, and what has to be asked first.

A pure function of the cells, the plan and what people have answered so far: it is worked out anew
for every page, so that nothing is kept that could fall out of step.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence

from reports.calendar import HalfYear
from reports.ledger.history.answers import Answers
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.days import Window
from reports.ledger.history.drafts import Drafter, Fault, Question
from reports.ledger.history.grid import Grid
from reports.ledger.history.headings import KEY, SKIP, Guess
from reports.ledger.history.layout import Layout, find_layout, samples
from reports.ledger.history.lines import Line, read_lines
from reports.ledger.history.names import propose_body
from reports.ledger.history.parts import SAYING, Kind, Part
from reports.ledger.history.settling import settle_lines
from reports.ledger.history.takes import Take, take_all
from reports.ledger.keys import RowKey
from reports.text import fold_digits


@dataclasses.dataclass(frozen=True)
class ColumnView:
    """A column as it is asked about: ``said`` what it is taken as, empty where nobody knows."""

    layout: str
    column: int
    heading: str
    guess: Guess
    said: str
    samples: list[str]

    @property
    def key(self) -> str:
        return f"{self.layout}:{self.column}"

    @property
    def is_open(self) -> bool:
        return not self.said


@dataclasses.dataclass(frozen=True)
class SheetView:
    """A sheet of the file: whether it is taken, and why that is proposed.

    ``layout`` is the key of its layout (sheets with the same headings share one), empty where no
    header was found.
    """

    grid: Grid
    used: bool | None
    proposal: bool
    why: str
    layout: str
    header: int

    @property
    def is_open(self) -> bool:
        return self.used is None or (self.used and not self.layout)


@dataclasses.dataclass(frozen=True)
class NameView:
    """A name that is nobody's in the list, with whom it may mean; ``said`` is a person's answer."""

    name: str
    proposal: int
    places: list[str]
    said: int | None = None

    @property
    def is_open(self) -> bool:
        return self.said is None


@dataclasses.dataclass(frozen=True)
class Reading:
    """The whole; ``half_years`` are those that the file itself names."""

    sheets: list[SheetView]
    columns: list[ColumnView]
    parts: list[Part]
    lines: list[Line]
    names: list[NameView]
    takes: list[Take]
    faults: list[Fault]
    questions: list[Question]
    disputed: list[tuple[int, str]]
    timing: str | None
    half_years: list[HalfYear]

    @property
    def columns_open(self) -> int:
        """How many questions about sheets and columns are left."""
        sheets = sum(view.is_open for view in self.sheets)
        return sheets + sum(view.is_open for view in self.columns)

    @property
    def rows_open(self) -> int:
        """How many questions about rows, names and wordings are left."""
        disputes = bool(self.disputed) and self.timing is None
        return (
            sum(line.is_open for line in self.lines)
            + sum(name.is_open for name in self.names)
            + sum(question.is_open for question in self.questions)
            + disputes
        )

    @property
    def is_settled(self) -> bool:
        return not self.columns_open and not self.rows_open


def read_history(
    grids: Sequence[Grid], catalogue: Catalogue, answers: Answers, window: Window
) -> Reading:
    """What ``grids`` say of the half-year of ``window``, under the ``answers`` given so far."""
    layouts = {grid.index: find_layout(grid, answers.header(grid.index)) for grid in grids}
    sheets = [_sheet(grid, layouts[grid.index], answers, window) for grid in grids]
    used = [layout for view in sheets if view.used and (layout := layouts[view.grid.index])]
    columns = _columns(used, answers)
    said = {(view.layout, view.column): view.said for view in columns}
    parts = [_part(layout, said) for layout in used]
    by_sheet = {part.grid.index: part for part in parts}
    lines = settle_lines(read_lines(parts, catalogue, answers), by_sheet, catalogue)
    takings = take_all(lines, Drafter(parts, catalogue, answers, window))
    return Reading(
        sheets=sheets,
        columns=columns,
        parts=parts,
        lines=lines,
        names=_names(lines, grids, catalogue, answers),
        takes=sorted(takings.takes, key=lambda take: _place(take.assignment, catalogue)),
        faults=takings.faults,
        questions=takings.questions,
        disputed=takings.disputed,
        timing=answers.timing,
        half_years=_half_years(grids),
    )


def _sheet(grid: Grid, layout: Layout | None, answers: Answers, window: Window) -> SheetView:
    proposal, sure, why = _use(grid, layout, window.half_year)
    said = answers.sheet(grid.index)
    used = said if said is not None else (proposal if sure else None)
    key, header = (layout.key, layout.rows[0]) if layout else ("", 0)
    return SheetView(grid, used, proposal, why, key, header)


def _use(grid: Grid, layout: Layout | None, half_year: HalfYear) -> tuple[bool, bool, str]:
    """Whether the sheet is proposed to be taken, whether that is sure, and why (Chinese)."""
    if not any(True for _ in grid.cells()):
        return False, True, "空表"
    named = half_years_in(_head(grid, layout)) or _keyed(grid, layout)
    if named and half_year not in named:
        labels = "、".join(one.label for one in named)
        return False, False, f"表上写的是{labels}，不是{half_year.label}"
    if layout is None:
        return False, False, "没有找到表头"
    if not SAYING & {guess.key for guess in layout.guesses.values()} - {"indicators"}:
        return False, False, "没有进展情况一类的列"
    if grid.hidden:
        return False, False, "隐藏的表"
    return True, True, f"表头在第 {layout.rows[0]} 行"


def _keyed(grid: Grid, layout: Layout | None) -> list[HalfYear]:
    """The half-years in the hidden keys."""
    if layout is None:
        return []
    columns = [column for column, guess in layout.guesses.items() if guess.key == KEY]
    cells = (grid.cell(row, column).text for row in layout.data_rows() for column in columns)
    codes = {key.period for text in cells if (key := RowKey.parse(text))}
    return [half for code in sorted(codes) for half in half_years_in(code)]


def _head(grid: Grid, layout: Layout | None) -> str:
    """The sheet's name and what stands above the header."""
    header = layout.rows[0] if layout else 6
    above = [cell.text for row in sorted(grid.rows) if row < header for cell in grid.own(row)]
    return "\n".join([grid.name, *above])


_HALF = re.compile(r"(20\d{2})\s*年?\s*(度)?\s*(上|下|H1|H2|h1|h2)(半年)?")
_LATIN = {"上": 1, "h1": 1, "下": 2, "h2": 2}


def half_years_in(text: str) -> list[HalfYear]:
    """The half-years that ``text`` names, each once: 2021年上半年, 2021上半年, 2021H1."""
    plain = fold_digits("".join(text.split()))
    found = (HalfYear(int(m[1]), _LATIN[m[3].lower()]) for m in _HALF.finditer(plain))
    return list(dict.fromkeys(found))


def _half_years(grids: Sequence[Grid]) -> list[HalfYear]:
    heads = "\n".join(_head(grid, None) for grid in grids)
    return half_years_in(heads)


def _columns(layouts: Sequence[Layout], answers: Answers) -> list[ColumnView]:
    """Each layout's columns once, with samples from the first sheet that has it."""
    first: dict[str, Layout] = {}
    for layout in layouts:
        first.setdefault(layout.key, layout)
    return [
        _column(layout, column, answers) for layout in first.values() for column in layout.headings
    ]


def _column(layout: Layout, column: int, answers: Answers) -> ColumnView:
    guess = layout.guesses[column]
    said = answers.column(layout.key, column) or (guess.key if guess.is_sure else "")
    shown = samples(layout, column)
    return ColumnView(layout.key, column, layout.headings[column], guess, said, shown)


def _part(layout: Layout, said: Mapping[tuple[str, int], str]) -> Part:
    columns = {column: said.get((layout.key, column)) or SKIP for column in layout.headings}
    return Part(layout, columns)


def _names(
    lines: Sequence[Line], grids: Sequence[Grid], catalogue: Catalogue, answers: Answers
) -> list[NameView]:
    """Names in the lead cells that nobody in the list bears, where it matters who it is.

    A row that is left out, or that a person has settled, asks nothing.
    """
    places: dict[str, list[str]] = {}
    for line in lines:
        if line.kind == Kind.DATA and line.said is None:
            for name in line.evidence.unknown:
                places.setdefault(name, []).append(f"{grids[line.sheet].name} 第 {line.row} 行")
    return [
        NameView(name, propose_body(name, catalogue), where, answers.names.get(name))
        for name, where in places.items()
    ]


def _place(assignment: int, catalogue: Catalogue) -> tuple[int, int, int]:
    item = catalogue.by_assignment[assignment]
    return item.task, item.row, item.assignments.index(assignment)
