"""The numbers from which the line of percentages is drawn."""

from hypothesis import given
from hypothesis import strategies as st

from reports.calendar import HalfYear
from reports.selectors.rate_chart import BOTTOM, LEFT, RIGHT, TOP, rate_chart

YEARS = HalfYear(2020, 2).until(HalfYear(2026, 2))
VALUES = st.lists(st.none() | st.integers(0, 100), min_size=13, max_size=13)


def points(run: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in run.split())]


def test_a_value_stands_as_high_as_its_share() -> None:
    chart = rate_chart(YEARS[:3], [("完成率", [0, 50, 100])])
    assert chart is not None
    (line,) = chart.lines
    assert [dot.y for dot in line.dots] == [BOTTOM, (TOP + BOTTOM) / 2, TOP]
    assert points(line.runs[0]) == [(dot.x, dot.y) for dot in line.dots]
    assert [label for _, label in chart.marks] == ["20下", "21上", "21下"]


def test_where_a_value_is_missing_the_line_breaks() -> None:
    chart = rate_chart(YEARS[:5], [("完成率", [10, 20, None, 30, 40])])
    assert chart is not None
    assert [len(points(run)) for run in chart.lines[0].runs] == [2, 2]
    assert len(chart.lines[0].dots) == 4


def test_a_single_value_is_a_dot_without_a_line() -> None:
    chart = rate_chart(YEARS[:3], [("完成率", [None, 40, None])])
    assert chart is not None
    assert (chart.lines[0].runs, len(chart.lines[0].dots)) == ([], 1)


def test_it_says_itself_in_words() -> None:
    chart = rate_chart(YEARS[:2], [("甲", [10, None]), ("乙", [20, 30])])
    assert chart is not None
    assert chart.words == "甲：2020年下半年 10%；乙：2020年下半年 20%，2021年上半年 30%"


def test_lines_differ_in_more_than_their_colour() -> None:
    chart = rate_chart(YEARS[:2], [("甲", [1, 2]), ("乙", [1, 2])])
    assert chart is not None
    first, second = chart.lines
    assert (first.dash, first.dot) != (second.dash, second.dot)


def test_where_nothing_is_known_there_is_no_chart() -> None:
    assert rate_chart(YEARS[:2], [("甲", [None, None])]) is None
    assert rate_chart([], []) is None


@given(VALUES, VALUES)
def test_nothing_leaves_the_chart(one: list[int | None], two: list[int | None]) -> None:
    chart = rate_chart(YEARS, [("甲", one), ("乙", two)])
    for line in chart.lines if chart else []:
        for dot in line.dots:
            assert LEFT <= dot.x <= RIGHT
            assert TOP <= dot.y <= BOTTOM
