"""Geometry of an indicator's line over the target's steps, pure: the template draws the SVG."""

import dataclasses
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

LEFT, RIGHT, TOP, BOTTOM = 58, 704, 42, 214
SPARK_WIDTH, SPARK_HEIGHT = 120, 30
DASHES = ("", "7 4", "2 3")


@dataclasses.dataclass(frozen=True)
class Spot:
    """A value to draw: its number as shown, its words for who can't see, where it is listed.

    ``joined`` is False for a value that is not of the same kind as its neighbours.
    """

    value: Decimal
    label: str
    words: str
    anchor: str
    final: bool
    joined: bool = True


@dataclasses.dataclass(frozen=True)
class Column:
    """A half-year on the axis, and the target's level in it with its words."""

    label: str
    level: Decimal | None
    target: str


@dataclasses.dataclass(frozen=True)
class Point:
    spot: Spot
    x: float
    y: float
    label_y: float

    @property
    def left(self) -> float:
        return round(self.x - 5, 1)

    @property
    def top(self) -> float:
        return round(self.y - 5, 1)


@dataclasses.dataclass(frozen=True)
class Curve:
    """A department's line; ``number`` tells curves apart by dash and shape."""

    name: str
    line: str
    points: list[Point]
    number: int

    @property
    def dash(self) -> str:
        return DASHES[self.number % len(DASHES)]

    @property
    def square(self) -> bool:
        return self.number % 2 == 1


@dataclasses.dataclass(frozen=True)
class Step:
    """The target over the half-years in which it binds."""

    x1: float
    x2: float
    y: float
    label: str


@dataclasses.dataclass(frozen=True)
class Mark:
    at: float
    label: str


@dataclasses.dataclass(frozen=True)
class Chart:
    curves: list[Curve]
    steps: list[Step]
    risers: list[str]
    columns: list[Mark]
    ticks: list[Mark]


@dataclasses.dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    count: int

    @property
    def width(self) -> float:
        return (RIGHT - LEFT) / max(self.count, 1)

    def x(self, place: float) -> float:
        return round(LEFT + self.width * (place + 0.5), 1)

    def y(self, value: Decimal | float) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def indicator_chart(
    columns: Sequence[Column], curves: Iterable[tuple[str, Sequence[Spot | None]]]
) -> Chart | None:
    """The chart of ``curves`` (name, a spot or None for each of ``columns``); None without a value.

    Columns go from the oldest on. The axis begins at zero unless all values lie far above it.
    """
    drawn = list(curves)
    values = [spot.value for _, spots in drawn for spot in spots if spot]
    if not values:
        return None
    levels = [column.level for column in columns if column.level is not None]
    ticks = _ticks([float(value) for value in (*values, *levels)])
    scale = _Scale(ticks[0], ticks[-1], len(columns))
    steps = _steps(columns, scale)
    return Chart(
        curves=[_curve(n, name, spots, columns, scale) for n, (name, spots) in enumerate(drawn)],
        steps=steps,
        risers=[
            f"M{one.x2:g},{one.y:g}V{two.y:g}" for one, two in pairwise(steps) if one.x2 == two.x1
        ],
        columns=[Mark(scale.x(place), column.label) for place, column in enumerate(columns)],
        ticks=[Mark(scale.y(tick), f"{tick:.10g}") for tick in ticks],
    )


def _curve(
    number: int,
    name: str,
    spots: Sequence[Spot | None],
    columns: Sequence[Column],
    scale: _Scale,
) -> Curve:
    points = []
    for place, (spot, column) in enumerate(zip(spots, columns, strict=True)):
        if spot is not None:
            y = scale.y(spot.value)
            below = column.level is not None and spot.value < column.level
            points.append(Point(spot, scale.x(place), y, y + 20 if below else y - 10))
    joined = [point for point in points if point.spot.joined]
    line = " ".join(f"{point.x:g},{point.y:g}" for point in joined)
    return Curve(name, line if len(joined) > 1 else "", points, number)


def _steps(columns: Sequence[Column], scale: _Scale) -> list[Step]:
    steps, place = [], 0
    for (level, words), run in groupby(columns, key=lambda column: (column.level, column.target)):
        end = place + len(list(run))
        if level is not None:
            x1, x2 = scale.x(place - 0.5), scale.x(end - 0.5)
            steps.append(Step(x1, x2, scale.y(level), words))
        place = end
    return steps


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers around ``values``, at most seven."""
    low, high = min(values), max(values)
    low = 0.0 if low >= 0 and low <= high / 2 else low
    spread = (high - low) or abs(high) or 1.0
    size = 10 ** math.floor(math.log10(spread / 4))
    step = next(size * m for m in (1, 2, 2.5, 5, 10, 20) if spread / (size * m) <= 4)
    first = math.floor(low / step) if low == 0 else math.floor(low / step - 0.2)
    last = math.ceil(high / step + 0.2)
    return [round(step * n, 10) for n in range(first, last + 1)]


@dataclasses.dataclass(frozen=True)
class Spark:
    """A line without numbers: ``points``, its end, and the height of the target today."""

    points: str
    x: float
    y: float
    target: float | None


def spark_of(values: Sequence[Decimal | None], level: Decimal | None) -> Spark:
    """``values`` from the oldest on; one point draws no line."""
    known = [(place, float(value)) for place, value in enumerate(values) if value is not None]
    if not known:
        return Spark("", 0, 0, None)
    numbers = [number for _, number in known] + ([float(level)] if level is not None else [])
    low, high = min(numbers), max(numbers)

    def y(number: float) -> float:
        share = (number - low) / (high - low) if high > low else 0.5
        return round(SPARK_HEIGHT - 4 - (SPARK_HEIGHT - 8) * share, 1)

    width = (SPARK_WIDTH - 8) / max(len(values) - 1, 1)
    points = [(round(4 + width * place, 1), y(number)) for place, number in known]
    line = " ".join(f"{px:g},{py:g}" for px, py in points)
    x, last = points[-1]
    return Spark(line, x, last, y(float(level)) if level is not None else None)
