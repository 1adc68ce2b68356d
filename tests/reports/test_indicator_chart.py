"""The numbers from which an indicator's chart is drawn."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reports.selectors.indicator_chart import (
    BOTTOM,
    LEFT,
    RIGHT,
    SPARK_HEIGHT,
    SPARK_WIDTH,
    TOP,
    Chart,
    Column,
    Spot,
    indicator_chart,
    spark_of,
)


def spot(value: str, *, final: bool = False, joined: bool = True) -> Spot:
    return Spot(Decimal(value), value, f"{value}%", "#p2026H2", final, joined)


def column(level: str | None = "10", target: str = "≤10%（2020年）") -> Column:
    return Column("26下", Decimal(level) if level else None, target)


def chart_of(columns: list[Column], *curves: list[Spot | None]) -> Chart:
    found = indicator_chart(columns, [(f"单位{n}", spots) for n, spots in enumerate(curves)])
    assert found is not None
    return found


def test_without_a_value_there_is_no_chart() -> None:
    assert indicator_chart([column()], [("区城管局", [None])]) is None
    assert indicator_chart([], []) is None


def test_a_value_on_the_target_lies_on_its_line() -> None:
    chart = chart_of([column()], [spot("10")])
    assert chart.curves[0].points[0].y == chart.steps[0].y
    assert chart.curves[0].line == ""


def test_steps_go_from_target_to_target_without_a_gap() -> None:
    low, high = ("4.84", "≤4.84（2022年）"), ("5.3", "≤5.3（2035年）")
    columns = [column(*low), column(*low), column(*high)]
    chart = chart_of(columns, [spot("4.5"), None, spot("5")])
    first, second = chart.steps
    assert (first.label, second.label) == ("≤4.84（2022年）", "≤5.3（2035年）")
    assert first.x1 == LEFT
    assert first.x2 == second.x1
    assert second.x2 == RIGHT
    assert first.y > second.y
    assert chart.risers == [f"M{first.x2:g},{first.y:g}V{second.y:g}"]


def test_without_a_level_no_step_is_drawn() -> None:
    chart = chart_of([column(None), column(None)], [spot("5"), spot("6")])
    assert (chart.steps, chart.risers) == ([], [])


def test_the_line_leaves_out_what_is_of_another_kind() -> None:
    curve = [spot("4.8"), spot("2.4", joined=False), spot("4.9")]
    chart = chart_of([column("5")] * 3, curve)
    points = chart.curves[0].points
    line = f"{points[0].x:g},{points[0].y:g} {points[2].x:g},{points[2].y:g}"
    assert chart.curves[0].line == line
    assert len(points) == 3


def test_a_number_stands_away_from_the_target() -> None:
    above, below = chart_of([column()] * 2, [spot("11"), spot("9")]).curves[0].points
    assert above.label_y < above.y
    assert below.label_y > below.y


def test_two_departments_differ_in_dash_and_shape() -> None:
    one, two = chart_of([column()], [spot("9")], [spot("8")]).curves
    assert (one.dash, one.square) != (two.dash, two.square)
    assert one.square != two.square


def test_the_axis_begins_at_zero_unless_all_values_lie_far_above_it() -> None:
    wide = chart_of([column("5")] * 2, [spot("1"), spot("9")])
    narrow = chart_of([column("10")] * 2, [spot("9.3"), spot("9.8")])
    assert wide.ticks[0].label == "0"
    assert float(narrow.ticks[0].label) > 8


values = st.lists(
    st.none() | st.integers(0, 10**9).map(lambda n: spot(f"{Decimal(n) / 100:f}")),
    min_size=1,
    max_size=13,
)


@given(values, st.none() | st.integers(0, 10**9).map(Decimal))
def test_nothing_leaves_the_chart(spots: list[Spot | None], level: Decimal | None) -> None:
    columns = [Column("26下", level, "目标")] * len(spots)
    chart = indicator_chart(columns, [("区城管局", spots)])
    if chart is None:
        assert not any(spots)
        return
    assert 2 <= len(chart.ticks) <= 8
    heights = [point.y for point in chart.curves[0].points] + [step.y for step in chart.steps]
    assert all(TOP <= y <= BOTTOM for y in heights)
    assert all(LEFT <= point.x <= RIGHT for point in chart.curves[0].points)


@given(st.lists(st.none() | st.integers(0, 10**9).map(Decimal), max_size=13))
def test_nothing_leaves_the_small_line(numbers: list[Decimal | None]) -> None:
    spark = spark_of(numbers, Decimal(5))
    for pair in spark.points.split():
        x, y = map(float, pair.split(","))
        assert 0 <= x <= SPARK_WIDTH
        assert 0 <= y <= SPARK_HEIGHT
