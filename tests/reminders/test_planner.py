"""Who is told what and when, on facts made by hand."""

import dataclasses
import datetime

import pytest

from reports.reminders.facts import EntryFact, EventFact, ExtensionFact, People, Planned
from reports.reminders.kinds import Kind
from reports.reminders.planner import plan
from tests.reminders.world import CGJ, DUE, FGW, PEOPLE, SLJ, ZJW, at, facts, report


def told(rows: list[Planned], kind: Kind) -> dict[int, tuple[str, int]]:
    """User → (slot, number of lines) of what goes out of ``kind``."""
    return {r.user: (r.slot, len(r.lines)) for r in rows if r.kind == kind and not r.merged}


def test_the_notice_of_opening_goes_to_everybody_of_the_lead() -> None:
    rows = plan(facts(report(1), report(2), report(3, ZJW)), at("2026-12-01T10:01"))
    assert told(rows, Kind.OPENED) == {
        11: ("opened", 2), 12: ("opened", 2), 19: ("opened", 2),
        21: ("opened", 1), 29: ("opened", 1),
    }  # fmt: skip
    assert told(rows, Kind.FILE) == {}


def test_reporters_are_reminded_of_what_is_not_submitted_and_approvers_of_what_waits() -> None:
    rows = plan(
        facts(report(1), report(2, status="pending"), report(3, status="filed")),
        at("2027-01-12T09:05"),
    )
    assert told(rows, Kind.FILE) == {11: ("before-2", 1), 12: ("before-2", 1)}
    assert told(rows, Kind.SIGN) == {19: ("before-2", 1)}
    assert told(rows, Kind.OPENED) == {}


def test_the_person_in_charge_alone_is_reminded_while_they_work_there() -> None:
    rows = plan(facts(report(1, person_in_charge=12)), at("2027-01-12T09:05"))
    assert told(rows, Kind.FILE) == {12: ("before-2", 1)}
    rows = plan(facts(report(1, person_in_charge=99)), at("2027-01-12T09:05"))
    assert set(told(rows, Kind.FILE)) == {11, 12}


def test_nobody_is_asked_to_sign_what_they_submitted() -> None:
    rows = plan(facts(report(1, status="pending", submitted_by=19)), at("2027-01-12T09:05"))
    assert told(rows, Kind.SIGN) == {}


def test_a_person_in_two_departments_gets_one_notice_with_everything() -> None:
    people = dataclasses.replace(PEOPLE, reporters={CGJ: (11,), ZJW: (11,)})
    rows = plan(facts(report(1), report(2, ZJW), people=people), at("2027-01-14T09:05"))
    assert told(rows, Kind.FILE) == {11: ("before-3", 2)}


def test_an_extended_report_has_a_ladder_of_its_own() -> None:
    later = datetime.date(2027, 1, 25)
    extended = report(2, due_on=later, since=at("2027-01-11T15:00"))
    rows = plan(facts(report(1), extended), at("2027-01-18T09:05"))
    by_due = {(row.due_on, row.slot) for row in rows if row.kind == Kind.FILE}
    assert by_due == {(DUE, "after-2"), (later, "before-1")}


def test_what_was_due_before_a_return_is_not_made_up_for() -> None:
    returned = report(
        1, status="returned", due_on=datetime.date(2027, 1, 27), since=at("2027-01-20T14:00")
    )
    assert told(plan(facts(returned), at("2027-01-20T14:05")), Kind.FILE) == {}
    assert told(plan(facts(returned), at("2027-01-25T09:05")), Kind.FILE)[11] == ("before-2", 1)


def test_after_an_outage_only_the_newest_slot_goes_and_the_others_are_recorded() -> None:
    rows = plan(facts(report(1)), at("2027-01-14T09:05"), last_tick=at("2027-01-07T09:00"))
    mine = [(row.slot, row.merged) for row in rows if row.kind == Kind.FILE and row.user == 11]
    assert mine == [("before-1", True), ("before-2", True), ("before-3", False)]


def test_nothing_that_was_before_the_deadline_goes_after_it() -> None:
    rows = plan(facts(report(1)), at("2027-01-16T00:05"))
    assert told(rows, Kind.FILE) == {}


