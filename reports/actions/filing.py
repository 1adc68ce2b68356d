"""Submitting for signature, taking it back, and asking for the return of what was filed."""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError
from departments.models import User
from reports.actions.drafts import clean_content
from reports.actions.holding import lock_report
from reports.actions.measurements import record_measurements
from reports.actions.submissions import open_submission
from reports.actions.transition import Step, advance, advance_locked
from reports.models import Report, Submission
from reports.requirements import missing_for_submission, settle
from reports.selectors.history import previous_filed
from reports.states import Action, Progress

UNCHANGED = "本期无新变化。"


class Incomplete(DomainError):
    """Something is missing; ``missing`` maps field → Chinese sentence."""

    def __init__(self, missing: dict[str, str]) -> None:
        super().__init__("".join(missing.values()))
        self.missing = missing


def require_complete(content: dict[str, Any]) -> None:
    """Raises Incomplete where ``content`` lacks something that a filing needs."""
    if missing := missing_for_submission(content):
        raise Incomplete(missing)


@dataclasses.dataclass(frozen=True)
class Batch:
    """What became of several reports: those done, and those left out with the reason."""

    done: list[Report]
    left_out: list[tuple[Report, str]]


@transaction.atomic
def submit_report(  # noqa: PLR0913 - keyword-only facts of one step
    *,
    report: Report,
    by: User,
    version: int | None = None,
    content: dict[str, Any] | None = None,
    submission: Submission | None = None,
    now: datetime.datetime | None = None,
) -> Report:
    """Submit one report for signature, or file it where the department needs no approval.

    ``content`` (some of CONTENT_FIELDS) is saved with it; what is filed directly joins
    ``submission``, or opens one of its own. Raises Incomplete (400) with what is missing by
    field, and what ``advance`` raises.
    """
    now, locked = now or timezone.now(), lock_report(report)
    full = settle({**locked.content(), **clean_content(content or {})})
    if locked.is_writable:
        require_complete(full)
    changed = {name: full[name] for name in full if full[name] != getattr(locked, name)}
    step = Step(content=changed, version=version, now=now)
    if not locked.department.needs_approval and locked.is_writable:
        submission = submission or open_submission(
            period=locked.period, department=locked.department, signed_by=by, now=now
        )
        step = dataclasses.replace(step, submission=submission)
    done = advance_locked(report=locked, action=Action.SUBMIT, by=by, step=step)
    if done.is_filed:
        record_measurements(report=done, by=by, now=now)
    return done


def submit_complete(*, reports: Iterable[Report], by: User) -> Batch:
    """Submit every complete one of ``reports``, each as it was read.

    Those that file directly go in one submission per department and period. What is incomplete
    or moved on meanwhile is left out.
    """
    batch, now = Batch([], []), timezone.now()
    sent: dict[tuple[int, int], Submission | None] = {}
    for report in sorted(reports, key=lambda each: each.pk):
        key = (report.period_id, report.department_id)
        try:
            done = submit_report(
                report=report, by=by, version=report.version, submission=sent.get(key), now=now
            )
        except DomainError as error:
            batch.left_out.append((report, str(error)))
        else:
            sent[key] = done.submission
            batch.done.append(done)
    return batch


def can_repeat(report: Report, previous: Report | None) -> bool:
    """Whether «本期无新变化» may stand in ``report``; ``previous`` is what was filed before it.

    Filed as 长期坚持 last time, and nothing else written yet.
    """
    return _stood(previous) and report.is_writable and report.progress in {"", UNCHANGED}


def _stood(previous: Report | None) -> bool:
    return previous is not None and previous.filed_content.get("state") == Progress.STANDING


@transaction.atomic
def submit_unchanged(*, report: Report, by: User) -> Report:
    """«本期无新变化» for what was filed as 长期坚持 last time: fills in and submits.

    Raises DomainError where the last filed state is another one, Conflict where something else
    has been written meanwhile.
    """
    before = previous_filed(report)
    if not _stood(before):
        raise DomainError("只有上期报送为「长期坚持」的事项才能一键填「本期无新变化」。")
    locked = lock_report(report)
    if locked.is_writable and not can_repeat(locked, before):
        raise Conflict(
            "本项已经写有进展情况，请核对后按「提交审签」；要填「本期无新变化」请先清空。"
        )
    content = {"progress": UNCHANGED, "state": Progress.STANDING.value}
    return submit_report(report=locked, by=by, content=content)


def withdraw_report(*, report: Report, by: User, comment: str = "") -> Report:
    """Take a submitted report back before it is signed."""
    return advance(report=report, action=Action.WITHDRAW, by=by, step=Step(comment=comment))


@transaction.atomic
def ask_return(*, report: Report, by: User, reason: str) -> Report:
    """Ask the reviewing receiver to return what was filed; ``reason`` is required.

    Raises Conflict while an earlier request waits for its answer.
    """
    locked = lock_report(report)
    if locked.is_filed and locked.return_asked_at is not None:
        raise Conflict("已经申请过退回，请等候审核单位答复。")
    return advance_locked(report=locked, action=Action.ASK_RETURN, by=by, step=Step(comment=reason))
