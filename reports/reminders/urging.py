"""Who gets what when a coordinator urges a department: a pure function of the facts."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from reports.calendar import short_date
from reports.reminders.audience import writers
from reports.reminders.facts import Facts, Line, Planned, ReportFact
from reports.reminders.kinds import Kind
from reports.states import OWED, Status

LADDER = ("notice", "phone", "letter", "leader")
"""Steps of 催办 (Urge.Step) in their usual order."""
NOTICES: Mapping[str, Kind] = MappingProxyType({"notice": Kind.URGE, "leader": Kind.URGE_LEADER})
"""The steps that are notices, and their kinds."""
_NOTES = {Status.PENDING: "待审签", Status.RETURNED: "已退回，待补正"}


def next_step(taken: Collection[str]) -> str:
    """The step of the ladder that is proposed after those ``taken``; a person presses it."""
    return next((step for step in LADDER if step not in taken), LADDER[0])


def owed_by(facts: Facts, department: int) -> list[ReportFact]:
    """What ``department`` (id) owes."""
    return [
        report
        for report in facts.reports
        if report.department == department and report.status in OWED
    ]


def told_of(facts: Facts, report: ReportFact, kind: Kind) -> Sequence[int]:
    """Who hears of ``report``: who is to write it, or the approvers of its department."""
    if kind == Kind.URGE_LEADER:
        return facts.people.approvers.get(report.department, ())
    return writers(facts, report)


def plan_urge(
    facts: Facts, department: int, kind: Kind, slot: str, now: datetime.datetime
) -> list[Planned]:
    """A notice per person with all that the person is to see to, by its earliest deadline."""
    found: dict[int, list[ReportFact]] = defaultdict(list)
    for report in owed_by(facts, department):
        for user in told_of(facts, report, kind):
            found[user].append(report)
    return [
        Planned(kind, slot, facts.period, user, due_on, now, urged_lines(rows, due_on))
        for user, rows in found.items()
        for due_on in [min(row.due_on for row in rows)]
    ]


def urged_lines(reports: Sequence[ReportFact], due_on: datetime.date) -> tuple[Line, ...]:
    """A line per report; its note says where it stands and a deadline that is not ``due_on``."""
    return tuple(
        Line("report", row.pk, f"{row.code} {row.title}", _note(row, due_on)) for row in reports
    )


def _note(report: ReportFact, due_on: datetime.date) -> str:
    parts = [_NOTES.get(Status(report.status), "")]
    if report.due_on != due_on:
        parts.append(f"{short_date(report.due_on)}截止")
    return "，".join(part for part in parts if part)
