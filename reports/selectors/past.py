"""How a half-year stood on an earlier day, read off its record: for 上期同期."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import F, Q

from reports import calendar
from reports.models import Extension, ReportEvent, ReportingPeriod
from reports.selectors.facts import ReportFacts, Values, in_half_year
from reports.selectors.period_rows import Row
from reports.states import IN_HAND, Action, ExtensionStatus, Status

Grant = tuple[datetime.datetime, datetime.date]
"""When a later deadline was granted, and the day it sets."""


BACKDATED = (Action.RECORD_PAPER, Action.IMPORT)
"""Steps that count from an earlier moment than their own."""


class Move(NamedTuple):
    """One step that changed a report's status; ``due_on`` as the record keeps it."""

    at: datetime.datetime
    before: str
    after: str
    due_on: datetime.date | None

    @property
    def files(self) -> bool:
        return self.before not in IN_HAND and self.after in IN_HAND


class Past(NamedTuple):
    """What the database holds of how a half-year's reports came to stand as they do: the steps
    that changed their status, and the later deadlines they were given."""

    steps: Values = ()
    granted: Values = ()


def read_past(
    period: ReportingPeriod, reports: Collection[ReportFacts], day: datetime.date
) -> Past:
    """What ``rows_then`` needs of ``reports`` of ``period`` up to the end of ``day``; two queries
    at most."""
    extended = any(report.extended_due_on for report in reports)
    steps = _read_steps(period, calendar.deadline_moment(day))
    return Past(steps, _read_granted(period) if extended else ())


def rows_then(past: Past, reports: Iterable[ReportFacts], day: datetime.date) -> list[Row]:
    """``reports`` as they stood at the end of ``day``.

    What came on paper stood from the day it came, whenever it was recorded.
    """
    by_pk = {report.pk: report for report in reports}
    end = calendar.deadline_moment(day)
    moves, granted = _moves(past.steps, by_pk, end), _granted(past.granted)
    return [
        Row(stood_at(report, moves.get(pk, ()), granted.get(pk, ()), end), day)
        for pk, report in by_pk.items()
    ]


def stood_at(
    report: ReportFacts, moves: Sequence[Move], granted: Iterable[Grant], end: datetime.datetime
) -> ReportFacts:
    """``report`` with the facts that held before ``end``.

    ``moves`` are its steps before that, in order; ``granted`` the later deadlines it was given.
    """
    filings = [move for move in moves if move.files]
    late = None if report.late is None else any(_came_late(move, report) for move in filings)
    owes = bool(moves) and moves[-1].after not in IN_HAND
    returned = [move for move in moves if move.before in IN_HAND and move.after not in IN_HAND]
    return dataclasses.replace(
        report,
        status=moves[-1].after if moves else Status.BLANK,
        filed_at=filings[0].at if filings else None,
        late=late,
        extended_due_on=_extended(report, granted, end),
        refile_due_on=(returned[-1].due_on or report.due_on) if owes and returned else None,
    )


def _came_late(move: Move, report: ReportFacts) -> bool:
    """Without a kept deadline (records from before it was kept) the report's own judgement."""
    if move.due_on is None or report.imported:
        return bool(report.late)
    return not calendar.is_on_time(move.at, move.due_on)


def _read_steps(period: ReportingPeriod, end: datetime.datetime) -> Values:
    """Steps that changed a status before ``end``, or may count from before it; one query."""
    return tuple(
        ReportEvent.objects.filter(**in_half_year(period, "report__period__"))
        .filter(Q(at__lt=end) | Q(action__in=BACKDATED))
        .exclude(from_status=F("to_status"))
        .order_by("report_id", "at", "id")
        .values_list("report_id", "at", "from_status", "to_status", "due_on")
    )


def _moves(
    steps: Values, reports: Mapping[int, ReportFacts], end: datetime.datetime
) -> dict[int, list[Move]]:
    """Report id → its moves before ``end`` in order, each at the moment that counts."""
    found: dict[int, list[Move]] = defaultdict(list)
    for pk, at, before, after, due_on in steps:
        move = Move(at, before, after, due_on)
        if move.files:
            first = not any(earlier.files for earlier in found[pk])
            counts = reports[pk].filed_at if first else reports[pk].refiled_at
            move = move._replace(at=min(at, counts or at))
        if move.at < end:
            found[pk].append(move)
    return found


def _read_granted(period: ReportingPeriod) -> Values:
    """Report ids with the later deadlines they were granted; one query."""
    granted = Extension.objects.filter(period=period, status=ExtensionStatus.GRANTED).order_by()
    return tuple(granted.values_list("reports", "decided_at", "granted_on"))


def _granted(read: Values) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    for pk, decided_at, granted_on in read:
        found[pk].append((decided_at, granted_on))
    return found


def _extended(
    report: ReportFacts, granted: Iterable[Grant], end: datetime.datetime
) -> datetime.date | None:
    """The extension that held before ``end``; one that came after the filing never counted."""
    last = report.extended_due_on
    days = [day for at, day in granted if at < end and last is not None and day <= last]
    return max(days, default=None)
