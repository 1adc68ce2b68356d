"""Geometry of a line chart of percentages by half-year, pure: the template draws it as SVG."""

import dataclasses
from collections.abc import Sequence

from reports.calendar import HalfYear

WIDTH, HEIGHT = 600, 210
LEFT, RIGHT, TOP, BOTTOM = 44, 584, 16, 170
STYLES = (("#0f5c8c", "", "circle"), ("#8a4b00", "7 5", "square"), ("#4d3b8f", "2 4", "circle"))
"""Colour, dash and dot of each line: without colours the dash and the dot tell them apart."""


@dataclasses.dataclass(frozen=True)
class Dot:
    """A half-year's value on its line."""

    x: float
    y: float
    words: str


@dataclasses.dataclass(frozen=True)
class Line:
    """One line. ``runs`` are the points of its stretches: where a value is missing it breaks."""

    name: str
    runs: list[str]
    dots: list[Dot]
    colour: str
    dash: str
    dot: str
    words: str


@dataclasses.dataclass(frozen=True)
class RateChart:
    """What the template draws; ``words`` says it to who can't see it."""

    lines: list[Line]
    marks: list[tuple[float, str]]
    grid: list[tuple[float, str]]
    words: str


def rate_chart(
    half_years: Sequence[HalfYear], series: Sequence[tuple[str, Sequence[int | None]]]
) -> RateChart | None:
    """The chart of ``series`` (name, a percentage or None for each of ``half_years``).

    None where there is nothing to draw.
    """
    drawn = [
        _line(half_years, name, values, STYLES[place % len(STYLES)])
        for place, (name, values) in enumerate(series)
        if any(value is not None for value in values)
    ]
    if not drawn:
        return None
    return RateChart(
        lines=drawn,
        marks=[
            (_x(place, len(half_years)), short_label(each)) for place, each in enumerate(half_years)
        ],
        grid=[(_y(value), f"{value}%") for value in (0, 50, 100)],
        words="；".join(line.words for line in drawn),
    )


def short_label(half_year: HalfYear) -> str:
    """``26上``: the half-year as an axis names it."""
    return f"{half_year.year % 100:02}{'上' if half_year.half == 1 else '下'}"


def _x(place: int, count: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * (place + 0.5) / count, 1)


def _y(value: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / 100, 1)


def _line(
    half_years: Sequence[HalfYear],
    name: str,
    values: Sequence[int | None],
    style: tuple[str, str, str],
) -> Line:
    runs: list[list[str]] = [[]]
    dots, said = [], []
    for place, (half_year, value) in enumerate(zip(half_years, values, strict=True)):
        if value is None:
            runs.append([])
            continue
        x, y = _x(place, len(half_years)), _y(value)
        runs[-1].append(f"{x:g},{y:g}")
        dots.append(Dot(x, y, f"{half_year.label} {value}%"))
        said.append(f"{half_year.label} {value}%")
    colour, dash, dot = style
    words = f"{name}：{'，'.join(said)}"
    return Line(
        name, [" ".join(run) for run in runs if len(run) > 1], dots, colour, dash, dot, words
    )
