"""The gate: every change of a report's status goes through ``advance``."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, Membership, User
from reports import calendar
from reports.actions.holding import lock_report
from reports.actions.measurements import check_values
from reports.actions.standing import memberships_of, standing_of
from reports.locks import locked_sentence
from reports.models import (
    Report,
    ReportEvent,
    ReportRevision,
    SearchText,
    Submission,
)
from reports.models.report import CONTENT_FIELDS
from reports.models.search import search_text
from reports.policies import may
from reports.requirements import too_long
from reports.selectors.working_days import working_days
from reports.states import (
    IN_HAND,
    TRANSITIONS,
    Action,
    ExtensionStatus,
    Status,
    target_of,
)
from reports.text import clean


@dataclasses.dataclass(frozen=True)
class Step:
    """What a step brings along beside its action.

    ``content`` replaces the named CONTENT_FIELDS; ``version`` is the version the user saw (None
    skips the check); ``filed_at`` is the moment that counts as filed where it is not the step's
    own (代录, 历史导入: None if the ledger does not say); ``late`` is what the ledger itself says
    (历史导入 only); ``noted`` leaves an event also where a draft is saved (an import, which says
    in its comment where the text came from); ``system`` acts without a person.
    """

    comment: str = ""
    content: dict[str, Any] = dataclasses.field(default_factory=dict)
    version: int | None = None
    assessed_state: str = ""
    submission: Submission | None = None
    filed_at: datetime.datetime | None = None
    late: bool | None = None
    now: datetime.datetime | None = None
    noted: bool = False
    system: bool = False


PLAIN = Step()


@dataclasses.dataclass(frozen=True)
class Passage:
    """One report on its way through the gate; ``report`` is locked.

    ``rows`` collects what is to be written beside the report, in order. ``held`` are the
    memberships of ``by``, where they have been read already.
    """

    report: Report
    action: Action
    by: User | None
    step: Step
    now: datetime.datetime
    held: Sequence[Membership] | None = None
    rows: list[ReportRevision | ReportEvent | SearchText] = dataclasses.field(default_factory=list)


@transaction.atomic
def advance(*, report: Report, action: Action, by: User | None, step: Step = PLAIN) -> Report:
    """Take ``report`` one step along the table; returns it as it stands afterwards.

    Raises NotAllowed (403) where the policy forbids it, Conflict (409) where the period is
    closed, the status admits no such step or the version is stale, DomainError (400) where a
    comment is missing or over the limit. One event is written; saving a draft writes a revision
    instead. A receipt is no news to whoever has the report before them: it leaves the version.
    """
    return advance_locked(report=lock_report(report), action=action, by=by, step=step)


def advance_locked(
    *, report: Report, action: Action, by: User | None, step: Step = PLAIN
) -> Report:
    """``advance`` of a ``report`` that the caller's transaction has read and locked already: as
    ``lock_report`` gave it, and nothing changed in it since."""
    passage = Passage(report, action, by, step, step.now or timezone.now())
    pass_gate(passage)
    for row in passage.rows:
        row.save()
    passage.report.save()
    return passage.report


def pass_gate(passage: Passage) -> None:
    """Check the step, take it on ``passage.report`` and collect its rows; nothing is saved yet.

    Raises what ``advance`` raises.
    """
    report, action, before = passage.report, passage.action, Status(passage.report.status)
    comment = clean_comment(passage.step.comment)
    target = _check(passage, before, comment)
    _write_content(passage)
    if target == Status.EXEMPT:
        report.status_before = before
    _note_step(passage, comment)
    report.status, report.updated_by = target, passage.by
    report.version += action != Action.RECEIVE
    if action != Action.SAVE or passage.step.noted:
        _log(passage, before, comment)


def clean_comment(raw: str) -> str:
    """A comment as it is stored. Raises DomainError where it is over the limit of a text."""
    text = clean(raw).text.strip()
    if sentence := too_long("comment", text):
        raise DomainError(sentence)
    return text


def _check(passage: Passage, before: Status, comment: str) -> Status:
    report, action, step = passage.report, passage.action, passage.step
    row = TRANSITIONS[action]
    if not step.system and (passage.by is None or not may(passage.by, action, report)):
        raise NotAllowed(f"「{action.label}」只能由{row.party.label}办理。")
    target = target_of(
        action,
        before,
        needs_approval=report.department.needs_approval,
        before=report.status_before,
    )
    if target is None or (report.period.is_closed and not row.when_closed):
        raise Conflict(locked_sentence(report, action))
    if step.version is not None and step.version != report.version:
        raise Conflict("本项刚被他人修改，您看到的不是最新内容；请核对后再办理。")
    if row.needs_comment and not comment:
        raise DomainError(f"请写明「{action.label}」的意见或理由。")
    return target


def _write_content(passage: Passage) -> None:
    report, content = passage.report, passage.step.content
    if not content:
        return
    unknown = set(content) - set(CONTENT_FIELDS)
    if unknown:
        raise TypeError(f"not content: {sorted(unknown)}")
    if passage.action != Action.IMPORT:
        # History may still tell of an indicator that has left the plan since; nothing else may.
        check_values(report, content.get("indicator_values") or {})
    for name, value in content.items():
        setattr(report, name, value)
    passage.rows.append(
        ReportRevision(
            report=report,
            version=report.version + 1,
            by=passage.by,
            at=passage.now,
            snapshot=report.content(),
        )
    )


def _note_step(passage: Passage, comment: str) -> None:
    report, step = passage.report, passage.step
    match passage.action:
        case Action.SUBMIT:
            report.submitted_by, report.submitted_at = passage.by, passage.now
            report.sent_back = ""
        case Action.SEND_BACK:
            report.sent_back = comment
        case Action.RETURN:
            _note_return(passage, comment)
        case Action.ASK_RETURN:
            report.return_asked_at, report.return_reason = passage.now, comment
        case Action.DECLINE_RETURN:
            report.return_asked_at, report.return_reason = None, ""
        case Action.ACCEPT:
            report.assessed_state = step.assessed_state
        case Action.IMPORT:
            report.assessed_state, report.imported = step.assessed_state, True
        case Action.RECORD_PAPER:
            report.offline, report.sent_back = True, ""


def _note_return(passage: Passage, comment: str) -> None:
    report = passage.report
    report.correction = comment
    report.returned_at = passage.now
    report.return_asked_at, report.return_reason = None, ""
    report.assessed_state = ""
    report.refile_due_on = calendar.return_deadline(
        report.due_on,
        calendar.local_date(passage.now),
        report.period.plan.return_working_days,
        working_days(),
    )


def _log(passage: Passage, before: Status, comment: str) -> None:
    report, step = passage.report, passage.step
    filing = before not in IN_HAND and report.status in IN_HAND
    due_on = report.due_on
    if filing and passage.action == Action.IMPORT:
        _note_history(report, step)
    elif filing:
        filed_at, backdated = step.filed_at or passage.now, step.filed_at is not None
        due_on = _note_filing(report, filed_at, backdated=backdated)
    role, department = _standing(passage)
    event = ReportEvent(
        report=report,
        action=passage.action,
        from_status=before,
        to_status=report.status,
        at=passage.now,
        by=passage.by,
        by_name=str(passage.by) if passage.by else "系统",
        by_role=role,
        by_department=department,
        comment=comment,
        assessed_state=step.assessed_state,
        snapshot=report.content(),
        due_on=due_on,
        submission=step.submission,
    )
    passage.rows.append(event)
    if filing:
        report.filed_event, report.submission = event, step.submission
        passage.rows.append(SearchText(event=event, text=search_text(event.snapshot or {})))


def _note_filing(report: Report, filed_at: datetime.datetime, *, backdated: bool) -> datetime.date:
    """On time or late is judged here, by the deadline in force, and is never taken back.

    Returns the deadline's day that it was judged by.
    """
    due_on = _due_on_at(report, filed_at) if backdated else report.due_on
    if not calendar.is_on_time(filed_at, due_on):
        report.late = True
    if not report.imported:
        report.filed_at = report.filed_at or filed_at
    report.refiled_at = max(filed_at, report.filed_at or filed_at)
    report.refile_due_on, report.correction = None, ""
    return due_on


def _note_history(report: Report, step: Step) -> None:
    """Long ago: on time or late only where the ledger says so or says when; else nobody knows."""
    report.filed_at = report.refiled_at = step.filed_at
    report.late = step.late
    if step.late is None and step.filed_at is not None:
        report.late = not calendar.is_on_time(step.filed_at, _due_on_at(report, step.filed_at))


def _due_on_at(report: Report, moment: datetime.datetime) -> datetime.date:
    """The deadline's day that held at ``moment``: an extension granted later does not count."""
    granted = report.extensions.filter(status=ExtensionStatus.GRANTED, decided_at__lte=moment)
    extended: datetime.date | None = granted.aggregate(day=Max("granted_on"))["day"]
    days = [report.period.due_on, extended, report.refile_due_on]
    return max(day for day in days if day is not None)


def _standing(passage: Passage) -> tuple[str, Department | None]:
    """Role (Chinese) and department in which the person acts, for the record."""
    if passage.by is None or passage.step.system:
        return "系统", None
    held = passage.held
    if held is None:
        held = memberships_of(passage.by, passage.now)
    return standing_of(held, passage.action, passage.report)
