"""Yearly goals (年度目标): what binds a work item this year, and the document it rests on."""

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.policies import Right, may
from reports.text import has_substance, utf16_units
from tasks.models import Plan, WorkItem, YearlyGoal

LONGEST_GOAL = 2000
LONGEST_BASIS = 200
"""In UTF-16 units."""


def goal_years(plan: Plan) -> range:
    """The years for which goals may be set: those of the plan's half-years."""
    return range(int(plan.first_period[:4]), int(plan.last_period[:4]) + 1)


def goal_mark(goal: YearlyGoal | None) -> int:
    """A number that changes with every change of ``goal``; 0 where there is none."""
    if goal is None or goal.pk is None:
        return 0
    newest: int = goal.history.values_list("history_id", flat=True).first() or 0
    return newest


@transaction.atomic
def set_yearly_goal(  # noqa: PLR0913 - keyword-only facts of one goal
    *, work_item: WorkItem, year: int, text: str, basis: str, by: User, seen: int | None = None
) -> YearlyGoal:
    """Set the goal of ``work_item`` for ``year``; an earlier text stays in its history.

    ``text`` and ``basis`` (the document the goal rests on, 依据文件) are cleaned texts. ``seen``
    is the ``goal_mark`` of what the user saw; None skips the check. Raises NotAllowed for anyone
    but a coordinator of the plan's receivers, DomainError for an empty or overlong text or a
    year outside the plan, Conflict where the row left the plan or somebody was faster.
    """
    if not may(by, Right.SET_GOAL, work_item):
        raise NotAllowed("年度目标只能由汇总单位的汇总员录入。")
    _check_texts(text, basis)
    if year not in goal_years(work_item.task.plan):
        raise DomainError(f"{year}年不在本方案的报告期内。")
    locked = WorkItem.objects.select_for_update().get(pk=work_item.pk)
    if locked.withdrawn_on:
        raise Conflict("这项工作内容已从方案中撤销，不能再定年度目标。")
    there = YearlyGoal.objects.filter(work_item=locked, year=year).first()
    if seen is not None and seen != goal_mark(there):
        raise Conflict("这项年度目标刚被他人修改，请对照后再保存。")
    goal = there or YearlyGoal(work_item=locked, year=year)
    if (goal.text, goal.basis) != (text, basis):
        goal.text, goal.basis = text, basis
        goal.entered_by, goal.entered_at = by, timezone.now()
        goal.save()
    return goal


def _check_texts(text: str, basis: str) -> None:
    if not has_substance(text):
        raise DomainError("请填写年度目标。")
    if not has_substance(basis):
        raise DomainError("请写明年度目标的依据文件。")
    if utf16_units(text) > LONGEST_GOAL or utf16_units(basis) > LONGEST_BASIS:
        raise DomainError(f"年度目标最多 {LONGEST_GOAL} 字，依据文件最多 {LONGEST_BASIS} 字。")
