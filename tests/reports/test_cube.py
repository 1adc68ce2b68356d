"""Every status × every action × everybody of the cast, open and closed, through the gate.

``TABLE`` is written by hand from the rules of procedure; nothing here is read from the code's own
table, so that a slip in either shows.
"""

import copy
import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import transaction

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from reports.actions.holding import lock_report
from reports.actions.transition import Step, advance
from reports.models import Report, ReportEvent, ReportingPeriod
from reports.states import Action, Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db

BLANK, DRAFT, PENDING, FILED = "blank", "draft", "pending", "filed"
ACCEPTED, RETURNED, EXEMPT = "accepted", "returned", "exempt"

TABLE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "save": ("reporter", {BLANK: DRAFT, DRAFT: DRAFT, RETURNED: RETURNED}),
    "submit": ("reporter", {BLANK: PENDING, DRAFT: PENDING, RETURNED: PENDING}),
    "withdraw": ("reporter", {PENDING: DRAFT}),
    "approve": ("signer", {PENDING: FILED}),
    "send_back": ("approver", {PENDING: DRAFT}),
    "record_paper": ("reviewer", {BLANK: FILED, DRAFT: FILED, PENDING: FILED, RETURNED: FILED}),
    "receive": ("receivers", {FILED: FILED, ACCEPTED: ACCEPTED}),
    "opine": ("other", {FILED: FILED, ACCEPTED: ACCEPTED}),
    "ask_return": ("reporter", {FILED: FILED, ACCEPTED: ACCEPTED}),
    "decline_return": ("reviewer", {FILED: FILED, ACCEPTED: ACCEPTED}),
    "accept": ("reviewer", {FILED: ACCEPTED}),
    "return": ("reviewer", {FILED: RETURNED, ACCEPTED: RETURNED}),
    "exempt": ("reviewer", {BLANK: EXEMPT, DRAFT: EXEMPT, PENDING: EXEMPT, RETURNED: EXEMPT}),
    "lift_exemption": ("reviewer", {EXEMPT: DRAFT}),
    "import": ("admin", {BLANK: ACCEPTED}),
}
"""Action → who, and status before → status after. An exempted report was 填写中 before."""

COMMENTED = {"send_back", "opine", "ask_return", "decline_return", "return", "exempt"}
"""What can't be done without a word of why."""

WHEN_CLOSED = {"import"}

CITY = {
    "reporter": {"cgj_reporter", "cgj_colleague"},
    "approver": {"cgj_approver", "submitter"},
    "signer": {"cgj_approver"},
    "reviewer": {"slj_coordinator"},
    "receivers": {"slj_coordinator", "fgw_coordinator"},
    "other": {"fgw_coordinator"},
    "admin": {"admin"},
}
"""Who is who for an item that 区城管局 leads: 区水利局 reviews it."""

WATER = {
    "reporter": {"slj_reporter"},
    "approver": {"slj_approver", "submitter"},
    "signer": {"slj_approver"},
    "reviewer": {"fgw_coordinator"},
    "receivers": {"slj_coordinator", "fgw_coordinator"},
    "other": {"slj_coordinator"},
    "admin": {"admin"},
}
"""For an item that 区水利局 leads itself: 区发展改革委 reviews it."""

TEXT = {"progress": "完成改造 6.1 公里。", "state": "on_track", "completion": 60}


@dataclasses.dataclass(frozen=True)
class House:
    """A report, and everybody who may come to it: the cast, and an approver who submitted it."""

    report: Report
    people: Mapping[str, User]
    who: Mapping[str, set[str]]


def house_of(period: ReportingPeriod, cast: Cast, code: str, who: Mapping[str, set[str]]) -> House:
    report = report_of(period, code)
    lead = report.department.code
    submitter = User.objects.create_user("submitter", name="自提自签")
    for role in ("reporter", "approver"):
        submitter.memberships.create(
            department=report.department, role=role, since=datetime.date(2020, 5, 15)
        )
    assert lead in {"cgj", "slj"}
    people = {field.name: getattr(cast, field.name) for field in dataclasses.fields(cast)}
    return House(report, {**people, "submitter": submitter}, who)


@pytest.fixture
def city(period: ReportingPeriod, cast: Cast) -> House:
    return house_of(period, cast, "12.1", CITY)


@pytest.fixture
def water(period: ReportingPeriod, cast: Cast) -> House:
    return house_of(period, cast, "1.1", WATER)


def put(report: Report, status: str, submitter: User) -> None:
    """Set the stage: ``report`` in ``status``, with the filing that some statuses presume."""
    filing = ReportEvent.objects.create(
        report=report,
        action="approve",
        from_status=PENDING,
        to_status=FILED,
        at=report.period.opened_at,
        by_name="某",
        by_role="审签人",
        snapshot=TEXT,
    )
    filed = status in {FILED, ACCEPTED, RETURNED}
    Report.objects.filter(pk=report.pk).update(
        status=status,
        status_before=DRAFT if status == EXEMPT else "",
        submitted_by=submitter,
        filed_event=filing if filed else None,
        filed_at=report.period.opened_at if filed else None,
        refiled_at=report.period.opened_at if filed else None,
        **TEXT,
    )


