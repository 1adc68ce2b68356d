"""Deciding on a later deadline: the reviewing receiver's side of 延期."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.errors import Conflict, NotAllowed
from departments.models import Department, User
from reports import calendar, text
from reports.actions.extensions import (
    check_date,
    check_open,
    choose_reports,
    draft_extension,
    lock_extension,
    need_text,
    unfiled_reports,
)
from reports.models import Extension, Report, ReportingPeriod
from reports.policies import Right, may
from reports.querysets import ReportQuerySet


@transaction.atomic
def grant_extension(
    *,
    extension: Extension,
    by: User,
    granted_on: datetime.date,
    comment: str = "",
    now: datetime.datetime | None = None,
) -> Extension:
    """The reviewing receiver grants ``granted_on`` (date in Asia/Shanghai) as the last day.

    It replaces the earlier date of what is unfiled and never shortens; what was filed meanwhile
    stays as judged. Raises NotAllowed (403), Conflict (409) where it is not endorsed or all is
    filed by now, DomainError for a date that can't be.
    """
    locked = lock_extension(extension, Extension.Status.ENDORSED)
    _permit_reviewer(locked, by)
    now = now or timezone.now()
    unfiled = list(reports_of(locked).select_related("period"))
    if not unfiled:
        raise Conflict("所涉事项都已报送，无需延期；请填写说明后「不同意」。")
    check_date(locked.period, unfiled, granted_on, calendar.local_date(now))
    locked.decision = text.clean(comment).text
    return _grant(locked, unfiled, granted_on, by, now)


@transaction.atomic
def refuse_extension(
    *, extension: Extension, by: User, comment: str, now: datetime.datetime | None = None
) -> Extension:
    """The reviewing receiver refuses; ``comment`` is the sentence that the department reads.

    Raises NotAllowed (403), Conflict (409) where it is not endorsed, DomainError without it.
    """
    locked = lock_extension(extension, Extension.Status.ENDORSED)
    _permit_reviewer(locked, by)
    locked.status = Extension.Status.REFUSED
    locked.decision = need_text(comment, "请写明不同意延期的理由。")
    locked.decided_by, locked.decided_at = by, now or timezone.now()
    locked.save()
    return locked


@transaction.atomic
def grant_unasked(  # noqa: PLR0913 - keyword-only facts of one decision
    *,
    period: ReportingPeriod,
    department: Department,
    by: User,
    granted_on: datetime.date,
    reason: str,
    reports: Sequence[Report] | None = None,
    now: datetime.datetime | None = None,
) -> Extension:
    """The reviewing receiver sets a later last day without being asked, before or after it.

    ``reports`` None means all that ``department`` has not filed. Raises NotAllowed (403),
    Conflict (409) in a closed period or while a request is pending, DomainError as for asking.
    """
    check_open(period)
    now = now or timezone.now()
    chosen = choose_reports(period, department, reports)
    cleaned = need_text(reason, "请写明延期的理由。")
    extension = draft_extension(chosen, granted_on, cleaned, for_all=reports is None)
    _permit_reviewer(extension, by)
    if Extension.objects.filter(period=period, department=department).pending().exists():
        raise Conflict(f"{department.name}有一份延期申请待办理，请直接办理那一份。")
    check_date(period, chosen, granted_on, calendar.local_date(now))
    return _grant(extension, chosen, granted_on, by, now)


def reports_of(extension: Extension) -> ReportQuerySet:
    """The unfiled reports that ``extension`` is about, as of now."""
    unfiled = unfiled_reports(extension.period, extension.department)
    return unfiled if extension.for_all else unfiled.filter(extensions=extension)


def _permit_reviewer(extension: Extension, by: User) -> None:
    if not may(by, Right.DECIDE_EXTENSION, extension):
        raise NotAllowed(
            f"{extension.department.name}的延期由{extension.reviewer.name}的汇总员决定。"
        )


def _grant(
    extension: Extension,
    reports: list[Report],
    granted_on: datetime.date,
    by: User,
    now: datetime.datetime,
) -> Extension:
    extension.status, extension.granted_on = Extension.Status.GRANTED, granted_on
    extension.decided_by, extension.decided_at = by, now
    extension.save()
    extension.reports.add(*reports)
    earlier = Q(extended_due_on__isnull=True) | Q(extended_due_on__lt=granted_on)
    still = Report.objects.filter(pk__in=[report.pk for report in reports]).owed()
    still.filter(earlier).update(extended_due_on=granted_on)
    return extension
