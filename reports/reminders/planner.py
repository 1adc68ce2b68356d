"""Which notices should exist now: a pure function of the facts and ``now``.

``plan`` may be called by two schedules at once, twice a minute or after a week's outage: the keys
of what it returns are the same for the same slot, and the database keeps each key once.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence

from reports.calendar import add_workdays, local_date
from reports.reminders.audience import by_person, is_news, rungs, signers, writers
from reports.reminders.facts import EventFact, Facts, Line, Planned, ReportFact, lines_of
from reports.reminders.kinds import Kind
from reports.reminders.receivers import digest, gaps, reviews
from reports.reminders.slots import (
    OPENED,
    Slot,
    at_hour,
    due_slots,
    entry_slot,
    filing_slots,
    opening_slot,
)
from reports.states import OPEN, OWED, Status


def plan(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None = None
) -> list[Planned]:
    """Every notice that should exist at ``now`` (aware), the newest due slot of each ladder only.

    Slots that fell due after ``last_tick`` and were overtaken come along as ``merged``.
    """
    rows: list[Planned] = []
    for part in (_to_leads, digest, gaps, _entries, reviews, _acts, _extensions):
        rows += part(facts, now, last_tick)
    return rows


def _to_leads(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """报送通知, 报送提醒 and 审签提醒: one ladder per deadline."""
    by_due: dict[datetime.date, list[ReportFact]] = defaultdict(list)
    for report in facts.reports:
        if report.status in OWED:
            by_due[report.due_on].append(report)
    for due_on, reports in by_due.items():
        slots = filing_slots(due_on, now, facts.rules, facts.days)
        if due_on == facts.due_on:
            slots.insert(0, opening_slot(local_date(facts.opened_at), facts.rules, facts.days))
        yield from _deadline(facts, due_on, reports, slots, now, last_tick)


def _deadline(  # noqa: PLR0913, PLR0917 - one ladder with its facts
    facts: Facts,
    due_on: datetime.date,
    reports: Sequence[ReportFact],
    slots: Sequence[Slot],
    now: datetime.datetime,
    last_tick: datetime.datetime | None,
) -> Iterator[Planned]:
    for kind, statuses, people in (
        (Kind.FILE, OPEN, writers),
        (Kind.SIGN, (Status.PENDING,), signers),
    ):
        chosen = [report for report in reports if report.status in statuses]
        for user, rows in by_person(facts, chosen, people).items():
            # What was due before the first of these could be owed was never this person's.
            since = min(row.since for row in rows)
            for slot, merged in rungs(
                [s for s in slots if s.name != OPENED], now, last_tick, since
            ):
                yield Planned(kind, slot.name, facts.period, user, due_on, slot.at,
                              lines_of(rows), merged)  # fmt: skip
    yield from _opening(facts, due_on, reports, slots, now)


def _opening(
    facts: Facts,
    due_on: datetime.date,
    reports: Sequence[ReportFact],
    slots: Sequence[Slot],
    now: datetime.datetime,
) -> Iterator[Planned]:
    """To everybody of the lead, as long as no later slot is due."""
    due = due_slots(slots, now)
    if not due or due[-1].name != OPENED:
        return
    everybody: dict[int, list[ReportFact]] = defaultdict(list)
    for report in reports:
        for part in (facts.people.reporters, facts.people.approvers):
            for user in part.get(report.department, ()):
                if report not in everybody[user]:
                    everybody[user].append(report)
    for user, rows in everybody.items():
        yield Planned(Kind.OPENED, OPENED, facts.period, user, due_on, due[-1].at, lines_of(rows))


def _entries(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """配合事项提醒 on its day, and 商请 at once."""
    slot = entry_slot(facts.due_on, facts.rules, facts.days)
    silent: dict[int, list[Line]] = defaultdict(list)
    for fact in facts.entries:
        line = Line(
            "work_item", fact.work_item, f"{fact.code} {fact.title}", f"牵头单位：{fact.lead}"
        )
        for user in facts.people.reporters.get(fact.department, ()):
            silent[user].append(line)
            if fact.request and fact.asked_at and is_news(fact.asked_at, now):
                yield Planned(Kind.ENTRY_ASKED, f"request-{fact.request}", facts.period, user,
                              facts.due_on, fact.asked_at, (line,))  # fmt: skip
    for due, merged in rungs([slot], now, last_tick, facts.opened_at):
        for user, lines in silent.items():
            yield Planned(Kind.ENTRIES, due.name, facts.period, user, facts.due_on,
                          due.at, tuple(dict.fromkeys(lines)), merged)  # fmt: skip


def _acts(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """What was done to a report: returned (and again), sent back, accepted."""
    reports = {report.pk: report for report in facts.reports}
    for event in facts.events:
        report = reports[event.report]
        slots = [Slot(event.at, f"{event.kind}-{event.pk}")]
        users = _told_of(facts, event, report)
        if event.kind == Kind.RETURNED:
            day = add_workdays(local_date(event.at), facts.rules.refile, facts.days)
            slots.append(Slot(at_hour(day, facts.rules.hour), f"returned-{event.pk}-again"))
        if not is_news(event.at, now):
            continue
        for slot, merged in rungs(slots, now, last_tick):
            for user in users:
                yield Planned(event.kind, slot.name, facts.period, user, report.due_on,
                              slot.at, lines_of([report], event.comment), merged)  # fmt: skip


def _told_of(facts: Facts, event: EventFact, report: ReportFact) -> Sequence[int]:
    """Who submitted it hears what became of it, while they write there; else all who write it."""
    reporters = facts.people.reporters.get(report.department, ())
    if event.kind != Kind.RETURNED and event.submitter in reporters:
        return [event.submitter] if event.submitter is not None else ()
    return () if event.kind == Kind.ACCEPTED else writers(facts, report)


def _extensions(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """Asked: to the approvers; endorsed: to the reviewer; decided: to the reporters."""
    audiences = {
        "asked": (Kind.EXTENSION_ASKED, facts.people.approvers, "department"),
        "endorsed": (Kind.EXTENSION_ASKED, facts.people.coordinators, "reviewer"),
        "granted": (Kind.EXTENSION_DECIDED, facts.people.reporters, "department"),
        "refused": (Kind.EXTENSION_DECIDED, facts.people.reporters, "department"),
    }
    for fact in facts.extensions:
        if fact.status not in audiences or not is_news(fact.at, now):
            continue
        kind, people, side = audiences[fact.status]
        line = Line("extension", fact.pk, fact.department_name, fact.words)
        for user in people.get(getattr(fact, side), ()):
            if fact.status != "asked" or user != fact.asked_by:
                yield Planned(kind, f"extension-{fact.pk}-{fact.status}", facts.period, user,
                              fact.day, fact.at, (line,))  # fmt: skip
