"""Extensions: which wait for whom, and what one of them is about."""

import dataclasses

from departments.models import Department, User
from departments.rights import rights_of
from reports.actions.extensions import unfiled_reports
from reports.models import Extension, Report, ReportingPeriod
from reports.policies import Right, may
from reports.querysets import ExtensionQuerySet


def extensions_for(user: User) -> ExtensionQuerySet:
    """Those the user may see, with what a list shows, in two queries."""
    rows: ExtensionQuerySet = (
        Extension.objects.visible_to(user)
        .select_related("period__plan", "department", "reviewer", "asked_by", "decided_by")
        .prefetch_related("reports__assignment__work_item__task")
    )
    return rows


def waiting_for(user: User) -> ExtensionQuerySet:
    """Those that the user has to endorse or to decide."""
    rights = rights_of(user)
    Status = Extension.Status
    mine = Extension.objects.filter(period__closed_at__isnull=True)
    to_endorse = mine.filter(status=Status.ASKED, department__in=rights.approver_of).exclude(
        asked_by=user
    )
    to_decide = mine.filter(status=Status.ENDORSED, reviewer__in=rights.coordinator_of)
    rows: ExtensionQuerySet = to_endorse | to_decide
    return rows


@dataclasses.dataclass(frozen=True)
class ExtensionDesk:
    """What the user may do with an extension now."""

    endorses: bool
    decides: bool
    withdraws: bool


def desk_of(extension: Extension, user: User) -> ExtensionDesk:
    """Policy and status together; in a closed period nothing is offered."""
    status, opened = extension.status, not extension.period.is_closed
    asked, endorsed = Extension.Status.ASKED, Extension.Status.ENDORSED
    return ExtensionDesk(
        endorses=opened and status == asked and may(user, Right.ENDORSE_EXTENSION, extension),
        decides=opened and status == endorsed and may(user, Right.DECIDE_EXTENSION, extension),
        withdraws=opened
        and extension.is_pending
        and may(user, Right.ASK_EXTENSION, extension.department),
    )


def choices_of(period: ReportingPeriod, department: Department) -> list[Report]:
    """The unfiled reports that can be ticked, in the plan's order."""
    unfiled = unfiled_reports(period, department)
    return list(unfiled.select_related("period", "assignment__work_item__task", "reviewer"))


def pending_of(period: ReportingPeriod, department: Department) -> Extension | None:
    """The request that is under way, if there is one."""
    rows = Extension.objects.filter(period=period, department=department).pending()
    found: Extension | None = rows.select_related("period").first()
    return found
