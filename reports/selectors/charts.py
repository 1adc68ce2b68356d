"""Geometry of bars and columns, pure: the templates draw inline SVG from these numbers."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reports.states import Status

FILLS = {
    Status.ACCEPTED: ("#17703c", "#fff"),
    Status.FILED: ("#6cb98a", "#17232e"),
    Status.PENDING: ("url(#pending)", "#fff"),
    Status.DRAFT: ("url(#draft)", "#17232e"),
    Status.BLANK: ("#c9d8ea", "#17232e"),
    Status.RETURNED: ("url(#returned)", "#17232e"),
    Status.EXEMPT: ("#f4f6f8", "#17232e"),
}
"""Fill of a status in a bar and the colour of the number on it, in the order of the bar. Those with
a pattern, for eyes and printers without colour, are drawn in ``_bar_patterns.html``."""


@dataclasses.dataclass(frozen=True)
class Segment:
    """One status in a bar; ``x``, ``width`` and ``middle`` in the bar's own units, as they are
    written into the SVG.

    ``key`` is the figure whose list stands behind it.
    """

    key: str
    label: str
    count: int
    x: str
    width: str
    middle: str
    fill: str
    ink: str

    @property
    def words(self) -> str:
        return f"{self.label} {self.count} 项"


@dataclasses.dataclass(frozen=True)
class Bar:
    """How many reports are in which status; ``unit`` is the width of one report."""

    segments: list[Segment]
    width: int

    @property
    def words(self) -> str:
        """已审核 7 项，已报送 6 项: what the bar says, for who can't see it."""
        return "，".join(part.words for part in self.segments)


def status_bar(statuses: Iterable[Status], unit: int = 10) -> Bar:
    """The bar of ``statuses``; a status that does not occur has no segment."""
    counts = Counter(statuses)
    segments, x = [], 0
    for status in FILLS:
        if count := counts[status]:
            segments.append(_segment(status, count, x, count * unit))
            x += count * unit
    return Bar(segments, x)


def _segment(status: Status, count: int, x: int, width: int) -> Segment:
    at = (str(x), str(width), f"{x + width / 2:g}")
    return Segment(status.value, _LABELS[status], count, *at, *FILLS[status])


_LABELS = {status: str(status.label) for status in Status}


def linked_bar(bar: Bar, where: str, width: int, label: str) -> SafeString:
    """``bar`` as SVG, ``width`` units wide in all, every stretch of it a link.

    ``where`` is the address of the list of what the bar counts, to which a status can be added;
    ``label`` says whose bar it is. Fifteen bars are a third of the overview, and written by a
    template they would take as long as all the rest of it.
    """
    place = escape(where)
    parts = "".join(
        f'<a href="{place}&amp;status={part.key}"><title>{part.words}</title>'
        f'<rect x="{part.x}" width="{part.width}" height="22" fill="{part.fill}"/>'
        f'<text x="{part.middle}" y="15" fill="{part.ink}">{part.count}</text></a>'
        for part in bar.segments
    )
    frame = f'viewBox="0 0 {width} 22" width="{width}" height="22" role="group"'
    return mark_safe(f'<svg class="status" {frame} aria-label="{escape(label)}">{parts}</svg>')


def legend() -> list[Segment]:
    """The statuses with their fills, for the legend of the bars."""
    return [_segment(status, 0, 0, 0) for status in FILLS]


@dataclasses.dataclass(frozen=True)
class Column:
    """One half-year in the chart of past on-time rates; lengths in the chart's units."""

    label: str
    on_time: int
    due: int
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + 13


COLUMN_STEP, COLUMN_BASE, COLUMN_HEIGHT = 42, 72, 58


def columns(past: Sequence[tuple[str, int, int]]) -> list[Column]:
    """``past``: label, on time and due of each half-year, the oldest first."""
    rows = []
    for place, (label, on_time, due) in enumerate(past):
        height = round(COLUMN_HEIGHT * on_time / due, 1) if due else 0
        x = 10 + COLUMN_STEP * place
        rows.append(Column(label, on_time, due, x, COLUMN_BASE - height, height))
    return rows
