"""Asking for a later deadline: the department's side of 延期."""

import datetime
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from reports import calendar, text
from reports.actions.holding import hold_periods
from reports.models import Extension, Report, ReportingPeriod
from reports.policies import Right, may
from reports.querysets import ReportQuerySet
from reports.states import EXTENSION_PENDING, ExtensionStatus

PENDING_ALREADY = "已有一份延期申请待办理；办结或撤回后才能再申请。"


def unfiled_reports(period: ReportingPeriod, department: Department) -> ReportQuerySet:
    """What ``department`` still owes in ``period``: only these can get a later deadline."""
    return Report.objects.filter(period=period, department=department).owed()


@transaction.atomic
def ask_extension(  # noqa: PLR0913 - keyword-only facts of one request
    *,
    period: ReportingPeriod,
    department: Department,
    by: User,
    wanted_on: datetime.date,
    reason: str,
    reports: Sequence[Report] | None = None,
    now: datetime.datetime | None = None,
) -> Extension:
    """Ask for ``wanted_on`` (date in Asia/Shanghai) as the last day, for all or for ``reports``.

    To be asked before the deadline that holds for one of them at least. It goes to the approver,
    or straight to the reviewing receiver where the department needs no approval. Raises NotAllowed
    (403), Conflict (409: closed, another one pending), DomainError (400: date, choice).
    """
    if not may(by, Right.ASK_EXTENSION, department):
        raise NotAllowed("延期由牵头单位的填报员申请。")
    check_open(period)
    now = now or timezone.now()
    chosen = choose_reports(period, department, reports)
    _check_in_time(chosen, calendar.local_date(now))
    check_date(period, chosen, wanted_on, calendar.local_date(now))
    cleaned = need_text(reason, "请写明申请延期的理由。")
    extension = draft_extension(chosen, wanted_on, cleaned, for_all=reports is None)
    asked, endorsed = Extension.Status.ASKED, Extension.Status.ENDORSED
    extension.status = asked if department.needs_approval else endorsed
    extension.asked_by, extension.asked_at = by, now
    return _store(chosen, extension)


def draft_extension(
    chosen: list[Report], day: datetime.date, reason: str, *, for_all: bool
) -> Extension:
    """An extension of ``chosen`` (one department's, of one period) until ``day``, not stored."""
    first = chosen[0]
    return Extension(
        period=first.period,
        department=first.department,
        reviewer=first.reviewer,
        for_all=for_all,
        wanted_on=day,
        reason=reason,
    )


@transaction.atomic
def endorse_extension(
    *, extension: Extension, by: User, now: datetime.datetime | None = None
) -> Extension:
    """The department's approver agrees: the request goes to the reviewing receiver.

    Raises NotAllowed (403; the asker can't endorse their own), Conflict (409) once decided.
    """
    locked = lock_extension(extension, Extension.Status.ASKED)
    _permit_approver(locked, by)
    locked.status = Extension.Status.ENDORSED
    locked.endorsed_by, locked.endorsed_at = by, now or timezone.now()
    locked.save()
    return locked


@transaction.atomic
def decline_extension(
    *, extension: Extension, by: User, comment: str, now: datetime.datetime | None = None
) -> Extension:
    """The department's approver does not agree; ``comment`` says why.

    Raises NotAllowed (403), Conflict (409) once decided, DomainError without a comment.
    """
    locked = lock_extension(extension, Extension.Status.ASKED)
    _permit_approver(locked, by)
    locked.status = Extension.Status.REFUSED
    locked.decision = need_text(comment, "请写明不同意申请延期的理由。")
    locked.decided_by, locked.decided_at = by, now or timezone.now()
    locked.save()
    return locked


@transaction.atomic
def withdraw_extension(
    *, extension: Extension, by: User, now: datetime.datetime | None = None
) -> Extension:
    """The department takes its pending request back. Raises NotAllowed (403), Conflict (409)."""
    locked = lock_extension(extension, *EXTENSION_PENDING)
    if not may(by, Right.ASK_EXTENSION, locked.department):
        raise NotAllowed("延期申请由申请单位的填报员撤回。")
    locked.status = Extension.Status.WITHDRAWN
    locked.decided_by, locked.decided_at = by, now or timezone.now()
    locked.save()
    return locked


