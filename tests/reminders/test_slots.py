"""Worked examples: each day written out by hand from the calendar."""

import datetime

import pytest

from reports.calendar import SHANGHAI, HalfYear
from reports.reminders.slots import Rules, entry_slot, filing_slots, leaves_at, opening_slot

Date = datetime.date
RULES = Rules()


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def days_of(due_on: Date, days: dict[Date, bool] | None = None, upto: str = "") -> dict[str, str]:
    now = at(upto) if upto else at(f"{due_on + datetime.timedelta(days=12)}T12:00")
    slots = filing_slots(due_on, now, RULES, days)
    assert all(slot.at.hour == 9 for slot in slots)
    return {slot.name: slot.at.strftime("%m-%d") for slot in slots}


def test_the_deadline_of_2026h2_is_a_friday() -> None:
    assert days_of(Date(2027, 1, 15), upto="2027-01-26T08:00") == {
        "before-1": "01-08",  # Friday, a week before
        "before-2": "01-12",  # Tuesday
        "before-3": "01-14",  # Thursday
        "due": "01-15",
        # after-1 would be Saturday the 16th, after-2 is Monday the 18th: one day, the later goes
        "after-2": "01-18",
        "after-3": "01-25",  # a week after after-2's own day, Monday
        "after-4": "02-01",
    }


def test_the_deadline_of_2026h1_is_a_wednesday() -> None:
    assert days_of(Date(2026, 7, 15), upto="2026-07-20T12:00") == {
        "before-1": "07-08",  # Wednesday
        # 3 days before is Sunday the 12th: Friday the 10th
        "before-2": "07-10",
        "before-3": "07-14",
        "due": "07-15",
        "after-1": "07-16",
        # 3 days after is Saturday the 18th: Monday the 20th
        "after-2": "07-20",
        # 10 days after is Saturday the 25th: Monday the 27th
        "after-3": "07-27",
    }


def test_a_deadline_on_a_saturday_that_stands() -> None:
    """2028-01-15: the due day's slot never moves, not even to Friday."""
    assert days_of(Date(2028, 1, 15), upto="2028-01-19T12:00") == {
        "before-1": "01-07",  # the 8th is a Saturday
        "before-2": "01-12",
        "before-3": "01-14",
        "due": "01-15",
        # after-1 is Sunday the 16th: Monday the 17th; after-2 is Tuesday the 18th
        "after-1": "01-17",
        "after-2": "01-18",
        "after-3": "01-25",
    }


def test_a_deadline_on_a_saturday_that_moves_to_monday() -> None:
    due = HalfYear(2027, 2).due_on(15, moves_to_workday=True)
    assert due == Date(2028, 1, 17)
    assert days_of(due, upto="2028-01-18T12:00") == {
        "before-1": "01-10",  # Monday
        # before-2 is Friday the 14th, before-3 moves there from Sunday: the later goes
        "before-3": "01-14",
        "due": "01-17",
        "after-1": "01-18",
        "after-2": "01-20",
    }


def test_slots_inside_a_holiday_move_out_of_it() -> None:
    """National Day 2026: October 1 to 7 are off (October 10 is worked instead)."""
    found = days_of(Date(2026, 10, 9), upto="2026-10-12T12:00")
    assert found == {
        # 7 days before is October 2, and 3 days before is the 6th: both September 30
        "before-2": "09-30",
        "before-3": "10-08",
        "due": "10-09",
        "after-1": "10-10",  # a Saturday that is worked
        "after-2": "10-12",
        "after-3": "10-19",
    }


def test_the_admins_table_stands_above_the_library() -> None:
    off = {Date(2027, 1, 12): False}
    assert days_of(Date(2027, 1, 15), off, "2027-01-15T12:00")["before-2"] == "01-11"


def test_what_is_before_the_deadline_is_void_after_it() -> None:
    slots = filing_slots(Date(2027, 1, 15), at("2027-01-16T00:30"), RULES)
    assert all(slot.until == at("2027-01-16T00:00") for slot in slots if "after" not in slot.name)


def test_the_notice_of_opening_goes_on_the_next_working_day() -> None:
    # May 31, 2026 is a Sunday
    assert opening_slot(Date(2026, 5, 31), RULES).at == at("2026-06-01T09:00")


def test_co_responsible_departments_are_asked_ten_days_before() -> None:
    assert entry_slot(Date(2027, 1, 15), RULES).at == at("2027-01-05T09:00")


@pytest.mark.parametrize(
    ("slot", "now", "leaves"),
    [
        ("before-1", "2027-01-08T09:05", "2027-01-08T09:05"),
        ("before-1", "2027-01-08T08:59", "2027-01-08T09:00"),
        # Friday evening: Monday morning
        ("before-1", "2027-01-08T18:00", "2027-01-11T09:00"),
        ("after-2", "2027-01-23T11:00", "2027-01-25T09:00"),
        # The due day's can't wait.
        ("due", "2027-01-15T23:30", "2027-01-15T23:30"),
    ],
)
def test_scheduled_notices_leave_in_office_hours(slot: str, now: str, leaves: str) -> None:
    assert leaves_at(slot, at(now), RULES) == at(leaves)
