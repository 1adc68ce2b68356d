"""The receivers' side: receipt, opinion, acceptance, return, and the answer to one asked for."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError
from departments.models import User
from departments.rights import rights_of
from reports.actions.holding import lock_report
from reports.actions.transition import Step, advance, advance_locked, clean_comment
from reports.models import Receipt, Report, ReportEvent
from reports.policies import receivers_of
from reports.states import Action, Assessment


@transaction.atomic
def receive_report(*, report: Report, by: User, now: datetime.datetime | None = None) -> bool:
    """签收 for each receiver that ``by`` coordinates for; once per receiver and filing.

    Returns whether a receipt was written now; a repeated click writes nothing.
    """
    locked = lock_report(report)
    mine = [body for body in receivers_of(locked.period.plan)
            if body in rights_of(by).coordinator_of]  # fmt: skip
    there = set()
    if locked.filed_event:
        there = set(locked.filed_event.receipts.values_list("receiver_id", flat=True))
    missing = [body for body in mine if body not in there]
    if mine and not missing and locked.is_filed:
        return False
    now = now or timezone.now()
    done = advance_locked(report=locked, action=Action.RECEIVE, by=by, step=Step(now=now))
    assert done.filed_event is not None
    for body in missing:
        Receipt.objects.create(filing=done.filed_event, receiver_id=body, at=now, by=by)
    return True


def receive_reports(*, reports: Iterable[Report], by: User) -> int:
    """签收 several; returns how many receipts are new. What moved on is passed over."""
    count = 0
    for report in reports:
        try:
            count += receive_report(report=report, by=by)
        except (Conflict, IntegrityError):
            continue
    return count


@transaction.atomic
def give_opinion(*, report: Report, by: User, comment: str) -> Report:
    """会签意见 of the other receiver; the same words sent twice are one opinion."""
    locked, text = lock_report(report), clean_comment(comment)
    last = locked.events.filter(action=Action.OPINE, by=by).order_by("-at", "-id").first()
    if last and last.comment == text and _stands_since(locked, last):
        return locked
    return advance_locked(report=locked, action=Action.OPINE, by=by, step=Step(comment=text))


def _stands_since(report: Report, event: ReportEvent) -> bool:
    """Whether what ``event`` was about is still the filing in hand."""
    filing = report.filed_event
    return report.is_filed and filing is not None and filing.pk < event.pk


def accept_report(
    *, report: Report, by: User, assessed_state: str, comment: str = "", version: int | None = None
) -> Report:
    """审核通过 with the assessed state (a value of Assessment)."""
    if assessed_state not in Assessment.values:
        raise DomainError("请选择核定状态。")
    step = Step(comment=comment, assessed_state=assessed_state, version=version)
    return advance(report=report, action=Action.ACCEPT, by=by, step=step)


def return_report(*, report: Report, by: User, comment: str, version: int | None = None) -> Report:
    """退回补正; ``comment`` says what is to be mended."""
    step = Step(comment=comment, version=version)
    return advance(report=report, action=Action.RETURN, by=by, step=step)


@transaction.atomic
def decline_return(*, report: Report, by: User, comment: str) -> Report:
    """Answer a department that asked for its return with a no and the reason.

    Raises Conflict where nothing was asked (or it is answered by now).
    """
    locked = lock_report(report)
    if locked.is_filed and locked.return_asked_at is None:
        raise Conflict("牵头单位没有申请退回，或申请已经答复。")
    return advance_locked(
        report=locked, action=Action.DECLINE_RETURN, by=by, step=Step(comment=comment)
    )