def test_late_ones_are_reminded_every_week_until_they_file() -> None:
    owed = facts(report(1))
    slots = [
        told(plan(owed, at(f"2027-{day}T09:05")), Kind.FILE)[11][0]
        for day in ("01-18", "01-25", "02-01", "05-10")
    ]
    assert slots == ["after-2", "after-3", "after-4", "after-18"]
    assert plan(facts(report(1, status="filed", filed_at=at("2027-05-10T08:00"))),
                at("2027-05-10T09:05")) == []  # fmt: skip


def test_both_receivers_get_the_digest_of_who_is_outstanding() -> None:
    rows = plan(facts(report(1), report(2), report(3, ZJW)), at("2027-01-12T09:05"))
    assert told(rows, Kind.DIGEST) == {
        31: ("before-1", 2),
        41: ("before-1", 2),
        42: ("before-1", 2),
    }
    line = next(row for row in rows if row.kind == Kind.DIGEST).lines[0]
    assert (line.text, line.note) == ("区城管局", "2 项未报：12.1、12.2")


@pytest.mark.parametrize(
    ("day", "slot"),
    [("01-15", "due"), ("01-18", "after-1"), ("01-25", "after-2"), ("02-01", "after-3")],
)
def test_the_digest_goes_on_the_day_the_day_after_and_weekly(day: str, slot: str) -> None:
    """The day after is Saturday the 16th, so Monday; the 23rd and 30th are Saturdays too."""
    rows = plan(facts(report(1)), at(f"2027-{day}T09:05"))
    assert told(rows, Kind.DIGEST)[31][0] == slot


def test_a_department_without_anyone_is_told_of_the_working_day_before_the_slot() -> None:
    nobody = People(reporters={}, approvers={}, coordinators=PEOPLE.coordinators)
    empty = facts(report(1), people=nobody)
    # before-2 is Tuesday the 12th: the gap is told on Monday the 11th.
    assert told(plan(empty, at("2027-01-11T09:00")), Kind.GAP)[31] == ("gap-before-2", 1)
    line = next(r for r in plan(empty, at("2027-01-11T09:00")) if r.kind == Kind.GAP).lines[0]
    assert (line.text, line.note) == ("区城管局", "没有在任的填报员")


def test_a_co_responsible_department_is_asked_at_ten_days_and_at_once_by_the_lead() -> None:
    silent = EntryFact(5, "12.1", "供水管网改造", ZJW, "区城管局")
    rows = plan(facts(report(1), entries=(silent,)), at("2027-01-05T09:01"))
    assert told(rows, Kind.ENTRIES) == {21: ("entries", 1)}
    asked = dataclasses.replace(silent, request=8, asked_at=at("2026-12-20T11:00"))
    rows = plan(facts(report(1), entries=(asked,)), at("2026-12-20T11:01"))
    assert told(rows, Kind.ENTRY_ASKED) == {21: ("request-8", 1)}


def test_a_review_that_waits_over_five_working_days_is_recalled_weekly() -> None:
    # Filed on Friday, January 8: the 15th is the fifth working day, Monday the 18th the sixth.
    filed = report(1, status="filed", filed_at=at("2027-01-08T16:00"))
    assert plan(facts(filed), at("2027-01-15T17:00")) == []
    assert told(plan(facts(filed), at("2027-01-18T09:00")), Kind.REVIEW) == {31: ("waiting", 1)}
    # The period opened on a Tuesday; the 19th would be the day after the first.
    assert told(plan(facts(filed), at("2027-01-25T09:00")), Kind.REVIEW) == {31: ("waiting", 1)}
    assert told(plan(facts(filed), at("2027-01-26T09:00")), Kind.REVIEW) == {31: ("recall-8", 1)}
    assert told(plan(facts(filed), at("2027-02-02T09:00")), Kind.REVIEW) == {31: ("recall-9", 1)}


def test_filings_of_many_days_are_recalled_once_a_week_not_once_a_day() -> None:
    # Filed on each working day from January 8 to 15: ripe on those from the 18th to the 25th.
    days = ("08", "11", "12", "13", "14", "15")
    rows = [
        report(number, status="filed", filed_at=at(f"2027-01-{day}T16:00"))
        for number, day in enumerate(days, 1)
    ]
    sent = {}
    for day in range(35):
        now = at("2027-01-16T09:01") + datetime.timedelta(days=day)
        for row in plan(facts(*rows), now):
            if row.kind == Kind.REVIEW:
                sent.setdefault(row.key, (now.strftime("%m-%d"), len(row.lines)))
    assert list(sent.values()) == [
        ("01-18", 1), ("01-19", 2), ("01-20", 3), ("01-21", 4), ("01-22", 5), ("01-25", 6),
        ("01-26", 6), ("02-02", 6), ("02-09", 6), ("02-16", 6),
    ]  # fmt: skip


