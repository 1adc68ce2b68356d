"""The questions about rows, names and wordings of a history import, a page of them at a time."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence

from django.core.paginator import Page, Paginator

from reports.ledger.columns import BY_KEY
from reports.ledger.history import words
from reports.ledger.history.answers import DATE, WORD
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.drafts import Question
from reports.ledger.history.grid import Grid
from reports.ledger.history.headings import KEY, SKIP
from reports.ledger.history.lines import Line
from reports.ledger.history.reading import NameView, Reading
from reports.ledger.reading.book import column_letters
from reports.selectors.history_pages import Asked, Options

EXCERPT = 90
PLACES = 6
PER_PAGE = 60
"""So many questions on a page: those of an ordinary half-year, each with every item to choose."""


@dataclasses.dataclass(frozen=True)
class RowAsked:
    """``facts`` are what the row says of itself, by heading; ``near`` the likeliest items."""

    line: Line
    asked: Asked
    place: str
    facts: list[tuple[str, str]]
    near: Options
    others: Options

    @property
    def is_open(self) -> bool:
        return self.line.is_open


@dataclasses.dataclass(frozen=True)
class WordAsked:
    question: Question
    asked: Asked
    label: str
    places: str

    @property
    def is_open(self) -> bool:
        return self.question.is_open


@dataclasses.dataclass(frozen=True)
class NameAsked:
    view: NameView
    asked: Asked

    @property
    def is_open(self) -> bool:
        return self.view.is_open


AnyAsked = NameAsked | WordAsked | RowAsked


@dataclasses.dataclass(frozen=True)
class RowsPage:
    """``questions`` in the order in which they are asked; ``settled`` are rows about which nobody
    needs to be asked."""

    questions: Sequence[AnyAsked]
    timing: Asked | None
    disputed: str
    settled: list[tuple[Line, str, str]]

    @property
    def names(self) -> list[NameAsked]:
        return [one for one in self.questions if isinstance(one, NameAsked)]

    @property
    def words(self) -> list[WordAsked]:
        return [one for one in self.questions if isinstance(one, WordAsked)]

    @property
    def rows(self) -> list[RowAsked]:
        return [one for one in self.questions if isinstance(one, RowAsked)]

    @property
    def asked(self) -> list[Asked]:
        found = [one.asked for one in self.questions]
        return found + ([self.timing] if self.timing else [])

    def part(self, number: str, also: str = "") -> tuple["RowsPage", Page[AnyAsked]]:
        """Page ``number`` of the questions; where that is empty, the one with the row ``also``,
        else the first on which something is open."""
        pages = Paginator(self.questions, PER_PAGE)
        shown = pages.get_page(number or self._place(also) // PER_PAGE + 1)
        return dataclasses.replace(self, questions=list(shown)), shown

    def _place(self, also: str) -> int:
        places = [
            at
            for at, one in enumerate(self.questions)
            if (one.asked.key == also if also else one.is_open)
        ]
        return places[0] if places else 0


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
    named = [_name(view, catalogue) for view in reading.names]
    worded = [_word(question, grids) for question in reading.questions]
    return RowsPage(
        questions=[*named, *worded, *rows],
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
