"""The approver's decisions: one signature sends one submission, however many reports."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.filing import Batch
from reports.actions.measurements import record_measurements
from reports.actions.submissions import open_submission
from reports.actions.transition import Step, advance
from reports.models import Report, Submission
from reports.selectors.history import last_step
from reports.states import Action, Status

MOVED_ON = {
    Action.WITHDRAW: "已被撤回",
    Action.SEND_BACK: "已退回修改",
    Action.APPROVE: "已经报送",
    Action.RECORD_PAPER: "已由审核单位代录",
    Action.EXEMPT: "已免报",
    Action.RETURN: "已被退回补正",
}
OWN = "由您本人提交，须由其他审签人审签"


@transaction.atomic
def approve_reports(
    *,
    reports: Sequence[Report],
    by: User,
    letter_number: str = "",
    now: datetime.datetime | None = None,
) -> tuple[Submission, Batch]:
    """Sign and send ``reports`` of one department and period as one submission.

    What moved on meanwhile is left out and named. Where nothing is left nothing is written: raises
    Conflict (409), or NotAllowed (403) if the person may sign none; DomainError where the reports
    belong to different submissions.
    """
    if len({(report.period_id, report.department_id) for report in reports}) != 1:
        raise DomainError("请至少选择一项；一次只能报送同一单位、同一报告期的事项。")
    now, first = now or timezone.now(), reports[0]
    submission = open_submission(
        period=first.period,
        department=first.department,
        signed_by=by,
        now=now,
        letter_number=letter_number,
    )
    batch, refusal = Batch([], []), None
    for report in sorted(reports, key=lambda each: each.pk):
        refusal = _approve(report, by, Step(submission=submission, now=now), batch) or refusal
    if not batch.done:
        raise refusal or Conflict(f"没有可报送的事项：{sentence_of(batch)}。")
    return submission, batch


def _approve(report: Report, by: User, step: Step, batch: Batch) -> NotAllowed | None:
    try:
        done = advance(report=report, action=Action.APPROVE, by=by, step=step)
    except NotAllowed as error:
        own = Report.objects.filter(pk=report.pk, submitted_by=by).exists()
        batch.left_out.append((report, OWN if own else str(error)))
        return NotAllowed(OWN) if own else error
    except DomainError:
        batch.left_out.append((report, _why(report)))
        return None
    assert step.now is not None
    record_measurements(report=done, by=by, now=step.now)
    batch.done.append(done)
    return None


def _why(report: Report) -> str:
    """Why a report that was ticked does not wait for a signature any more."""
    current = Report.objects.select_related("period").get(pk=report.pk)
    last = last_step(current)
    if current.period.is_closed and current.status == Status.PENDING:
        return "报告期已关闭"
    known = MOVED_ON.get(Action(last.action)) if last else None
    return known or f"现为「{current.get_status_display()}」"


def sentence_of(batch: Batch) -> str:
    """«已报送 17 项；1 项已被撤回，未报送（12.1）», in the order of the reasons' first report."""
    parts = [f"已报送 {len(batch.done)} 项"] if batch.done else []
    reasons: dict[str, list[str]] = {}
    for report, reason in batch.left_out:
        reasons.setdefault(reason, []).append(report.assignment.work_item.code)
    for reason, codes in reasons.items():
        parts.append(f"{len(codes)} 项{reason}，未报送（{'、'.join(codes)}）")
    return "；".join(parts)


def send_back(*, report: Report, by: User, comment: str) -> Report:
    """Send a submitted report back to its reporter inside the department; ``comment`` required."""
    return advance(report=report, action=Action.SEND_BACK, by=by, step=Step(comment=comment))
