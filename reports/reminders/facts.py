"""What the planner looks at: plain values, so that it is a pure function of them.

Ids are primary keys; days are dates in Asia/Shanghai; moments are aware.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reports.calendar import Days
from reports.reminders.kinds import Kind
from reports.reminders.slots import Rules


@dataclasses.dataclass(frozen=True)
class ReportFact:
    """One report of the period. ``since`` is the moment from which ``due_on`` holds for it."""

    pk: int
    code: str
    title: str
    department: int
    department_name: str
    reviewer: int
    status: str
    due_on: datetime.date
    since: datetime.datetime
    person_in_charge: int | None = None
    submitted_by: int | None = None
    filed_at: datetime.datetime | None = None
    work_item: int = 0


@dataclasses.dataclass(frozen=True)
class EventFact:
    """A return, a sending back or an acceptance that may have to be told."""

    pk: int
    kind: Kind
    report: int
    at: datetime.datetime
    comment: str = ""
    submitter: int | None = None


@dataclasses.dataclass(frozen=True)
class ExtensionFact:
    """An extension as it stands; ``at`` is when it came to stand so."""

    pk: int
    status: str
    department: int
    department_name: str
    reviewer: int
    day: datetime.date
    at: datetime.datetime
    words: str
    asked_by: int | None = None


@dataclasses.dataclass(frozen=True)
class EntryFact:
    """A co-responsible department that has logged nothing on an item this half-year.

    ``request`` is the id of the 商请 by which the lead asked for it, with its moment.
    """

    work_item: int
    code: str
    title: str
    department: int
    lead: str
    request: int | None = None
    asked_at: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True)
class People:
    """Who works where on the day: department id → user ids, in order."""

    reporters: Mapping[int, Sequence[int]]
    approvers: Mapping[int, Sequence[int]]
    coordinators: Mapping[int, Sequence[int]]


@dataclasses.dataclass(frozen=True)
class Facts:
    """Everything about one open period at ``now``."""

    period: int
    code: str
    opened_at: datetime.datetime
    due_on: datetime.date
    receivers: Sequence[int]
    rules: Rules
    days: Days
    people: People
    reports: Sequence[ReportFact] = ()
    events: Sequence[EventFact] = ()
    extensions: Sequence[ExtensionFact] = ()
    entries: Sequence[EntryFact] = ()
    needs_approval: Mapping[int, bool] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Line:
    """One thing a notice lists; ``of`` is report, work_item, extension or department."""

    of: str
    pk: int
    text: str
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class Planned:
    """A notice that should exist; ``merged`` ones are only recorded, a newer slot went instead."""

    kind: Kind
    slot: str
    period: int
    user: int
    due_on: datetime.date
    at: datetime.datetime
    lines: tuple[Line, ...]
    merged: bool = False

    @property
    def key(self) -> str:
        """What there is once: kind, slot, period, person, effective due date."""
        return notice_key(self.kind, self.slot, self.period, self.user, self.due_on)


def notice_key(kind: str, slot: str, period: int, user: int, due_on: datetime.date) -> str:
    """``file/before-2/3/17/2027-01-15``."""
    return f"{kind}/{slot}/{period}/{user}/{due_on.isoformat()}"


def lines_of(reports: Iterable[ReportFact], note: str = "") -> tuple[Line, ...]:
    """A line per report, as its lead reads it."""
    return tuple(Line("report", row.pk, f"{row.code} {row.title}", note) for row in reports)