def lock_extension(extension: Extension, *expected: ExtensionStatus) -> Extension:
    """Read the request anew, locked. Raises Conflict where its status is none of ``expected``."""
    locked: Extension = (
        Extension.objects.select_for_update(of=("self",))
        .select_related("period__plan", "department", "reviewer")
        .get(pk=extension.pk)
    )
    if locked.status not in expected:
        raise Conflict(f"这份延期申请现为「{locked.get_status_display()}」，不能再这样办理。")
    check_open(locked.period)
    return locked


def check_open(period: ReportingPeriod) -> None:
    """Raises Conflict (409) where ``period`` is closed; else it stays open until the transaction
    ends."""
    hold_periods([period])
    if period.is_closed:
        raise Conflict(f"{period.label}报告期已关闭，不能再办理延期；如确需补报，请联系汇总单位。")


def choose_reports(
    period: ReportingPeriod, department: Department, reports: Sequence[Report] | None
) -> list[Report]:
    """The unfiled reports meant, in the plan's order; None means all of them."""
    rows = unfiled_reports(period, department)
    unfiled = list(rows.select_related("period__plan", "department", "reviewer"))
    if not unfiled:
        raise DomainError(f"{department.name}{period.label}没有未报送的事项，无需延期。")
    if reports is None:
        return unfiled
    wanted = {report.pk for report in reports}
    if not wanted:
        raise DomainError("请至少选择一项，或选「全部未报事项」。")
    if wanted - {report.pk for report in unfiled}:
        raise Conflict("所选事项中有的已报送或不属于本单位，请重新选择。")
    return [report for report in unfiled if report.pk in wanted]


def check_date(
    period: ReportingPeriod, reports: list[Report], day: datetime.date, today: datetime.date
) -> None:
    """A later deadline lies ahead, shortens nobody's, and ends before the next half-year's."""
    latest = period.half_year.next.due_on(period.plan.due_day)
    if day < today:
        raise DomainError("延期日期已经过去，请选择今天以后的日期。")
    if day >= latest:
        words = calendar.full_date(latest)
        raise DomainError(f"延期日期应早于下一报告期的截止日（{words}）。")
    if all(day <= report.due_on for report in reports):
        words = calendar.full_date(max(report.due_on for report in reports))
        raise DomainError(f"延期只能延后：日期应晚于现在的截止日（{words}）。")


def need_text(raw: str, otherwise: str) -> str:
    """The cleaned sentence. Raises DomainError with ``otherwise`` where nothing is visible."""
    cleaned = text.clean(raw).text
    if not cleaned:
        raise DomainError(otherwise)
    if text.utf16_units(cleaned) > text.MAX_UNITS:
        raise DomainError(f"文字过长，请控制在 {text.MAX_UNITS} 字以内。")
    return cleaned


def _check_in_time(reports: list[Report], today: datetime.date) -> None:
    if any(today <= report.due_on for report in reports):
        return
    raise DomainError("已过截止日，不能再申请延期；如确有原因，请与审核单位联系。")


def _permit_approver(extension: Extension, by: User) -> None:
    if not may(by, Right.ENDORSE_EXTENSION, extension):
        raise NotAllowed("延期申请由申请单位的审签人（非申请人）审签。")


def _store(reports: list[Report], extension: Extension) -> Extension:
    pending = Extension.objects.filter(
        period=extension.period, department=extension.department
    ).pending()
    if pending.exists():
        raise Conflict(f"{extension.department.name}{PENDING_ALREADY}")
    try:
        with transaction.atomic():
            extension.save()
    except IntegrityError as error:
        raise Conflict(f"{extension.department.name}{PENDING_ALREADY}") from error
    extension.reports.set(reports)
    return extension
