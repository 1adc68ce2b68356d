"""The questions of a history import as its two pages show them."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence

from reports.ledger.columns import BY_KEY
from reports.ledger.history import words
from reports.ledger.history.answers import DATE, LEAVE, USE, WORD, Answers
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.drafts import Question
from reports.ledger.history.grid import Grid
from reports.ledger.history.headings import CHOICES, KEY, SKIP
from reports.ledger.history.lines import Line
from reports.ledger.history.reading import ColumnView, NameView, Reading, SheetView
from reports.ledger.reading.book import column_letters

Options = Sequence[tuple[str, str]]
"""Value and label, as a select shows them."""
EXCERPT = 90
PLACES = 6


@dataclasses.dataclass(frozen=True)
class Asked:
    """One question: ``name`` is the field's, ``subject`` and ``key`` where the answer is kept.

    ``value`` is what holds now, empty where nobody has said; ``proposal`` what is proposed then.
    """

    name: str
    subject: str
    key: str
    value: str
    proposal: str = ""
    options: Options = ()
    kind: str = "choice"

    @property
    def proposed(self) -> str:
        """The proposal as it reads; empty without one."""
        return dict(self.options).get(self.proposal, self.proposal)


@dataclasses.dataclass(frozen=True)
class SheetAsked:
    view: SheetView
    asked: Asked
    header: Asked | None
    rows: int


@dataclasses.dataclass(frozen=True)
class ColumnAsked:
    view: ColumnView
    asked: Asked

    @property
    def letter(self) -> str:
        return column_letters(self.view.column)


@dataclasses.dataclass(frozen=True)
class LayoutAsked:
    """Sheets with the same headings are asked about together."""

    sheets: list[str]
    columns: list[ColumnAsked]


@dataclasses.dataclass(frozen=True)
class RowAsked:
    """``facts`` are what the row says of itself, by heading; ``near`` the likeliest items."""

    line: Line
    asked: Asked
    place: str
    facts: list[tuple[str, str]]
    near: Options
    others: Options


@dataclasses.dataclass(frozen=True)
class WordAsked:
    question: Question
    asked: Asked
    label: str
    places: str


@dataclasses.dataclass(frozen=True)
class NameAsked:
    view: NameView
    asked: Asked


@dataclasses.dataclass(frozen=True)
class ColumnsPage:
    sheets: list[SheetAsked]
    layouts: list[LayoutAsked]

    @property
    def asked(self) -> list[Asked]:
        sheets = [one.asked for one in self.sheets]
        headers = [one.header for one in self.sheets if one.header]
        return (
            sheets
            + headers
            + [column.asked for layout in self.layouts for column in layout.columns]
        )


@dataclasses.dataclass(frozen=True)
class RowsPage:
    """``settled`` are rows about which nobody needs to be asked."""

    rows: list[RowAsked]
    words: list[WordAsked]
    names: list[NameAsked]
    timing: Asked | None
    disputed: str
    settled: list[tuple[Line, str, str]]

    @property
    def asked(self) -> list[Asked]:
        found = [one.asked for one in self.names]
        found += [one.asked for one in self.words]
        found += [one.asked for one in self.rows]
        return found + ([self.timing] if self.timing else [])


def columns_page(reading: Reading, answers: Answers) -> ColumnsPage:
    """Which sheets are taken, and what their columns are."""
    sheets = [_sheet(view, answers) for view in reading.sheets]
    layouts: dict[str, LayoutAsked] = {}
    for view in reading.columns:
        layout = layouts.setdefault(view.layout, LayoutAsked([], []))
        layout.columns.append(ColumnAsked(view, _column(view)))
    for sheet in reading.sheets:
        if sheet.layout in layouts and sheet.used:
            layouts[sheet.layout].sheets.append(sheet.grid.name)
    return ColumnsPage(sheets, list(layouts.values()))


def _sheet(view: SheetView, answers: Answers) -> SheetAsked:
    index = str(view.grid.index)
    value = "" if view.used is None else USE if view.used else LEAVE
    options = ((USE, "导入"), (LEAVE, "不导入"))
    proposal = USE if view.proposal else LEAVE
    asked = Asked(f"sheets:{index}", "sheets", index, value, proposal, options)
    header = None
    if not view.layout or answers.header(view.grid.index):
        said = answers.header(view.grid.index)
        header = Asked(f"headers:{index}", "headers", index, str(said or ""), kind="row")
    return SheetAsked(view, asked, header, len(view.grid.rows))


def _column(view: ColumnView) -> Asked:
    options = tuple(CHOICES.items())
    return Asked(f"columns:{view.key}", "columns", view.key, view.said, view.guess.key, options)


def rows_page(
    reading: Reading, catalogue: Catalogue, grids: Sequence[Grid], also: str = ""
) -> RowsPage:
    """The rows, names and wordings that somebody has to settle; ``also`` is a row (its key) that
    somebody wants to settle otherwise."""
    others = tuple((str(pk), catalogue.label(pk)) for pk in catalogue.leads)
    rows, settled = [], []
    for line in reading.lines:
        if line.is_open or line.said is not None or line.key == also:
            rows.append(_row(line, reading, catalogue, grids, others))
        else:
            becomes = "、".join(catalogue.label(pk) for pk in line.targets)
            settled.append((line, _place(line, grids), becomes or f"不导入：{line.kind.reason}"))
    return RowsPage(
        rows=rows,
        words=[_word(question, grids) for question in reading.questions],
        names=[_name(view, catalogue) for view in reading.names],
        timing=_timing(reading),
        disputed=_places(reading.disputed, grids),
        settled=settled,
    )


def _row(
    line: Line, reading: Reading, catalogue: Catalogue, grids: Sequence[Grid], others: Options
) -> RowAsked:
    near = _near(line, catalogue)
    value = ",".join(str(pk) for pk in line.targets)
    if line.said == SKIP:
        value = SKIP
    proposal = ",".join(str(pk) for pk in line.proposal)
    options = (*near, *others, (SKIP, "不导入"))
    asked = Asked(f"rows:{line.key}", "rows", line.key, value, proposal, options)
    return RowAsked(line, asked, _place(line, grids), _facts(line, reading), near, others)


def _near(line: Line, catalogue: Catalogue) -> Options:
    """The likeliest first, all leads of an item together among them."""
    found = {}
    if len(line.proposal) > 1:
        labels = "、".join(catalogue.leads[pk].name for pk in line.proposal)
        code = catalogue.by_assignment[line.proposal[0]].code
        found[",".join(str(pk) for pk in line.proposal)] = f"{code} {labels}各记一份"
    if len(line.proposal) == 1:
        found[str(line.proposal[0])] = f"{catalogue.label(line.proposal[0])}（{line.percent}%）"
    for candidate in line.found.candidates[:3]:
        for lead in candidate.item.leads:
            label = f"{candidate.item.code} {lead.label}（{candidate.percent}%）"
            found.setdefault(str(lead.assignment), label)
    return tuple(found.items())


def _facts(line: Line, reading: Reading) -> list[tuple[str, str]]:
    part = next(part for part in reading.parts if part.grid.index == line.sheet)
    facts = []
    for column, key in part.columns.items():
        text = part.grid.down(line.row, column).text.strip()
        if text and key not in {SKIP, "responsible", KEY}:
            heading = part.layout.headings[column] or column_letters(column)
            facts.append((heading, text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"))
    return facts


def _place(line: Line, grids: Sequence[Grid]) -> str:
    return f"{grids[line.sheet].name} 第 {line.row} 行"


def _word(question: Question, grids: Sequence[Grid]) -> WordAsked:
    choices: Mapping[str, str] = words.CHOICES.get(question.field, {})
    options = (*choices.items(), (words.NOTHING, "不采用")) if choices else ()
    kind = {"completion": "rate", "filed_at": "day"}.get(question.field, "choice")
    key = f"{question.field}:{question.text}"
    asked = Asked(
        f"words:{_short(key)}", "words", key, question.said, question.proposal, options, kind
    )
    return WordAsked(
        question, asked, BY_KEY[question.field].heading, _places(question.places, grids)
    )


def _name(view: NameView, catalogue: Catalogue) -> NameAsked:
    bodies = {lead.department for lead in catalogue.leads.values()}
    options = tuple((str(pk), name) for pk, name in catalogue.names.items() if pk in bodies)
    proposal = str(view.proposal) if view.proposal in bodies else ""
    key = view.name
    value = "" if view.said is None else str(view.said)
    asked = Asked(
        f"names:{_short(key)}", "names", key, value, proposal, (*options, ("0", "都不是"))
    )
    return NameAsked(view, asked)


def _timing(reading: Reading) -> Asked | None:
    if not reading.disputed:
        return None
    options = ((WORD, "以“是否按时”为准"), (DATE, "以报送时间为准"))
    return Asked("more:timing", "more", "timing", reading.timing or "", "", options)


def _places(places: Sequence[tuple[int, str]], grids: Sequence[Grid]) -> str:
    shown = "、".join(f"{grids[sheet].name}!{at}" for sheet, at in places[:PLACES])
    return f"{shown} 等 {len(places)} 处" if len(places) > PLACES else shown


def _short(text: str) -> str:
    """A wording may hold anything: the field is called by its digest."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]