def test_who_reviews_the_oldest_is_not_reminded_of_the_others_at_once() -> None:
    first = report(1, status="filed", filed_at=at("2027-01-08T16:00"))
    second = report(2, status="filed", filed_at=at("2027-01-13T16:00"))
    before = {row.key for row in plan(facts(first, second), at("2027-01-26T09:01"))}
    told_so_far = {
        row.key
        for day in ("18", "19", "20", "21", "22", "25")
        for row in plan(facts(first, second), at(f"2027-01-{day}T09:01"))
    } | before
    done = report(1, status="accepted")
    after = {row.key for row in plan(facts(done, second), at("2027-01-26T15:00"))
             if row.kind == Kind.REVIEW}  # fmt: skip
    assert after <= told_so_far


def test_a_return_is_told_at_once_and_again_on_the_third_working_day() -> None:
    returned = report(1, status="returned", due_on=datetime.date(2027, 1, 27),
                      since=at("2027-01-20T14:00"))  # fmt: skip
    event = EventFact(9, Kind.RETURNED, 1, at("2027-01-20T14:00"), "请补完成里程")
    world = facts(returned, events=(event,))
    rows = plan(world, at("2027-01-20T14:01"))
    assert told(rows, Kind.RETURNED) == {11: ("returned-9", 1), 12: ("returned-9", 1)}
    notice = next(row for row in rows if row.kind == Kind.RETURNED)
    assert notice.lines[0].note == "请补完成里程"
    # Wednesday the 20th: the third working day after is Monday the 25th.
    again = told(plan(world, at("2027-01-25T09:00")), Kind.RETURNED)
    assert again[11] == ("returned-9-again", 1)


def test_acceptance_is_told_to_who_submitted_it() -> None:
    event = EventFact(3, Kind.ACCEPTED, 1, at("2027-01-20T14:00"), submitter=12)
    rows = plan(facts(report(1, status="accepted"), events=(event,)), at("2027-01-20T14:01"))
    assert told(rows, Kind.ACCEPTED) == {12: ("accepted-3", 1)}


def test_old_acts_are_no_news() -> None:
    event = EventFact(3, Kind.ACCEPTED, 1, at("2027-01-20T14:00"), submitter=12)
    assert plan(facts(report(1, status="accepted"), events=(event,)), at("2027-03-20T14:01")) == []


@pytest.mark.parametrize(
    ("status", "kind", "people"),
    [
        ("asked", Kind.EXTENSION_ASKED, {19}),
        ("endorsed", Kind.EXTENSION_ASKED, {31}),
        ("granted", Kind.EXTENSION_DECIDED, {11, 12}),
        ("refused", Kind.EXTENSION_DECIDED, {11, 12}),
    ],
)
def test_an_extension_goes_to_who_has_to_act_or_asked(
    status: str, kind: Kind, people: set[int]
) -> None:
    fact = ExtensionFact(6, status, CGJ, "区城管局", SLJ, datetime.date(2027, 1, 25),
                         at("2027-01-10T10:00"), "申请延至 1月25日", 11)  # fmt: skip
    rows = plan(facts(extensions=(fact,)), at("2027-01-10T10:01"))
    assert set(told(rows, kind)) == people
    assert all(row.slot == f"extension-6-{status}" for row in rows)


def test_nobody_is_told_twice_under_one_key() -> None:
    world = facts(report(1), report(2, status="pending"), report(3, ZJW, status="returned"))
    for day in range(40):
        rows = plan(world, at("2027-01-05T09:01") + datetime.timedelta(days=day))
        assert len({row.key for row in rows}) == len(rows)


def test_the_receivers_people_are_told_once_even_if_they_coordinate_for_both() -> None:
    people = dataclasses.replace(PEOPLE, coordinators={SLJ: (31,), FGW: (31,)})
    rows = plan(facts(report(1), people=people), at("2027-01-12T09:05"))
    assert [row.user for row in rows if row.kind == Kind.DIGEST] == [31]
