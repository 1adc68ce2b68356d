"""The wall: both lights of every report, by section."""

import dataclasses
from collections.abc import Iterable

from reports import calendar
from reports.selectors.period_rows import Row
from reports.selectors.scope import Scope
from tasks.models.plan import is_whole_chapter


@dataclasses.dataclass(frozen=True)
class Tile:
    """One report: ``light`` says how far the filing is, ``progress`` how far the work, once filed.

    ``url`` is empty where the report's page does not open.
    """

    code: str
    light: calendar.Light
    progress: calendar.Light | None
    words: str
    url: str


@dataclasses.dataclass(frozen=True)
class SectionWall:
    """The tiles of one section; ``title`` is empty where it is all of its chapter."""

    chapter: str
    title: str
    tiles: list[Tile]


def walls_of(scope: Scope, rows: Iterable[Row]) -> list[SectionWall]:
    """``rows`` (in the plan's order) as tiles under the plan's sections."""
    by_section: dict[tuple[str, str], list[Tile]] = {}
    for row in rows:
        section = row.report.chapter, row.report.section
        by_section.setdefault(section, []).append(_tile(scope, row))
    return [
        SectionWall(chapter, "" if is_whole_chapter(chapter, title) else title, tiles)
        for (chapter, title), tiles in by_section.items()
    ]


def _tile(scope: Scope, row: Row) -> Tile:
    progress = row.state_light
    words = f"{row.code} {row.title} · {row.lead} · {row.light.word}"
    if progress is not None:
        words += f" · {progress.word}"
    return Tile(row.code, row.light, progress, words, scope.url_of(row))
