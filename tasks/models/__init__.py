"""What: a plan (实施方案), its tasks, rows of work, who leads them, goals and indicators."""

from tasks.models.measures import Indicator, Target, YearlyGoal
from tasks.models.plan import Plan, PlanIssuer, PlanReceiver, Section
from tasks.models.work import Assignment, AssignmentQuerySet, Task, WorkItem

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "Indicator",
    "Plan",
    "PlanIssuer",
    "PlanReceiver",
    "Section",
    "Target",
    "Task",
    "WorkItem",
    "YearlyGoal",
]
