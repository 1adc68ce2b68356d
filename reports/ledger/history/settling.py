"""What the rows of an old ledger say together: who goes on from whom, who shares, who is double."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.lines import Line
from reports.ledger.history.parts import SAYING, Kind, Part


def settle_lines(lines: list[Line], parts: Mapping[int, Part], catalogue: Catalogue) -> list[Line]:
    """``lines`` after looking at them side by side; ``parts`` by the sheet's place."""
    settled = _leads_settled(_continued(lines), parts, catalogue)
    return _once_each(_shared(settled, parts))


def _continued(lines: Iterable[Line]) -> list[Line]:
    """A row that names no item goes on from the one above it: proposed, and asked."""
    result: list[Line] = []
    above: Line | None = None
    for line in lines:
        evidence = line.evidence
        nameless = not (evidence.key or evidence.text or evidence.title)
        nameless = nameless and evidence.number.is_empty
        if line.kind == Kind.DATA and nameless and above and above.sheet == line.sheet:
            why = f"没有写明事项，像是接着第 {above.row} 行"
            line = dataclasses.replace(  # noqa: PLW2901 - the line with what it goes on from
                line, found=above.found, proposal=above.proposal, is_sure=False, why=why
            )
        elif line.kind == Kind.DATA:
            above = line
        result.append(line)
    return result


def _leads_settled(
    lines: list[Line], parts: Mapping[int, Part], catalogue: Catalogue
) -> list[Line]:
    """Rows of an item with several leads that do not say which: in order, or one for all."""
    groups: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.kind == Kind.DATA and len(line.proposal) > 1 and line.found.item:
            groups[line.found.item.code].append(at)
    result = list(lines)
    settled = {line.proposal[0] for line in lines if line.is_sure and len(line.proposal) == 1}
    for places in groups.values():
        leads = [lead for lead in lines[places[0]].proposal if lead not in settled]
        in_order = len(places) == len(leads)
        for lead, at in zip(leads, places, strict=False):
            if in_order:
                name = catalogue.leads[lead].label
                why = f"没有分别写明牵头单位，按先后这一行像是{name}的"
                result[at] = dataclasses.replace(
                    lines[at], proposal=(lead,), is_sure=False, why=why
                )
        if len(places) == 1 and len(leads) > 1:
            why = "一行写了几个牵头单位：可以各记一份相同的文字，也可以只记给其中一个"
            result[places[0]] = dataclasses.replace(
                lines[places[0]], proposal=tuple(leads), is_sure=False, why=why
            )
    return result


def _shared(lines: Iterable[Line], parts: Mapping[int, Part]) -> list[Line]:
    """A text in a cell that is merged with the row above belongs to both only if somebody says."""
    result = []
    for line in lines:
        covered = line.kind == Kind.DATA and _covered_column(line, parts[line.sheet])
        if covered:
            why = f"「{covered}」与上面的行合并在一起，这段文字是否也属于这一行"
            line = dataclasses.replace(line, is_sure=False, why=why)  # noqa: PLW2901
        result.append(line)
    return result


def _covered_column(line: Line, part: Part) -> str:
    for column in part.of(*SAYING):
        anchor = part.grid.anchors.get((line.row, column))
        if anchor and anchor[1] == column and part.grid.down(line.row, column).text.strip():
            return part.layout.headings[column]
    return ""


def _once_each(lines: list[Line]) -> list[Line]:
    """Two rows for one report are asked about: their texts would be put together."""
    claims: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        for assignment in line.targets:
            claims[assignment].append(line)
    twice = {line.key: rows for rows in claims.values() if len(rows) > 1 for line in rows}
    return [_asked_twice(line, twice[line.key]) if line.key in twice else line for line in lines]


def _asked_twice(line: Line, rows: Sequence[Line]) -> Line:
    others = "、".join(str(row.row) for row in rows if row.key != line.key)
    why = f"与第 {others} 行是同一项；都选这一项，文字按先后接在一起"
    return dataclasses.replace(line, is_sure=False, why=why)
