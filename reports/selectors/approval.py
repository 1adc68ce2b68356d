"""What waits for a signature, by department and half-year, with what changed."""

import dataclasses
import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from departments.models import User
from departments.rights import rights_of
from reports.calendar import Light
from reports.models import Attachment, Report, ReportEvent
from reports.selectors.changes import FieldDiff, compare
from reports.selectors.conflict import words
from reports.selectors.history import previous_of
from reports.states import Action


@dataclasses.dataclass(frozen=True)
class Back:
    """Where a report was sent back last: by whom, with which words, the text as it stood."""

    title: str
    who: str
    comment: str
    changes: list[FieldDiff]


@dataclasses.dataclass(frozen=True)
class Waiting:
    """One report before its approver: the text, and what changed since when.

    ``last`` is the half-year that ``since_last`` starts from, empty where nothing was filed yet;
    ``own`` means that the approver submitted it and so may not sign it.
    """

    report: Report
    light: Light
    state: str
    last: str
    since_last: list[FieldDiff]
    back: Back | None
    attachments: list[Attachment]
    own: bool


@dataclasses.dataclass(frozen=True)
class Group:
    """The reports of one department and half-year: what one signature can send.

    ``plan`` is named where reports of several plans wait.
    """

    department: str
    period: str
    plan: str
    rows: list[Waiting]

    @property
    def signable(self) -> int:
        return sum(not row.own for row in self.rows)


_BY_GROUP = (
    "department__order", "department_id", "period__year", "period__half", "period_id",
)  # fmt: skip


def awaiting_signature(user: User, today: datetime.date) -> list[Group]:
    """Everything submitted in the departments ``user`` approves for; a fixed number of queries."""
    reports = list(
        Report.objects.filter(department__in=rights_of(user).approver_of, period__closed_at=None)
        .awaiting_approval()
        .for_list()
        .select_related("submitted_by", "period__plan")
        .prefetch_related("attachments")
        .order_by(*_BY_GROUP, *Report._meta.ordering or [])
    )
    several = len({report.period.plan_id for report in reports}) > 1
    rows = waiting_rows(reports, user, today)
    grouped = groupby(rows, key=lambda row: (row.report.department_id, row.report.period_id))
    return [_group(list(found), names_plan=several) for _, found in grouped]


def _group(rows: list[Waiting], *, names_plan: bool) -> Group:
    first = rows[0].report
    plan = first.period.plan.title if names_plan else ""
    return Group(first.department.name, first.period.label, plan, rows)


def waiting_rows(reports: Sequence[Report], user: User, today: datetime.date) -> list[Waiting]:
    """``reports`` as their approver reads them, in the same order."""
    last, back = previous_of(reports), _sent_back(reports)
    return [
        Waiting(
            report=report,
            light=report.light(today),
            state=words("state", report.state),
            last=last[report.pk].period.label if report.pk in last else "",
            since_last=_since(last.get(report.pk), report),
            back=_back(back.get(report.pk), report),
            attachments=[file for file in report.attachments.all() if file.removed_at is None],
            own=report.submitted_by_id == user.pk,
        )
        for report in reports
    ]


def _since(last: Report | None, report: Report) -> list[FieldDiff]:
    before: dict[str, Any] = last.filed_content if last else {}
    return compare(before, report.content())


def _back(event: ReportEvent | None, report: Report) -> Back | None:
    if event is None:
        return None
    changes = [row for row in compare(event.snapshot or {}, report.content()) if row.changed]
    return Back(event.get_action_display(), event.by_name, event.comment, changes)


def _sent_back(reports: Sequence[Report]) -> dict[int, ReportEvent]:
    """Report id → the step at which it was sent back last, inside or by the receiver."""
    events = ReportEvent.objects.filter(
        report__in=reports, action__in=[Action.SEND_BACK, Action.RETURN]
    )
    return {event.report_id: event for event in events.order_by("at", "id")}
