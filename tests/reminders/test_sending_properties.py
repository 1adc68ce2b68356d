"""What holds whatever happens, on real rows and real sends: random ticks, outages, filings,
extensions, returns, people who come and go, ticks repeated."""

import contextlib
import dataclasses
import datetime

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.errors import DomainError
from departments.models import Membership
from reports.actions.approval import approve_reports
from reports.actions.extension_decisions import grant_unasked
from reports.actions.filing import submit_report, withdraw_report
from reports.actions.review import return_report
from reports.calendar import deadline_moment, is_workday, local_date
from reports.models import Delivery, Notice, Report, ReportingPeriod
from reports.reminders.channels.mail import MailChannel
from reports.reminders.delivery import Outcome, Result
from reports.reminders.kinds import KINDS, Kind
from reports.reminders.messages import Message
from reports.reminders.slots import Rules, due_slots, filing_slots
from reports.reminders.tick import tick
from reports.reminders.worker import drain
from reports.states import OPEN, Status
from tests.cast import Cast
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
CONTENT = {"progress": "完成。", "state": "on_track", "completion": 60}
CODES = ("12.1", "14.1", "20.4")
STATUSES = {Kind.FILE: OPEN, Kind.SIGN: (Status.PENDING,)}


@dataclasses.dataclass
class Town:
    """区城管局 with three reports; everything that leaves is written down with its moment."""

    period: ReportingPeriod
    cast: Cast
    clock: time_machine.Traveller
    now: datetime.datetime = NOW
    sent: list[tuple[datetime.datetime, Notice]] = dataclasses.field(default_factory=list)

    def report(self, number: int) -> Report:
        rows = self.period.reports.filter(department__code="cgj").select_related("period__plan")
        task, row = CODES[number % len(CODES)].split(".")
        return rows.get(
            assignment__work_item__task__number=task, assignment__work_item__row=row
        )  # fmt: skip

    def send(self, delivery: Delivery, message: Message) -> Result:
        """Instead of the mail: it lists what the person owes of that deadline now, nothing else."""
        notice = delivery.notice
        if notice.kind in STATUSES:
            said = {line["pk"] for line in notice.lines if line["text"] in message.text}
            assert said, f"{notice} at {self.now}"
            assert said <= self.owed_by(notice), f"{notice} at {self.now}"
        self.sent.append((self.now, notice))
        return Result(Outcome.SENT)

    def owed_by(self, notice: Notice) -> set[int]:
        here = Membership.objects.on(local_date(self.now)).filter(user=notice.user)
        rows = Report.objects.with_deadline().filter(
            status__in=STATUSES[Kind(notice.kind)],
            deadline=notice.due_on,
            department__memberships__in=here,
        )
        return set(rows.values_list("pk", flat=True))

    def remind(self) -> None:
        tick(self.now)
        drain(lambda: self.now)


def pass_time(town: Town, hours: int) -> None:
    move_to(town, town.now + HOUR * hours)


def move_to(town: Town, moment: datetime.datetime) -> None:
    town.now = moment
    town.clock.move_to(moment)


def submit(town: Town, number: int) -> None:
    submit_report(report=town.report(number), by=town.cast.cgj_reporter, content=dict(CONTENT))


def withdraw(town: Town, number: int) -> None:
    withdraw_report(report=town.report(number), by=town.cast.cgj_reporter)


def approve(town: Town, number: int) -> None:
    approve_reports(reports=[town.report(number)], by=town.cast.cgj_approver)


def give_back(town: Town, number: int) -> None:
    return_report(report=town.report(number), by=town.cast.slj_coordinator, comment="请补充。")


def extend(town: Town, number: int) -> None:
    report = town.report(number)
    later = max(report.due_on, local_date(town.now)) + datetime.timedelta(days=6)
    grant_unasked(
        period=town.period, department=report.department, by=town.cast.slj_coordinator,
        reason="数据未出", granted_on=later, reports=[report],
    )  # fmt: skip


def come_or_go(town: Town, number: int) -> None:
    user = (town.cast.cgj_reporter, town.cast.cgj_colleague, town.cast.cgj_approver)[number % 3]
    today = local_date(town.now)
    row = Membership.objects.get(user=user)
    here = row.until is None or row.until >= today
    Membership.objects.filter(pk=row.pk).update(
        until=today - datetime.timedelta(days=1) if here else None
    )


