"""What the rows of an old ledger become: the content of reports, when they came, how they stood."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reports import calendar
from reports.ledger.history import words
from reports.ledger.history.answers import WORD
from reports.ledger.history.days import moment_of
from reports.ledger.history.drafts import Draft, Drafter, Fault, Question
from reports.ledger.history.grid import Place
from reports.ledger.history.lines import Line
from reports.requirements import too_long
from reports.states import Progress
from reports.text import MAX_NOTE, utf16_units

_TEXTS = ("progress", "problems", "coordination", "next_steps", "note")


@dataclasses.dataclass(frozen=True)
class Take:
    """One report as the ledger has it: ``content`` holds CONTENT_FIELDS.

    ``filed_at`` and ``late`` are None where the ledger does not say. ``cells`` tells which cell
    went into which field; ``dropped`` which were read and not used, and why.
    """

    assignment: int
    lines: Sequence[Line]
    content: Mapping[str, object]
    filed_at: datetime.datetime | None
    late: bool | None
    assessed: str
    review: str
    removed: int
    cells: Mapping[tuple[int, Place], str]
    dropped: Mapping[tuple[int, Place], str]


@dataclasses.dataclass(frozen=True)
class Takings:
    """Everything that the rows become; a report with a fault is not among ``takes``.

    ``disputed`` are the cells (sheet, place) whose day and whose 是否按时 disagree.
    """

    takes: list[Take]
    faults: list[Fault]
    questions: list[Question]
    disputed: list[tuple[int, str]]


def take_all(lines: Iterable[Line], drafter: Drafter) -> Takings:
    """The reports that ``lines`` make, with the faults and the questions they raise."""
    by_assignment: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        for assignment in line.targets:
            by_assignment[assignment].append(line)
    disputed: dict[tuple[int, str], None] = {}
    takes = [
        _take(drafter.draft(assignment, rows), drafter, disputed)
        for assignment, rows in by_assignment.items()
    ]
    bad = {fault.assignment for fault in drafter.faults}
    good = [take for take in takes if take.assignment not in bad]
    return Takings(good, drafter.faults, drafter.questions, list(disputed))


def _take(draft: Draft, drafter: Drafter, disputed: dict[tuple[int, str], None]) -> Take:
    content = _content(draft, drafter)
    filed, late = _timing(draft, drafter, disputed)
    return Take(
        assignment=draft.assignment,
        lines=draft.lines,
        content=content,
        filed_at=filed,
        late=late,
        assessed=draft.values.get("assessed", ""),
        review="\n".join(draft.texts["review"]),
        removed=draft.removed,
        cells=draft.cells,
        dropped=draft.dropped,
    )


def _content(draft: Draft, drafter: Drafter) -> Mapping[str, object]:
    content: dict[str, object] = {key: "\n".join(draft.texts[key]) for key in _TEXTS}
    state = draft.values.get("state", "")
    content |= {"state": state, "indicator_values": dict(draft.measures)}
    content["completion"] = _completion(draft, drafter, state)
    for key in _TEXTS:
        _check_length(draft, drafter, key, str(content[key]))
    known = any(fault.assignment == draft.assignment for fault in drafter.faults)
    if not known and all(value in ("", None, {}) for value in content.values()):
        _refuse(draft, drafter, "progress", "这一行没有可写入的填报内容", "请把这一行改为不导入")
    return content


def _completion(draft: Draft, drafter: Drafter, state: str) -> int | None:
    """已完成 is 100 and nothing else; 长期坚持 has no rate."""
    said = draft.values.get("completion")
    rate = None if said is None else int(said)
    if state == Progress.DONE:
        if rate not in {None, 100}:
            reason = f"推进状态为已完成，完成率却是 {rate}"
            _refuse(draft, drafter, "completion", reason, "已完成的完成率应为 100，请核对后改表")
        return 100
    if state == Progress.STANDING and rate is not None:
        drafter.drop(draft, "completion", "长期坚持的事项不计完成率")
        return None
    return rate


def _check_length(draft: Draft, drafter: Drafter, key: str, text: str) -> None:
    sentence = too_long(key, text)
    if key == "note" and utf16_units(text) > MAX_NOTE:
        sentence = f"备注有 {utf16_units(text)} 字，最多 {MAX_NOTE} 字"
    if sentence:
        cure = "请在原表里精简，或把这一列改为附在进展情况之后、不导入"
        _refuse(draft, drafter, key, sentence, cure)


def _refuse(draft: Draft, drafter: Drafter, key: str, reason: str, cure: str) -> None:
    drafter.refuse(draft, draft.lines[0], drafter.cell_of(draft, key), reason, cure)


def _timing(
    draft: Draft, drafter: Drafter, disputed: dict[tuple[int, str], None]
) -> tuple[datetime.datetime | None, bool | None]:
    """When it was filed and whether late, both only as far as the ledger says."""
    stamp, word = draft.values.get("filed_at"), draft.values.get("on_time")
    filed = moment_of(stamp) if stamp else None
    late = None if word is None else word == words.LATE
    if filed is None or late is None:
        return filed, late
    by_day = not calendar.is_on_time(filed, drafter.window.due_on)
    if by_day != late:
        disputed[draft.lines[0].sheet, drafter.cell_of(draft, "on_time").at] = None
        late = late if drafter.answers.timing == WORD else by_day
    return filed, late