def allowed(house: House, action: str) -> set[str]:
    """Names of those who may do ``action``: reporters who also approve count as reporters."""
    names = set(house.who[TABLE[action][0]])
    return names | {"submitter"} if TABLE[action][0] == "reporter" else names


def outcome(house: House, name: str, action: str) -> str:
    """What comes of it when ``name`` tries ``action``; everything is undone afterwards."""
    step = Step(comment="请补充。", assessed_state="on_track")
    with transaction.atomic():
        try:
            result = advance(
                report=house.report, action=Action(action), by=house.people[name], step=step
            ).status
        except NotAllowed:
            result = "not allowed"
        except Conflict:
            result = "conflict"
        transaction.set_rollback(True)
    return str(result)


@contextmanager
def read_once(report: Report) -> Iterator[None]:
    """Within it the gate gets ``report`` as it is read and locked now, a copy for each step:
    since every step is undone, reading it anew would give the same again."""
    read = lock_report(report)

    def again(_: Report) -> Report:
        return copy.copy(read)

    with mock.patch("reports.actions.transition.lock_report", again):
        yield


def expected(house: House, name: str, action: str, status: str, *, closed: bool) -> str:
    if name not in allowed(house, action):
        return "not allowed"
    if closed and action not in WHEN_CLOSED:
        return "conflict"
    return TABLE[action][1].get(status, "conflict")


def walk(house: House, action: str, *, closed: bool) -> None:
    """Everybody tries ``action`` in every status; what came of it equals the table."""
    found, wanted = {}, {}
    for status in Status.values:
        put(house.report, status, house.people["submitter"])
        with read_once(house.report):
            for name in house.people:
                found[status, name] = outcome(house, name, action)
        for name in house.people:
            wanted[status, name] = expected(house, name, action, status, closed=closed)
    assert found == wanted


def test_the_table_names_every_action() -> None:
    assert set(TABLE) == set(Action.values)


@pytest.mark.parametrize("action", Action.values)
def test_everybody_tries_it_on_an_item_of_a_department(city: House, action: str) -> None:
    walk(city, action, closed=False)


@pytest.mark.parametrize("action", Action.values)
def test_everybody_tries_it_on_an_item_that_a_receiver_leads(water: House, action: str) -> None:
    walk(water, action, closed=False)


@pytest.mark.parametrize("action", Action.values)
def test_everybody_tries_it_in_a_closed_period(city: House, action: str) -> None:
    ReportingPeriod.objects.update(closed_at=city.report.period.opened_at)
    walk(city, action, closed=True)


@pytest.mark.parametrize("action", sorted(set(Action.values)))
def test_only_what_needs_a_reason_is_refused_without_one(city: House, action: str) -> None:
    who, moves = TABLE[action]
    status = next(iter(moves))
    put(city.report, status, city.people["cgj_reporter"])
    person = city.people[sorted(city.who[who])[0]]
    refused = {complaint(city, person, action, comment) for comment in ("", " \n", "\u200b")}
    assert refused == {400 if action in COMMENTED else None}


def complaint(house: House, person: User, action: str, comment: str) -> int | None:
    """The status of the refusal, or None; everything is undone afterwards."""
    with transaction.atomic():
        try:
            step = Step(comment=comment)
            advance(report=house.report, action=Action(action), by=person, step=step)
            status = None
        except DomainError as error:
            status = error.status_code
        transaction.set_rollback(True)
    return status


@pytest.mark.parametrize("status", [BLANK, DRAFT, RETURNED])
def test_where_no_approval_is_needed_submitting_files(city: House, status: str) -> None:
    Department.objects.filter(code="cgj").update(needs_approval=False)
    put(city.report, status, city.people["cgj_reporter"])
    assert outcome(city, "cgj_reporter", "submit") == FILED


def test_every_step_but_saving_leaves_one_event_with_who_and_when(city: House) -> None:
    for action, (who, moves) in TABLE.items():
        status = next(iter(moves))
        put(city.report, status, city.people["cgj_reporter"])
        before = ReportEvent.objects.count()
        person = city.people[sorted(city.who[who])[0]]
        advance(report=city.report, action=Action(action), by=person, step=Step(comment="因故。"))
        written = ReportEvent.objects.order_by("pk")[before:]
        assert [event.action for event in written] == ([] if action == "save" else [action])
        for event in written:
            assert (event.by, event.by_name) == (person, person.name)
            assert (event.from_status, event.to_status) == (status, moves[status])
            assert event.snapshot is not None
            assert event.snapshot["progress"] == TEXT["progress"]
            assert event.by_role
