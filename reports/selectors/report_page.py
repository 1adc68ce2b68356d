"""Everything one report's page shows, in a fixed number of queries."""

import dataclasses
from itertools import groupby
from typing import Any

from departments.models import Department, User
from departments.rights import rights_of
from reports.actions.filing import can_repeat
from reports.models import Attachment, HistoryRow, ProgressEntry, Report
from reports.policies import Right, may
from reports.selectors.eye import eye_of
from reports.selectors.goals import goal_of
from reports.selectors.history import previous_filed
from reports.states import Action
from tasks.models import Indicator, YearlyGoal


@dataclasses.dataclass(frozen=True)
class EntryGroup:
    """One department's entries of the half-year."""

    department: Department
    entries: list[ProgressEntry]


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where an imported report stood in the old ledger; ``original`` if the user may have it."""

    row: HistoryRow
    original: Attachment | None


@dataclasses.dataclass(frozen=True)
class ReportPage:
    """What is asked (left), who may do what, and what others logged.

    ``returned`` and ``sent_back`` are what its reviewer and its approver said, if it waits for
    that to be mended and the user may know.
    """

    report: Report
    may_write: bool
    reads_text: bool
    content: dict[str, Any]
    returned: str
    sent_back: str
    goal: YearlyGoal | None
    indicators: list[Indicator]
    previous: Report | None
    entry_groups: list[EntryGroup]
    silent: list[Department]
    attachments: list[Attachment]
    origin: Origin | None
    before: int | None
    after: int | None
    can_repeat: bool


def report_page(report: Report, user: User) -> ReportPage:
    """The page of ``report`` as ``user`` may see it; ``report`` comes from ``visible_to``."""
    eye = eye_of(user, report)
    returned, sent_back = eye.remarks(report.correction, report.sent_back)
    writes = report.is_writable and may(user, Action.SAVE, report)
    previous = previous_filed(report)
    groups, silent = entries_of(report, user)
    before, after = neighbours(report, user)
    return ReportPage(
        report=report,
        may_write=writes,
        reads_text=eye.lead or report.filed_event_id is not None,
        content=report.content() if eye.lead else report.filed_content,
        returned=returned,
        sent_back=sent_back,
        goal=goal_of(report.assignment.work_item_id, report.period.year),
        indicators=indicators_of(report),
        previous=previous,
        entry_groups=groups,
        silent=silent,
        attachments=attachments_of(report, user),
        origin=origin_of(report, user),
        before=before,
        after=after,
        can_repeat=writes and can_repeat(report, previous),
    )


def indicators_of(report: Report) -> list[Indicator]:
    """The measurable indicators of the report's row, with their targets."""
    rows = Indicator.objects.in_force().with_numbers()
    rows = rows.filter(work_item=report.assignment.work_item_id)
    return list(rows.prefetch_related("targets"))


def entries_of(report: Report, user: User) -> tuple[list[EntryGroup], list[Department]]:
    """The half-year's entries by department, and who of those named has logged nothing."""
    item = report.assignment.work_item
    entries = (
        ProgressEntry.objects.visible_to(user)
        .filter(work_item=item, period=report.period_id)
        .select_related("department", "by")
        .prefetch_related("attachments")
        .order_by("department__order", "happened_on", "id")
    )
    grouped = groupby(entries, key=lambda entry: entry.department)
    groups = [EntryGroup(department, list(rows)) for department, rows in grouped]
    heard = {group.department.pk for group in groups}
    named = Department.objects.filter(assignments__in=item.assignments.in_force())
    named = named.exclude(pk=report.department_id).distinct().order_by("order")
    return groups, [body for body in named if body.pk not in heard]


def attachments_of(report: Report, user: User) -> list[Attachment]:
    """The files beside ``report`` that ``user`` may download."""
    rows = Attachment.objects.beside(report, user)
    if may(user, Right.READ_DRAFT, report):
        rows = rows.present()
    return list(rows.select_related("by"))


def origin_of(report: Report, user: User) -> Origin | None:
    """The old ledger from which ``report`` came; None where it was filed here."""
    row = HistoryRow.objects.filter(report=report).first() if report.imported else None
    if row is None:
        return None
    originals = Attachment.objects.visible_to(user).filter(history=row.history_id)
    return Origin(row, originals.first())


def neighbours(report: Report, user: User) -> tuple[int | None, int | None]:
    """Ids of the previous and the next report of the same department and period."""
    rows = Report.objects.filter(period=report.period_id, department=report.department_id)
    if report.department_id not in rights_of(user).works_for:
        rows = rows.visible_to(user)
    ids = list(rows.values_list("pk", flat=True))
    at = ids.index(report.pk) if report.pk in ids else 0
    return (ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)
