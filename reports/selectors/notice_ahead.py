"""今后 30 天: what would go out if nothing changed, by the planner itself."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from departments.models import User
from reports import calendar
from reports.actions.schedule import due_half_year
from reports.models import Delivery, Notice, ReportingPeriod
from reports.policies import Right, may
from reports.reminders.facts import Facts, Planned
from reports.reminders.gather import gather, open_periods
from reports.reminders.kinds import KINDS, Group, Kind
from reports.reminders.outbox import existing_keys
from reports.reminders.planner import plan
from reports.reminders.rules import rules_in
from reports.reminders.slots import at_hour
from reports.reminders.tick import is_held, last_tick
from reports.reminders.words import slot_words
from reports.selectors.notice_desk import departments_of
from tasks.models import Plan

DAYS = 30
Slot = tuple[str, str, str, str]
"""Kind, slot, half-year and deadline of a round, in words."""


@dataclasses.dataclass(frozen=True)
class Recipient:
    """One person of a round, and how much the notice would list."""

    name: str
    department: str
    count: int


@dataclasses.dataclass(frozen=True)
class Round:
    """All notices of one kind and slot that leave on one day."""

    kind: str
    slot: str
    period: str
    due: str
    people: list[Recipient]


@dataclasses.dataclass(frozen=True)
class AheadDay:
    day: datetime.date
    words: str
    rounds: list[Round]

    @property
    def count(self) -> int:
        return sum(len(each.people) for each in self.rounds)


@dataclasses.dataclass(frozen=True)
class Ahead:
    """Context of the page; ``held`` says that nothing of it would leave by itself, ``waiting``
    how many are planned already and wait for their hour."""

    days: list[AheadDay]
    until: datetime.date
    held: bool
    waiting: int
    opening: list[str]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.days)


def ahead_of(user: User, now: datetime.datetime) -> Ahead:
    """What would go out in the ``DAYS`` after ``now`` that ``user`` may see on the desk.

    A fixed number of queries for each open half-year, whatever is in it.
    """
    periods = [row for row in open_periods() if _sees(user, row)]
    found = [(row, each) for row in periods for each in coming(row, now)]
    return Ahead(
        days=list(_days(found, now)),
        until=calendar.local_date(now) + datetime.timedelta(days=DAYS),
        held=is_held(last_tick(), now),
        waiting=Delivery.objects.filter(
            state=Delivery.State.PENDING, notice__in=Notice.objects.on_desk(user).values("pk")
        ).count(),
        opening=_opening(now),
    )


def _sees(user: User, period: ReportingPeriod) -> bool:
    return may(user, Right.ADMINISTER) or may(user, Right.URGE, period)


def coming(period: ReportingPeriod, now: datetime.datetime) -> list[Planned]:
    """The notices of ``period`` that are not there yet and fall due up to ``DAYS`` after ``now``.

    The facts are read once; the planner runs at the hour of every day, since no slot is due at
    another.
    """
    facts = gather(period, now)
    found: dict[str, Planned] = {}
    for moment in _moments(facts, now):
        for row in plan(facts, moment):
            found.setdefault(row.key, row)
    there = existing_keys(period)
    return [row for key, row in found.items() if key not in there]


def _moments(facts: Facts, now: datetime.datetime) -> list[datetime.datetime]:
    today = calendar.local_date(now)
    days = [today + datetime.timedelta(days=number) for number in range(DAYS + 1)]
    hours = [at_hour(day, facts.rules.hour) for day in days]
    return [now, *(moment for moment in hours if moment > now)]


def _days(
    found: Iterable[tuple[ReportingPeriod, Planned]], now: datetime.datetime
) -> Iterator[AheadDay]:
    rows = list(found)
    people = {row.user for _, row in rows}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    bodies = departments_of(people, calendar.local_date(now))
    by_day: dict[datetime.date, dict[Slot, list[Recipient]]] = defaultdict(dict)
    for period, row in rows:
        day = calendar.local_date(max(row.at, now))
        one = Recipient(names[row.user], bodies.get(row.user, ""), len(row.lines))
        by_day[day].setdefault(_round_key(period, row), []).append(one)
    for day in sorted(by_day):
        rounds = [Round(*key, told) for key, told in by_day[day].items()]
        yield AheadDay(day, calendar.day_words(day), rounds)


def _round_key(period: ReportingPeriod, row: Planned) -> Slot:
    digest = KINDS[row.kind].group == Group.RECEIVER
    slot = slot_words(row.slot, rules_in(period), digest=digest)
    due = "" if row.kind == Kind.REVIEW else calendar.day_words(row.due_on)
    return str(row.kind.label), slot, period.label, due


def _opening(now: datetime.datetime) -> list[str]:
    """Half-years that open by themselves within the days, in a sentence each."""
    today = calendar.local_date(now)
    found = []
    for one in Plan.objects.all():
        half_year = due_half_year(one, today + datetime.timedelta(days=DAYS))
        if half_year and not _is_there(one, half_year):
            day = calendar.day_words(max(half_year.opens_on, today))
            found.append(f"{half_year.label}将于 {day}自动开放，届时向牵头单位发出报送通知。")
    return found


def _is_there(one: Plan, half_year: calendar.HalfYear) -> bool:
    rows = ReportingPeriod.objects.filter(plan=one, year=half_year.year, half=half_year.half)
    return rows.exists()
