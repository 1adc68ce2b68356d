"""Geometry of the chart of filings, pure: this half-year against the last, day by day."""

import bisect
import dataclasses
import datetime
import functools
from collections.abc import Sequence

from reports.calendar import ONE_DAY, short_date

LEFT, RIGHT, TOP, BOTTOM = 30, 278, 33, 150
DAYS_BEFORE, DAYS_AFTER, RUN_UP, LONGEST = 24, 14, 7, 200


@dataclasses.dataclass(frozen=True)
class Line:
    """A cumulative line: ``points`` for a polyline, and its last point."""

    points: str
    x: float
    y: float
    count: int


@dataclasses.dataclass(frozen=True)
class Mark:
    """A day on the axis."""

    x: float
    label: str


@dataclasses.dataclass(frozen=True)
class Day:
    """One day: how many were filed on it and up to it, and up to it in the last half-year.

    ``sum`` is None for a day to come, ``before`` without a last half-year; ``told`` says whether
    the table lists it: something happened, or it is the deadline or today. ``x`` to ``height`` are
    the bar of what was filed on the day, as they are written into the SVG.
    """

    day: datetime.date
    note: str
    count: int
    sum: int | None
    before: int | None
    told: bool
    x: str
    y: str
    width: str
    height: str

    @property
    def iso(self) -> str:
        return self.day.isoformat()

    @property
    def label(self) -> str:
        return short_date(self.day)

    @property
    def numbers(self) -> list[str]:
        """当日, 累计, 上期累计 as the table shows them."""
        shown = (None if self.sum is None else self.count, self.sum, self.before)
        return ["—" if number is None else str(number) for number in shown]

    @property
    def words(self) -> str:
        return f"{self.label}报送 {self.count} 项，累计 {self.sum} 项"


@dataclasses.dataclass(frozen=True)
class FilingChart:
    """Filings day by day up to now, against the last half-year at the same distance.

    ``first`` is what was filed before the first day that is shown.
    """

    due: int
    due_y: float
    deadline_x: float
    line: Line
    before: Line | None
    marks: list[Mark]
    days: list[Day]
    first: int
    same_day: int | None

    @property
    def bars(self) -> list[Day]:
        return [day for day in self.days if day.count]

    @property
    def told(self) -> list[Day]:
        return [day for day in self.days if day.told]

    @property
    def label_anchor(self) -> str:
        """The number stands left of the line's end, or right of it where there is no room."""
        return "end" if self.line.x > 110 else "start"

    @property
    def label_x(self) -> float:
        return self.line.x - 8 if self.line.x > 110 else self.line.x + 8

    @property
    def label_y(self) -> float:
        """Above the line's end, but off the line of what is due."""
        y = self.line.y - 8
        return self.line.y + 18 if abs(y - self.due_y) < 14 else y


@dataclasses.dataclass(frozen=True)
class Filings:
    """The days of first filing (dates in Asia/Shanghai) and the deadline they run towards."""

    days: Sequence[datetime.date]
    due_on: datetime.date

    @functools.cached_property
    def offsets(self) -> list[int]:
        """Days after the deadline's day (before: < 0), in order."""
        return sorted((day - self.due_on).days for day in self.days)

    def until(self, offset: int) -> int:
        """How many were filed up to ``offset`` days after the deadline's day."""
        return bisect.bisect_right(self.offsets, offset)

    def on(self, offset: int) -> int:
        """How many were filed ``offset`` days after the deadline's day."""
        return self.until(offset) - bisect.bisect_left(self.offsets, offset)


def filing_chart(
    this: Filings, before: Filings | None, *, due: int, today: datetime.date
) -> FilingChart:
    """Geometry of the chart; ``due`` is the number of reports expected.

    The two half-years lie upon each other by their distance to the deadline. Long before it no
    more than LONGEST days are drawn.
    """
    now = (today - this.due_on).days
    first = max(min(-DAYS_BEFORE, now - RUN_UP), -LONGEST)
    last = max(0, min(now, DAYS_AFTER))
    top = max(due, this.until(last), before.until(last) if before else 0, 1)
    scale = _Scale(first, last, top)
    return FilingChart(
        due=due,
        due_y=scale.y(due),
        deadline_x=scale.x(0),
        line=scale.line(this, max(first, min(now, last))),
        before=scale.line(before, last) if before else None,
        marks=_marks(scale, this.due_on, now),
        days=[scale.day(this, before, offset, now) for offset in range(first, last + 1)],
        first=this.until(first - 1),
        same_day=before.until(now) if before else None,
    )


@dataclasses.dataclass(frozen=True)
class _Scale:
    first: int
    last: int
    top: int

    def x(self, offset: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * (offset - self.first) / (self.last - self.first), 1)

    def y(self, count: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * count / self.top, 1)

    def line(self, filings: Filings, until: int) -> Line:
        counts = [(day, filings.until(day)) for day in range(self.first, until + 1)]
        points = " ".join(f"{self.x(day):g},{self.y(count):g}" for day, count in counts)
        day, count = counts[-1]
        return Line(points, self.x(day), self.y(count), count)

    def day(self, this: Filings, before: Filings | None, offset: int, now: int) -> Day:
        count = this.on(offset)
        width = (RIGHT - LEFT) / (self.last - self.first) * 0.7
        notes = {0: "截止日", now: "今天"}
        note = "、".join(word for at, word in notes.items() if at == offset)
        moved = before is not None and before.on(offset) > 0
        return Day(
            day=this.due_on + offset * ONE_DAY,
            note=note,
            count=count,
            sum=this.until(offset) if offset <= now else None,
            before=before.until(offset) if before else None,
            told=bool(count or note or moved),
            x=f"{self.x(offset) - width / 2:.1f}",
            y=f"{self.y(count):g}",
            width=f"{width:.1f}",
            height=f"{BOTTOM - self.y(count):g}",
        )


def _marks(scale: _Scale, due_on: datetime.date, now: int) -> list[Mark]:
    """First day, deadline and today; what would be written over another is left out."""
    first_day = due_on + datetime.timedelta(scale.first)
    wanted = [(0, f"{short_date(due_on)}截止"), (scale.first, short_date(first_day))]
    if scale.first < now <= scale.last:
        wanted.append((now, "今天"))
    marks: list[Mark] = []
    for offset, label in wanted:
        x = scale.x(offset)
        if all(abs(x - mark.x) > 52 for mark in marks):
            marks.append(Mark(x, label))
    return marks
