"""The numbers from which the charts are drawn."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.selectors.charts import columns, status_bar
from reports.selectors.filing_chart import BOTTOM, LEFT, RIGHT, TOP, Filings, filing_chart
from reports.states import Status

DUE = datetime.date(2027, 1, 15)
BEFORE = datetime.date(2026, 7, 15)
DAY = datetime.timedelta(days=1)


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.split())]


def test_a_bar_is_as_long_as_its_reports() -> None:
    bar = status_bar([Status.BLANK, Status.ACCEPTED, Status.BLANK, Status.EXEMPT], unit=10)
    assert [(part.label, part.x, part.width) for part in bar.segments] == [
        ("已审核", "0", "10"),
        ("未填报", "10", "20"),
        ("免报", "30", "10"),
    ]
    assert (bar.width, bar.words) == (40, "已审核 1 项，未填报 2 项，免报 1 项")


def test_an_empty_bar_has_no_length() -> None:
    assert (status_bar([]).width, status_bar([]).segments) == (0, [])


def test_the_line_ends_today_at_what_was_filed() -> None:
    today = DUE - 12 * DAY
    this = Filings([DUE - 20 * DAY, DUE - 12 * DAY], DUE)
    chart = filing_chart(this, None, due=53, today=today)
    assert (chart.line.count, chart.before, chart.same_day) == (2, None, None)
    assert points(chart.line.points)[0] == (LEFT, BOTTOM)
    assert points(chart.line.points)[-1] == (chart.line.x, chart.line.y)
    assert chart.line.x < RIGHT
    assert [mark.label for mark in chart.marks] == ["1月15日截止", "12月22日", "今天"]


def test_what_was_filed_before_the_first_day_shown_is_in_the_first_point() -> None:
    this = Filings([DUE - 40 * DAY], DUE)
    chart = filing_chart(this, None, due=53, today=DUE - 5 * DAY)
    assert points(chart.line.points)[0][1] < BOTTOM


def test_the_half_years_lie_upon_each_other_by_their_distance_to_the_deadline() -> None:
    this = Filings([DUE - 3 * DAY], DUE)
    before = Filings([BEFORE - 3 * DAY, BEFORE - 2 * DAY], BEFORE)
    chart = filing_chart(this, before, due=53, today=DUE - 3 * DAY)
    assert chart.same_day == 1
    assert chart.before is not None
    assert chart.before.count == 2
    assert filing_chart(this, before, due=53, today=DUE - 2 * DAY).same_day == 2


def test_after_the_deadline_the_axis_goes_on_for_two_weeks_at_most() -> None:
    this = Filings([DUE + 3 * DAY], DUE)
    late = filing_chart(this, None, due=53, today=DUE + 5 * DAY)
    assert (late.line.count, late.line.x) == (1, RIGHT)
    long_ago = filing_chart(this, None, due=53, today=DUE + 400 * DAY)
    assert len(points(long_ago.line.points)) == 24 + 14 + 1


def test_each_day_has_its_numbers_and_what_is_to_come_has_none() -> None:
    this = Filings([DUE - 40 * DAY, DUE - 5 * DAY, DUE - 5 * DAY, DUE - 3 * DAY], DUE)
    before = Filings([BEFORE - 5 * DAY, BEFORE - 1 * DAY], BEFORE)
    chart = filing_chart(this, before, due=53, today=DUE - 3 * DAY)
    assert chart.first == 1
    told = [(day.day.day, day.count, day.sum, day.before, day.note) for day in chart.told]
    assert told == [
        (10, 2, 3, 1, ""),
        (12, 1, 4, 1, "今天"),
        (14, 0, None, 2, ""),
        (15, 0, None, 2, "截止日"),
    ]
    bars = [(bar.count, bar.height) for bar in chart.bars]
    assert bars == [(2, "4.4"), (1, "2.2")], f"of {BOTTOM - TOP} for 53"


@settings(deadline=None)
@given(
    st.lists(st.integers(-60, 60), max_size=60),
    st.lists(st.integers(-60, 60), max_size=60),
    st.integers(0, 60),
    st.integers(-30_000, 500),
)
def test_no_line_leaves_the_chart(this: list[int], before: list[int], due: int, today: int) -> None:
    chart = filing_chart(
        Filings([DUE + day * DAY for day in this], DUE),
        Filings([BEFORE + day * DAY for day in before], BEFORE),
        due=due,
        today=DUE + today * DAY,
    )
    assert chart.before is not None
    assert chart.first + sum(day.count for day in chart.days) == sum(
        day <= chart.days[-1].day.toordinal() - DUE.toordinal() for day in this
    )
    for x, y in points(chart.line.points) + points(chart.before.points):
        assert LEFT <= x <= RIGHT
        assert TOP <= y <= BOTTOM


def test_columns_are_as_high_as_their_share_and_none_divides_by_nothing() -> None:
    full, half, nothing = columns([("25上", 9, 9), ("25下", 4, 8), ("26上", 0, 0)])
    assert (full.height, half.height, nothing.height) == (58, 29, 0)
    assert full.x < half.x < nothing.x
