"""What the receivers' coordinators are told: who is outstanding, where nobody can be told, what
waits for its review. Pure."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from reports.calendar import add_workdays, local_date
from reports.reminders.audience import coordinators, rungs, signers, writers
from reports.reminders.facts import Facts, Line, Planned, ReportFact
from reports.reminders.kinds import Kind
from reports.reminders.slots import (
    RECALL,
    RIPE,
    Slot,
    at_hour,
    digest_slots,
    filing_slots,
    workday_after,
    workday_before,
)
from reports.states import OPEN, OWED, Status


def digest(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """未报情况 to the coordinators of all receivers while anything is outstanding."""
    owed: dict[int, list[ReportFact]] = defaultdict(list)
    for report in facts.reports:
        if report.status in OWED:
            owed[report.department].append(report)
    if not owed:
        return
    lines = tuple(
        Line("department", body, rows[0].department_name,
             f"{len(rows)} 项未报：{'、'.join(row.code for row in rows)}")
        for body, rows in owed.items()
    )  # fmt: skip
    slots = digest_slots(facts.due_on, now, facts.rules, facts.days)
    for slot, merged in rungs(slots, now, last_tick, facts.opened_at):
        for user in coordinators(facts):
            yield Planned(Kind.DIGEST, slot.name, facts.period, user, facts.due_on,
                          slot.at, lines, merged)  # fmt: skip


def gaps(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """Lead departments nobody of which can be told, the working day before each slot."""
    found: dict[int, Line] = {}
    for report in facts.reports:
        if missing := _missing(facts, report):
            found[report.department] = Line(
                "department", report.department, report.department_name, missing
            )
    if not found:
        return
    slots = [
        _gap_slot(slot, facts)
        for slot in filing_slots(facts.due_on, now, facts.rules, facts.days)
        if slot.until is not None
    ]
    for slot, merged in rungs(slots, now, last_tick, facts.opened_at):
        for user in coordinators(facts):
            yield Planned(Kind.GAP, slot.name, facts.period, user, facts.due_on,
                          slot.at, tuple(found.values()), merged)  # fmt: skip


def _gap_slot(slot: Slot, facts: Facts) -> Slot:
    day = workday_before(local_date(slot.at) - datetime.timedelta(days=1), facts.days)
    return Slot(at_hour(day, facts.rules.hour), f"gap-{slot.name}", slot.until)


def _missing(facts: Facts, report: ReportFact) -> str:
    if report.status in OPEN and not writers(facts, report):
        return "没有在任的填报员"
    if report.status == Status.PENDING and not signers(facts, report):
        return "没有可审签的审签人"
    return ""


def reviews(
    facts: Facts, now: datetime.datetime, last_tick: datetime.datetime | None
) -> Iterator[Planned]:
    """审核提醒: on the day a report has waited long enough, and weekly from then on.

    Those that ripen on one day share a notice, whose due date is that day. The weekly rungs are the
    same for all, so that who files when makes no more of them. Every notice lists all that wait
    too long; of several rungs only the newest goes out.
    """
    waiting: dict[int, list[ReportFact]] = defaultdict(list)
    for report in facts.reports:
        if report.status == Status.FILED and _ripe_on(facts, report) <= local_date(now):
            waiting[report.reviewer].append(report)
    for reviewer, rows in waiting.items():
        lines = tuple(
            Line("report", row.pk, f"{row.code} {row.title}", row.department_name) for row in rows
        )
        for slot, due_on, merged in _due_rungs(facts, rows, now):
            if merged and not (last_tick and slot.at > last_tick):
                continue
            for user in facts.people.coordinators.get(reviewer, ()):
                yield Planned(Kind.REVIEW, slot.name, facts.period, user, due_on,
                              slot.at, lines, merged)  # fmt: skip


def _ripe_on(facts: Facts, report: ReportFact) -> datetime.date:
    """The first working day on which ``report`` has waited over ``rules.review`` of them."""
    if report.filed_at is None:
        return datetime.date.max
    return add_workdays(local_date(report.filed_at), facts.rules.review + 1, facts.days)


def _due_rungs(
    facts: Facts, rows: Iterable[ReportFact], now: datetime.datetime
) -> list[tuple[Slot, datetime.date, bool]]:
    """Due rungs with their due date, oldest first; all but the last are merged."""
    ripe_days = {_ripe_on(facts, row) for row in rows}
    first = [(Slot(at_hour(day, facts.rules.hour), RIPE), day) for day in ripe_days]
    again = [(slot, facts.due_on) for slot in _recalls(facts, min(ripe_days), now)]
    due = sorted(
        (rung for rung in [*first, *again] if rung[0].at <= now),
        key=lambda rung: (rung[0].at, rung[0].name, rung[1]),
    )
    return [(slot, day, number < len(due)) for number, (slot, day) in enumerate(due, 1)]


def _recalls(facts: Facts, ripe: datetime.date, now: datetime.datetime) -> Iterator[Slot]:
    """Every ``rules.repeat`` days from the period's opening on, where what ripened on ``ripe`` was
    first told over half of that time ago."""
    step = datetime.timedelta(days=facts.rules.repeat)
    opened = local_date(facts.opened_at)
    count = (local_date(now) - opened) // step
    for number in range(1, count + 1):
        day = workday_after(opened + step * number, facts.days)
        if day - ripe > step / 2:
            yield Slot(at_hour(day, facts.rules.hour), f"{RECALL}-{number}")
