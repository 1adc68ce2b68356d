"""With which content a workbook's rows went out, so that later changes are told from its own."""

import dataclasses
import datetime
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from reports.models import Report, ReportRevision, WorkbookRow

CHUNK = 500
Label = TypeVar("Label", bound=Hashable)


@dataclasses.dataclass(frozen=True)
class Point:
    """A point in a report's past: a version, or a moment where no version is known."""

    report: int
    version: int | None = None
    moment: datetime.datetime | None = None

    def covers(self, version: int, moment: datetime.datetime) -> bool:
        """Whether a revision was written by then."""
        if self.version is not None:
            return version <= self.version
        return self.moment is not None and moment <= self.moment


def bases_of(
    rows: Sequence[WorkbookRow], reports: Mapping[int, Report]
) -> dict[int, dict[str, Any] | None]:
    """The content by a row's place in ``rows``; None where nobody knows.

    The row's version says it, else the moment at which its workbook went out. A version that the
    report has not reached (the database was restored) says nothing. Two queries for five hundred
    rows whose report has moved on since.
    """
    bases: dict[int, dict[str, Any] | None] = {}
    moved: dict[int, Point] = {}
    for at, row in enumerate(rows):
        report = reports.get(row.report_id or 0)
        if report is None:
            continue
        version, out = row.base_version, row.file.exported_at
        if version == report.version:
            bases[at] = report.content()
        elif (version is None and out is None) or (version or 0) > report.version:
            bases[at] = None
        else:
            moved[at] = Point(report.pk, version, out)
    return bases | contents_at(moved)


def contents_at(points: Mapping[Label, Point]) -> dict[Label, dict[str, Any]]:
    """The content at each of ``points``; blank before the first save."""
    found: dict[Label, dict[str, Any]] = {}
    for chunk in _chunks(points.items()):
        found |= _read(dict(chunk))
    return found


def _chunks(pairs: Iterable[tuple[Label, Point]]) -> Iterator[list[tuple[Label, Point]]]:
    rest = iter(pairs)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _read(points: Mapping[Label, Point]) -> dict[Label, dict[str, Any]]:
    kept = ReportRevision.objects.filter(report__in={point.report for point in points.values()})
    steps: dict[int, list[tuple[int, datetime.datetime, int]]] = {}
    told = kept.order_by("version").values_list("report", "version", "at", "pk")
    for report, version, moment, pk in told:
        steps.setdefault(report, []).append((version, moment, pk))
    chosen = {label: _newest(steps.get(point.report, []), point) for label, point in points.items()}
    wanted = [pk for pk in chosen.values() if pk is not None]
    snapshots = dict(ReportRevision.objects.filter(pk__in=wanted).values_list("pk", "snapshot"))
    blank = Report().content()
    return {label: blank if pk is None else snapshots[pk] for label, pk in chosen.items()}


def _newest(steps: Sequence[tuple[int, datetime.datetime, int]], point: Point) -> int | None:
    shown = [pk for version, moment, pk in steps if point.covers(version, moment)]
    return shown[-1] if shown else None
