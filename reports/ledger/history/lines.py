"""The rows of an old ledger: what each says of the work item that it is about."""

import dataclasses
from collections.abc import Sequence

from reports.ledger.history.answers import Answers
from reports.ledger.history.catalogue import Catalogue, Item
from reports.ledger.history.headings import KEY, SKIP
from reports.ledger.history.matching import SILENT, UNKNOWN, Evidence, Found, Matcher
from reports.ledger.history.names import read_names
from reports.ledger.history.numbers import NOTHING, read_number
from reports.ledger.history.parts import Kind, Part, body_in, kind_of
from reports.ledger.keys import RowKey

COMPARED = 1_000
"""So many characters of a cell are compared with the plan's, whose texts have some two hundred."""


@dataclasses.dataclass(frozen=True)
class Line:
    """A row under the header. ``proposal`` and ``targets`` are ids of lead assignments.

    ``targets`` is what the row will be taken as: the proposal where it is sure, else what a
    person said. ``is_open`` means that somebody still has to say.
    """

    sheet: int
    row: int
    kind: Kind
    evidence: Evidence = SILENT
    found: Found = UNKNOWN
    proposal: tuple[int, ...] = ()
    is_sure: bool = False
    why: str = ""
    said: str | tuple[int, ...] | None = None

    @property
    def key(self) -> str:
        return f"{self.sheet}:{self.row}"

    @property
    def targets(self) -> tuple[int, ...]:
        if isinstance(self.said, tuple):
            return self.said
        sure = self.kind == Kind.DATA and self.is_sure and self.said is None
        return self.proposal if sure else ()

    @property
    def is_left(self) -> bool:
        """Left out: because of what it is, or because a person said so."""
        return self.said == SKIP or (self.kind != Kind.DATA and self.said is None)

    @property
    def is_open(self) -> bool:
        return not self.targets and not self.is_left

    @property
    def percent(self) -> int:
        return self.found.candidates[0].percent if self.found.candidates else 0


def read_lines(parts: Sequence[Part], catalogue: Catalogue, answers: Answers) -> list[Line]:
    """Every row under the headers of ``parts``, matched as far as the row itself says."""
    matcher = Matcher(catalogue)
    raw = [line for part in parts for line in _raw_lines(part, catalogue, answers)]
    matcher.settle_numbering([line.evidence for line in raw if line.kind == Kind.DATA])
    by_sheet = {part.grid.index: part for part in parts}
    return [_matched(line, by_sheet[line.sheet], matcher) for line in raw]


def _raw_lines(part: Part, catalogue: Catalogue, answers: Answers) -> list[Line]:
    """Rows with their kind and evidence; 序号 and 目标任务 reach down where cells are blank."""
    lines: list[Line] = []
    number, title = NOTHING, ""
    body = _body_of_sheet(part, catalogue)
    for row in part.layout.data_rows():
        if not part.grid.own(row):
            continue
        evidence = _evidence(part, row, catalogue, answers, body)
        kind = kind_of(part, row, catalogue)
        if kind in {Kind.DATA, Kind.EMPTY} and evidence.text:
            if evidence.number.is_empty and not evidence.title:
                evidence = dataclasses.replace(evidence, number=number, title=title)
            number, title = evidence.number, evidence.title
        if kind == Kind.HEADING and (named := body_in(part.grid.own(row)[0].text, catalogue)):
            body = frozenset({named})
        said = _known(answers.row(part.grid.index, row), catalogue)
        lines.append(Line(part.grid.index, row, kind, evidence, said=said))
    return lines


def _known(
    said: str | tuple[int, ...] | None, catalogue: Catalogue
) -> str | tuple[int, ...] | None:
    """An answer without the assignments that are none of the plan's."""
    if not isinstance(said, tuple):
        return said
    return tuple(dict.fromkeys(pk for pk in said if pk in catalogue.leads)) or None


def _evidence(
    part: Part, row: int, catalogue: Catalogue, answers: Answers, body: frozenset[int]
) -> Evidence:
    lead = part.first(row, "lead").text
    named = read_names(lead, catalogue, answers.names)
    return Evidence(
        key=_key(part.first(row, KEY).text, catalogue),
        text=part.first(row, "work").text.strip()[:COMPARED],
        title=part.first(row, "task").text.strip()[:COMPARED],
        number=read_number(part.first(row, "number")),
        bodies=named.bodies if lead.strip() else body,
        unknown=named.unknown,
    )


def _key(text: str, catalogue: Catalogue) -> int | None:
    """The lead assignment that a hidden key names, whatever its half-year; 0 where it is none."""
    if not text.strip():
        return None
    key = RowKey.parse(text)
    if key is None or key.plan != catalogue.slug:
        return 0
    body = catalogue.codes.get(key.department)
    items = (item for item in catalogue.items if item.code == key.item)
    leads = (lead for item in items for lead in item.leads if lead.department == body)
    return next((lead.assignment for lead in leads), 0)


def _body_of_sheet(part: Part, catalogue: Catalogue) -> frozenset[int]:
    """The department whose sheet it is, by the sheet's name or the rows above the header."""
    grid, header = part.grid, min(part.layout.rows)
    above = [cell.text for row in grid.rows if row < header for cell in grid.own(row)]
    for text in (grid.name, *above):
        if found := body_in(text, catalogue):
            return frozenset({found})
    return frozenset()


def _matched(line: Line, part: Part, matcher: Matcher) -> Line:
    if line.kind not in {Kind.DATA, Kind.EMPTY}:
        return line
    found = matcher.find(line.evidence)
    proposal, sure, why = _leads_of(found.item, line, part)
    return dataclasses.replace(
        line,
        found=found,
        proposal=proposal,
        is_sure=found.is_sure and sure,
        why=found.why or why,
    )


def _leads_of(item: Item | None, line: Line, part: Part) -> tuple[tuple[int, ...], bool, str]:
    """The leads of ``item`` that the row's own lead cell singles out."""
    if item is None:
        return (), False, ""
    if line.evidence.key:
        return (line.evidence.key,), True, ""
    if len(item.leads) == 1:
        return item.assignments, True, ""
    cell = part.first(line.row, "lead").text
    scoped = [lead for lead in item.leads if lead.scope and lead.scope in cell]
    named = [lead for lead in item.leads if lead.department in line.evidence.bodies]
    for chosen in (named, scoped):
        if len(chosen) == 1:
            return (chosen[0].assignment,), True, ""
    return item.assignments, False, "这一项有几个牵头单位"
