"""Who is told of a report, and which rungs of a ladder are due: what every part of the planner
asks. Pure."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from reports.reminders.facts import Facts, ReportFact
from reports.reminders.slots import Slot, due_slots

TOLD_WITHIN = datetime.timedelta(days=30)
"""An act older than this is no news: it is not told after a long outage or to a new person."""


def writers(facts: Facts, report: ReportFact) -> Sequence[int]:
    """Who is to write ``report``: the person in charge while they work there, else all."""
    reporters = facts.people.reporters.get(report.department, ())
    person = report.person_in_charge
    return [person] if person is not None and person in reporters else reporters


def signers(facts: Facts, report: ReportFact) -> Sequence[int]:
    """Who may sign ``report``: the department's approvers but the one who submitted it."""
    approvers = facts.people.approvers.get(report.department, ())
    return [user for user in approvers if user != report.submitted_by]


def coordinators(facts: Facts) -> list[int]:
    """Everybody who coordinates for one of the receivers, each once."""
    people = (facts.people.coordinators.get(body, ()) for body in facts.receivers)
    return list(dict.fromkeys(user for users in people for user in users))


def by_person(
    facts: Facts,
    reports: Iterable[ReportFact],
    people: Callable[[Facts, ReportFact], Sequence[int]],
) -> dict[int, list[ReportFact]]:
    """User → those of ``reports`` of which ``people`` says that the user is told."""
    found: dict[int, list[ReportFact]] = defaultdict(list)
    for report in reports:
        for user in people(facts, report):
            found[user].append(report)
    return found


def rungs(
    slots: Sequence[Slot],
    now: datetime.datetime,
    last_tick: datetime.datetime | None,
    since: datetime.datetime | None = None,
) -> Iterator[tuple[Slot, bool]]:
    """The newest slot due, and before it those that an outage let slip (True: merged)."""
    due = due_slots(slots, now, since)
    if last_tick is not None:
        yield from ((slot, True) for slot in due[:-1] if slot.at > last_tick)
    yield from ((slot, False) for slot in due[-1:])


def is_news(at: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether an act at ``at`` is still told at ``now``."""
    return now - TOLD_WITHIN < at <= now
