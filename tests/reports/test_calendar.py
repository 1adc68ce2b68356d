"""The time rules as they stand on paper: half-years, deadlines, both lights. No database."""

import datetime

import pytest

from reports.calendar import (
    SHANGHAI,
    HalfYear,
    add_workdays,
    calendar_knows,
    countdown,
    days_left,
    deadline_words,
    is_on_time,
    is_workday,
    local_date,
    progress_light,
    report_light,
    return_deadline,
    workdays_ago,
    workdays_since,
)
from reports.states import Assessment, Progress, Status

DAY = datetime.timedelta(days=1)


def at(text: str) -> datetime.datetime:
    """A moment in Asia/Shanghai."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def on(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def light(status: Status, due: str, today: str, **facts: bool) -> tuple[str, str]:
    found = report_light(status=status, word=status.label, due_on=on(due), today=on(today), **facts)
    return found.shape, found.word


@pytest.mark.parametrize(
    ("code", "start", "end", "opens", "due"),
    [
        ("2026H1", "2026-01-01", "2026-06-30", "2026-06-01", "2026-07-15"),
        ("2026H2", "2026-07-01", "2026-12-31", "2026-12-01", "2027-01-15"),
    ],
)
def test_a_half_year_has_its_days(code: str, start: str, end: str, opens: str, due: str) -> None:
    half = HalfYear.parse(code)
    assert (half.start, half.end) == (on(start), on(end))
    assert (half.opens_on, half.due_on()) == (on(opens), on(due))
    assert half.next.previous == half
    assert HalfYear.of(half.end) == half
    assert HalfYear.of(half.end + DAY) == half.next


@pytest.mark.parametrize(
    "code", ["2026H3", "2026h1", "２０２６H1", "26H1", "2026H1 ", "", "2026-1"]
)
def test_what_is_no_half_year_is_said_in_words(code: str) -> None:
    with pytest.raises(ValueError, match="应写作 2026H1"):
        HalfYear.parse(code)


def test_ten_of_32_deadlines_fall_on_a_weekend() -> None:
    half, deadlines = HalfYear(2020, 1), []
    while half <= HalfYear(2035, 2):
        deadlines.append(half.due_on())
        half = half.next
    assert len(deadlines) == 32
    assert sum(day.weekday() >= 5 for day in deadlines) == 10


@pytest.mark.parametrize(
    ("code", "stands", "moves"),
    [
        ("2022H2", "2023-01-15", "2023-01-16"),  # a Sunday
        ("2027H2", "2028-01-15", "2028-01-17"),  # a Saturday, a year that no calendar knows yet
        ("2026H2", "2027-01-15", "2027-01-15"),  # a Friday
    ],
)
def test_a_weekends_deadline_stands_or_moves_as_the_plan_says(
    code: str, stands: str, moves: str
) -> None:
    assert HalfYear.parse(code).due_on() == on(stands)
    assert HalfYear.parse(code).due_on(moves_to_workday=True) == on(moves)


@pytest.mark.parametrize("due", ["2026-07-15", "2027-01-15"])
def test_on_time_is_before_midnight_and_late_from_midnight_on(due: str) -> None:
    last = at(f"{due}T23:59:59.999999")
    assert is_on_time(last, on(due))
    assert not is_on_time(last + datetime.timedelta(microseconds=1), on(due))
    assert is_on_time(last.astimezone(datetime.UTC), on(due))


@pytest.mark.parametrize("due", ["2026-07-15", "2027-01-15"])
def test_the_light_turns_on_both_sides_of_midnight(due: str) -> None:
    day = on(due)
    evening, midnight = at(f"{due}T23:59:59"), at(f"{day + DAY}T00:00:00")
    assert light(Status.DRAFT, due, str(local_date(evening))) == ("▲", "填写中")
    assert light(Status.DRAFT, due, str(local_date(midnight))) == ("■", "填写中 · 逾期")
    assert countdown(local_date(evening), day).word == "今天截止"
    assert countdown(local_date(midnight), day).word == "已过 1 天"


@pytest.mark.parametrize(
    ("status", "today", "facts", "shape", "word"),
    [
        (Status.BLANK, "2026-12-31", {}, "○", "未填报"),  # 15 days left, over new year
        (Status.BLANK, "2027-01-01", {}, "◆", "未填报"),  # 14
        (Status.DRAFT, "2027-01-11", {}, "◆", "填写中"),  # 4
        (Status.DRAFT, "2027-01-12", {}, "▲", "填写中"),  # 3
        (Status.PENDING, "2027-01-15", {}, "▲", "待审签"),  # 0
        (Status.PENDING, "2027-01-16", {}, "■", "待审签 · 逾期"),
        (Status.RETURNED, "2026-12-01", {"returned": True}, "▲", "已退回"),
        (Status.DRAFT, "2026-12-01", {"returned": True}, "▲", "填写中"),
        (Status.RETURNED, "2027-01-16", {"returned": True}, "■", "已退回 · 逾期"),
        (Status.FILED, "2027-03-01", {}, "●", "已报送"),
        (Status.FILED, "2027-01-02", {"late": True}, "▲", "已报送 · 迟报"),
        (Status.ACCEPTED, "2027-03-01", {}, "●", "已审核"),
        (Status.ACCEPTED, "2027-03-01", {"late": True}, "▲", "已审核 · 迟报"),
        (Status.EXEMPT, "2027-03-01", {"returned": True}, "○", "免报"),
    ],
)
def test_the_first_rule_that_matches_lights(
    status: Status, today: str, facts: dict[str, bool], shape: str, word: str
) -> None:
    assert light(status, "2027-01-15", today, **facts) == (shape, word)


def test_every_status_has_a_light_on_every_day() -> None:
    for status in Status:
        for offset in range(-20, 21):
            day = on("2027-01-15") + offset * DAY
            assert light(status, "2027-01-15", str(day))[0] in "■▲●◆○"


@pytest.mark.parametrize(
    ("state", "hue"),
    [
        (Assessment.ON_TRACK, "green"),
        (Assessment.STANDING, "green"),
        (Assessment.DONE, "green"),
        (Assessment.BEHIND, "yellow"),
        (Assessment.NOT_BEGUN, "yellow"),
        (Assessment.FAR_BEHIND, "red"),
    ],
)
def test_the_progress_light_follows_the_state(state: Assessment, hue: str) -> None:
    found = progress_light(state, state.label)
    assert found is not None
    assert (found.hue, found.word) == (hue, state.label)


def test_a_leads_own_states_all_have_a_progress_light_and_no_state_has_none() -> None:
    assert all(progress_light(state, state.label) for state in Progress)
    assert progress_light("", "") is None


def test_working_days_come_from_the_admins_table_then_the_state_then_the_week() -> None:
    assert not is_workday(on("2026-10-01"))  # national day
    assert is_workday(on("2026-10-10"))  # a Saturday that is made up
    assert not calendar_knows(2040)
    assert not is_workday(on("2040-01-01"))  # a Sunday of a year that nobody knows
    assert is_workday(on("2040-01-02"))
    table = {on("2040-01-02"): False, on("2040-01-01"): True}
    assert not is_workday(on("2040-01-02"), table)
    assert is_workday(on("2040-01-01"), table)


def test_working_days_are_counted_over_a_weekend_and_a_holiday() -> None:
    friday, monday = on("2027-01-08"), on("2027-01-11")
    assert add_workdays(friday, 1) == monday
    assert workdays_since(friday, monday) == 1
    assert workdays_since(monday, monday) == 0
    assert workdays_since(workdays_ago(5, monday), monday) == 5
    assert add_workdays(on("2026-09-30"), 1) == on("2026-10-08")


def test_a_return_gives_five_working_days_but_never_less_than_the_deadline() -> None:
    assert return_deadline(on("2027-01-15"), on("2027-01-14"), 5) == on("2027-01-21")
    assert return_deadline(on("2027-01-15"), on("2026-12-20"), 5) == on("2027-01-15")


def test_the_deadlines_day_has_no_day_left_and_is_said_in_words() -> None:
    assert days_left(on("2027-01-15"), on("2027-01-15")) == 0
    assert deadline_words(on("2027-01-15")) == "2027年1月15日（星期五）24时"