def plan_only(town: Town, number: int) -> None:
    """What happens next happens between planning and sending."""
    tick(town.now)


def send_only(town: Town, number: int) -> None:
    drain(lambda: town.now)


def to_next_slot(town: Town, number: int) -> None:
    """Five minutes after the next reminder of a report falls due."""
    slots = filing_slots(town.report(number).due_on, town.now, Rules())
    later = [slot.at for slot in slots if slot.at > town.now]
    move_to(town, later[0] + HOUR / 12 if later else town.now)


ACTS = (submit, withdraw, approve, give_back, extend, come_or_go)
act = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 1))
hours = st.tuples(st.just(pass_time), st.integers(1, 30), st.integers(0, 2))
outage = st.tuples(st.just(pass_time), st.integers(31, 24 * 40), st.integers(0, 2))
slot = st.tuples(st.just(to_next_slot), st.integers(0, 2), st.integers(0, 2))
plan, send = st.just((plan_only, 0, 0)), st.just((send_only, 0, 0))
still_slot = st.tuples(st.just(to_next_slot), st.integers(0, 2), st.just(0))
still_act = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.just(0))
between = st.tuples(still_slot, plan, still_act, send)
STEPS = st.lists(
    st.one_of(*(st.tuples(each) for each in (act, hours, outage, slot)), between, between),
    min_size=6,
    max_size=20,
).map(lambda parts: [step for part in parts for step in part])


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_nobody_is_told_twice_or_for_nothing_or_at_night_or_left_out(
    steps: list,  # type: ignore[type-arg]
    period: ReportingPeriod,
    cast: Cast,
    now: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Town(period, cast, now)
    now.move_to(NOW)
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(
            MailChannel, "send", lambda channel, row, to, message: town.send(row, message)
        )
        Report.objects.exclude(pk__in=[town.report(n).pk for n in range(3)]).delete()
        for act, number, ticks in steps:
            with contextlib.suppress(DomainError):
                act(town, number)
            for _ in range(ticks):
                town.remind()
                nobody_left_out(town)
        once(town)
        office_hours(town)
        transaction.set_rollback(True)


def once(town: Town) -> None:
    """Each person got each slot of one deadline version at most once."""
    keys = [notice.key for _, notice in town.sent]
    assert len(keys) == len(set(keys))
    scheduled = [
        (notice.user_id, notice.slot, notice.due_on)
        for _, notice in town.sent
        if notice.kind in {Kind.OPENED, Kind.FILE}
    ]
    assert len(scheduled) == len(set(scheduled))


def office_hours(town: Town) -> None:
    """Nothing scheduled left outside 9–18 h on a working day but the due day's, on its day."""
    for moment, notice in town.sent:
        if notice.slot == "due":
            assert moment < deadline_moment(notice.due_on)
        elif not KINDS[Kind(notice.kind)].at_once or notice.slot.endswith("-again"):
            assert is_workday(local_date(moment)), f"{notice} at {moment}"
            assert 9 <= moment.hour < 18, f"{notice} at {moment}"


def nobody_left_out(town: Town) -> None:
    """Everyone who owes something and works there has a notice for the newest slot due since."""
    facts = Report.objects.filter(period=town.period).with_deadline()
    here = Membership.objects.on(local_date(town.now)).filter(department__code="cgj")
    for role, kind in (("reporter", Kind.FILE), ("approver", Kind.SIGN)):
        owed = facts.filter(status__in=STATUSES[kind])
        if kind == Kind.SIGN:
            owed = owed.exclude(submitted_by=town.cast.cgj_approver)
        for due_on in set(owed.values_list("deadline", flat=True)):
            mine = owed.filter(deadline=due_on)
            since = min(since_of(town, report) for report in mine)
            slots = due_slots(filing_slots(due_on, town.now, Rules()), town.now, since)
            told = Notice.objects.filter(kind=kind, due_on=due_on, merged=False)
            for user in here.filter(role=role).values_list("user", flat=True):
                if slots:
                    assert told.filter(user=user, slot=slots[-1].name).exists()


def since_of(town: Town, report: Report) -> datetime.datetime:
    """From when the deadline of ``report`` holds: the opening, a return, a later date granted."""
    granted = report.extensions.filter(status="granted").order_by("-decided_at").first()
    moments = [town.period.opened_at, report.returned_at, granted and granted.decided_at]
    return max(moment for moment in moments if moment)
