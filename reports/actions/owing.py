"""What a department owes in a half-year: rows made, rows exempted when the plan changes."""

from collections.abc import Iterable

from django.db import transaction

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.holding import hold_periods
from reports.actions.transition import Step, advance
from reports.models import Report, ReportEvent, ReportingPeriod
from reports.policies import Right, may, reviewer_of
from reports.states import TRANSITIONS, Action
from tasks.models import Assignment, AssignmentQuerySet

WITHDRAWN = "方案已撤销本项分工，本期免报；已填写的内容保留。"
RESTORED = "方案已恢复本项分工，恢复应报。"


def owe_reports(period: ReportingPeriod, assignments: Iterable[Assignment]) -> int:
    """Make the missing report rows of ``assignments`` in ``period``; returns how many were made.

    Raises DomainError where a lead is the plan's only receiver: nobody could review it.
    """
    there = set(period.reports.values_list("assignment_id", flat=True))
    rows = [
        Report(
            period=period,
            assignment=assignment,
            department_id=assignment.department_id,
            reviewer_id=_reviewer_of(period, assignment),
        )
        for assignment in assignments
        if assignment.pk not in there
    ]
    Report.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _reviewer_of(period: ReportingPeriod, assignment: Assignment) -> int:
    reviewer = reviewer_of(period.plan, assignment.department_id)
    if reviewer is None:
        raise DomainError(
            f"{assignment.department}牵头的事项没有可审核的汇总单位，请先在方案中增加汇总单位。"
        )
    return reviewer


@transaction.atomic
def owe_assignments(
    *, period: ReportingPeriod, assignments: Iterable[Assignment], by: User | None
) -> int:
    """Let assignments that were added after ``period`` opened owe in it already.

    Without this they owe from the next period on. ``by`` is an admin or a receiver's coordinator
    (None for a command). Returns how many reports were made. Raises NotAllowed (403), Conflict
    in a closed period, DomainError where an assignment is no lead in force of the period's plan.
    """
    allowed = (Right.ADMINISTER, Right.MANAGE_PERIODS)
    if by is not None and not any(may(by, right, period) for right in allowed):
        raise NotAllowed("新增分工是否本期应报，由管理员或汇总单位的汇总员决定。")
    hold_periods([period])
    if period.is_closed:
        raise Conflict(f"{period.label}报告期已关闭，不能再增加应报事项。")
    wanted = list(assignments)
    owing = set(leads_in_force(period).values_list("pk", flat=True))
    strangers = [str(row) for row in wanted if row.pk not in owing]
    if strangers:
        raise DomainError(f"{'、'.join(strangers)} 不是本方案在用的牵头分工。")
    return owe_reports(period, wanted)


def leads_in_force(period: ReportingPeriod) -> AssignmentQuerySet:
    """The plan's lead assignments that owe a report today."""
    return (
        Assignment.objects.leads()
        .in_force()
        .filter(work_item__task__plan=period.plan_id, work_item__withdrawn_on__isnull=True)
    )


def exempt_withdrawn(*, assignments: Iterable[Assignment]) -> int:
    """The plan took ``assignments`` out: what is unfiled of them in open periods becomes 免报.

    Nobody's act but the plan's, so the gate is passed as the system; the text is kept. Returns
    how many reports were exempted.
    """
    reports = Report.objects.filter(
        assignment__in=list(assignments),
        period__closed_at__isnull=True,
        status__in=TRANSITIONS[Action.EXEMPT].sources,
    )
    for report in reports:
        step = Step(comment=WITHDRAWN, system=True)
        advance(report=report, action=Action.EXEMPT, by=None, step=step)
    return len(reports)


def lift_withdrawn(*, assignments: Iterable[Assignment]) -> int:
    """The plan took ``assignments`` in again: what the withdrawal exempted is owed again.

    A report that a coordinator has exempted stays so. Returns how many are owed again.
    """
    reports = Report.objects.filter(
        assignment__in=list(assignments),
        period__closed_at__isnull=True,
        status__in=TRANSITIONS[Action.LIFT_EXEMPTION].sources,
    )
    lifted = [report for report in reports if _exempted_by_plan(report)]
    for report in lifted:
        step = Step(comment=RESTORED, system=True)
        advance(report=report, action=Action.LIFT_EXEMPTION, by=None, step=step)
    return len(lifted)


def _exempted_by_plan(report: Report) -> bool:
    last = ReportEvent.objects.filter(report=report, action=Action.EXEMPT).last()
    return last is not None and last.by_id is None
