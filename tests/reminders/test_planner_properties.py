"""What holds whatever happens: random ticks, outages, filings, extensions, returns, people."""

import dataclasses
import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.calendar import deadline_moment, is_workday, local_date
from reports.reminders.audience import signers, writers
from reports.reminders.facts import Facts, People, Planned
from reports.reminders.kinds import Kind
from reports.reminders.planner import plan
from reports.reminders.slots import Rules, due_slots, filing_slots, leaves_at
from reports.states import OPEN, Status
from tests.reminders.world import CGJ, DUE, OPENED, PEOPLE, ZJW, facts, report

HOUR = datetime.timedelta(hours=1)
REPORTS = (report(1), report(2), report(3, ZJW), report(4, ZJW))


@dataclasses.dataclass
class World:
    """The database of the test: facts that acts change, and the keys put so far."""

    facts: Facts
    now: datetime.datetime
    last: datetime.datetime | None = None
    put: dict[str, Planned] = dataclasses.field(default_factory=dict)

    def change(self, pk: int, **to: object) -> None:
        rows = tuple(
            dataclasses.replace(row, **to) if row.pk == pk else row  # type: ignore[arg-type]
            for row in self.facts.reports
        )
        self.facts = dataclasses.replace(self.facts, reports=rows)

    def tick(self, times: int = 1) -> list[Planned]:
        planned: list[Planned] = []
        for _ in range(times):
            planned = plan(self.facts, self.now, self.last)
            assert len({row.key for row in planned}) == len(planned)
            for row in planned:
                self.put.setdefault(row.key, row)
        self.last = self.now
        return planned


def pass_time(world: World, hours: int) -> None:
    world.now += HOUR * hours


def file(world: World, pk: int) -> None:
    world.change(pk, status=Status.FILED, filed_at=world.now)


def submit(world: World, pk: int) -> None:
    world.change(pk, status=Status.PENDING, submitted_by=19 if pk == 1 else 11)


def send_back(world: World, pk: int) -> None:
    world.change(pk, status=Status.DRAFT)


def give_back(world: World, pk: int) -> None:
    due = max(DUE, local_date(world.now) + datetime.timedelta(days=7))
    world.change(pk, status=Status.RETURNED, due_on=due, since=world.now)


def extend(world: World, pk: int) -> None:
    due = max(DUE, local_date(world.now)) + datetime.timedelta(days=10)
    world.change(pk, due_on=due, since=world.now)


def staff(world: World, pk: int) -> None:
    """Somebody comes or goes."""
    of_cgj = {1: (11, 12), 2: (12,), 3: (), 4: (12, 13)}[pk]
    people = People({CGJ: of_cgj, ZJW: (21,)}, PEOPLE.approvers, PEOPLE.coordinators)
    world.facts = dataclasses.replace(world.facts, people=people)


ACTS = (file, submit, send_back, give_back, extend, staff)
step = st.one_of(
    st.tuples(st.just(pass_time), st.integers(1, 40)),
    st.tuples(st.just(pass_time), st.integers(41, 24 * 30)),
    st.tuples(st.sampled_from(ACTS), st.integers(1, 4)),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(st.tuples(step, st.integers(0, 3)), min_size=5, max_size=40))
def test_everybody_gets_each_slot_once_and_nobody_for_nothing(steps: list) -> None:  # type: ignore[type-arg]
    world = World(facts(*REPORTS), OPENED)
    for (act, number), ticks in steps:
        act(world, number)
        if ticks:
            planned = world.tick(ticks)
            nobody_for_nothing(world, planned)
            nobody_left_out(world)
            office_hours(world, planned)
    once_per_slot(world)


def once_per_slot(world: World) -> None:
    told = [
        (row.user, row.slot, row.due_on)
        for row in world.put.values()
        if row.kind in {Kind.FILE, Kind.OPENED}
    ]
    assert len(told) == len(set(told))


def nobody_for_nothing(world: World, planned: list[Planned]) -> None:
    for row in planned:
        if row.kind in {Kind.FILE, Kind.SIGN}:
            people, statuses = (
                (writers, OPEN) if row.kind == Kind.FILE else (signers, (Status.PENDING,))
            )
            owing = {
                report.pk
                for report in world.facts.reports
                if report.status in statuses and report.due_on == row.due_on
                and row.user in people(world.facts, report)
            }  # fmt: skip
            assert owing
            assert {line.pk for line in row.lines} == owing


def nobody_left_out(world: World) -> None:
    """Whoever owes and can be reached has the newest slot due since it was owed, and not merged."""
    owed: dict[tuple[str, int, datetime.date], datetime.datetime] = {}
    for row in world.facts.reports:
        for kind, statuses, people in (
            ("file", OPEN, writers),
            ("sign", (Status.PENDING,), signers),
        ):
            for user in people(world.facts, row) if row.status in statuses else ():
                key = (kind, user, row.due_on)
                owed[key] = min(owed.get(key, row.since), row.since)
    for (kind, user, due_on), since in owed.items():
        slots = due_slots(filing_slots(due_on, world.now, Rules()), world.now, since)
        if slots:
            assert not world.put[f"{kind}/{slots[-1].name}/7/{user}/{due_on.isoformat()}"].merged


def office_hours(world: World, planned: list[Planned]) -> None:
    for row in planned:
        if row.kind in {Kind.FILE, Kind.SIGN, Kind.DIGEST, Kind.GAP, Kind.REVIEW}:
            leaves = leaves_at(row.slot, max(row.at, world.now), Rules())
            day = local_date(leaves)
            if row.slot != "due":
                assert is_workday(day)
                assert 9 <= leaves.astimezone(world.now.tzinfo).hour < 18
            else:
                assert leaves < deadline_moment(row.due_on)
