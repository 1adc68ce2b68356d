"""What confirming a history import would do: the same that it does then."""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence

from departments.models import User
from reports.actions.periods import due_day_of
from reports.ledger.history.account import Fate, account_of
from reports.ledger.history.answers import Answers
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.days import Window
from reports.ledger.history.drafts import Fault
from reports.ledger.history.grid import Grid, unpack
from reports.ledger.history.lines import Line
from reports.ledger.history.reading import Reading, read_history
from reports.models import HistoryImport, Report, ReportingPeriod
from reports.policies import Right, may
from reports.selectors.history_catalogue import catalogue_of
from reports.selectors.history_outcomes import CONFLICT, NEW, SAME, Outcome, outcome_of
from tasks.models import Assignment


@dataclasses.dataclass(frozen=True)
class Counted:
    """How many cells came to the same end, and where they are."""

    reason: str
    places: Sequence[str]

    @property
    def count(self) -> int:
        return len(self.places)


@dataclasses.dataclass(frozen=True)
class Preview:
    """Everything about an import before it is confirmed."""

    history: HistoryImport
    catalogue: Catalogue
    grids: Sequence[Grid]
    reading: Reading
    outcomes: Sequence[Outcome]
    missing: Sequence[str]

    def of(self, kind: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind == kind]

    @property
    def new(self) -> list[Outcome]:
        return self.of(NEW)

    @property
    def same(self) -> list[Outcome]:
        return self.of(SAME)

    @property
    def conflicts(self) -> list[Outcome]:
        return self.of(CONFLICT)

    @property
    def faults(self) -> list[Fault]:
        return self.reading.faults

    @property
    def faulty(self) -> int:
        """How many reports can't be taken because something is wrong in their rows."""
        return len({fault.assignment for fault in self.faults})

    @property
    def left(self) -> list[Line]:
        """The rows that are left out."""
        return [line for line in self.reading.lines if line.is_left]

    @property
    def counts(self) -> dict[str, int]:
        """The figures that the page shows and the database holds afterwards."""
        return {
            "new": len(self.new),
            "same": len(self.same),
            "conflict": len(self.conflicts),
            "invalid": self.faulty,
            "left": len(self.left),
            "missing": len(self.missing),
        }

    @property
    def fates(self) -> list[Fate]:
        return account_of(self.reading, self.catalogue)

    @property
    def account(self) -> list[Counted]:
        """Every cell by what became of it, the taken ones first."""
        places: dict[str, list[str]] = {}
        for fate in sorted(self.fates, key=lambda one: not one.is_taken):
            reason = f"写入{fate.field}" if fate.is_taken else fate.reason
            places.setdefault(reason, []).append(f"{self.grids[fate.sheet].name}!{fate.cell.at}")
        return [Counted(reason, where) for reason, where in places.items()]

    @property
    def removed(self) -> int:
        return sum(outcome.take.removed for outcome in self.new)

    @property
    def token(self) -> str:
        """Changes with anything that would come out otherwise: what was seen is what is done."""
        parts = [
            [one.take.assignment, one.kind, dict(one.take.content), one.take.late,
             str(one.take.filed_at), one.take.assessed]
            for one in self.outcomes
        ]  # fmt: skip
        faults = [[fault.at, fault.reason] for fault in self.faults]
        text = json.dumps([parts, faults, self.history.half_year.code], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def sheet_name(self, index: int) -> str:
        return self.grids[index].name


def reading_of(history: HistoryImport) -> tuple[Reading, Catalogue, list[Grid]]:
    """What is understood of ``history`` so far; eight queries."""
    catalogue, grids = catalogue_of(history.plan), unpack(history.sheets)
    window = Window(history.half_year, due_day_of(history.plan, history.half_year))
    return read_history(grids, catalogue, Answers(history.answers), window), catalogue, grids


def preview_of(history: HistoryImport, user: User) -> Preview:
    """What confirming ``history`` would do now; a fixed number of queries.

    What stands in the system already is shown to those only who may read it.
    """
    reading, catalogue, grids = reading_of(history)
    there = _reports(history)
    reads = may(user, Right.READ_FILED, history.plan)
    due_on = due_day_of(history.plan, history.half_year)
    outcomes = [
        outcome_of(
            take, there.get(take.assignment), catalogue.label(take.assignment), reads, due_on
        )
        for take in reading.takes
    ]
    named = {take.assignment for take in reading.takes}
    named |= {fault.assignment for fault in reading.faults}
    return Preview(
        history=history,
        catalogue=catalogue,
        grids=grids,
        reading=reading,
        outcomes=outcomes,
        missing=[catalogue.label(pk) for pk in _owing(history) if pk not in named],
    )


def _reports(history: HistoryImport) -> Mapping[int, Report]:
    period = past_period(history)
    if period is None:
        return {}
    rows = Report.objects.filter(period=period).select_related("filed_event", "period")
    return {report.assignment_id: report for report in rows}


def past_period(history: HistoryImport) -> ReportingPeriod | None:
    """The half-year's period, where there is one already."""
    return ReportingPeriod.objects.filter(
        plan=history.plan, year=history.year, half=history.half
    ).first()


def _owing(history: HistoryImport) -> list[int]:
    rows = Assignment.objects.leads().in_force().filter(work_item__task__plan=history.plan)
    rows = rows.order_by("work_item__task__number", "work_item__row", "order")
    return list(rows.values_list("pk", flat=True))


def summary_of(preview: Preview) -> dict[str, object]:
    """What is kept of ``preview`` once it is done: figures, rows left out, every cell's fate."""
    return {
        "counts": preview.counts,
        "missing": list(preview.missing),
        "left": [
            {
                "place": f"{preview.sheet_name(line.sheet)} 第 {line.row} 行",
                "reason": line.kind.reason or "按您的选择不导入",
            }
            for line in preview.left
        ],
        "cells": [
            {"reason": one.reason, "count": one.count, "places": list(one.places)[:SHOWN]}
            for one in preview.account
        ],
        "conflicts": [outcome.label for outcome in preview.conflicts],
        "faults": [
            f"{preview.sheet_name(fault.sheet)}!{fault.at} {fault.reason}"
            for fault in preview.faults
        ],
        "kinds": dict(Counter(outcome.kind for outcome in preview.outcomes)),
    }


SHOWN = 500
"""So many places of one reason are kept; the number is always whole."""
