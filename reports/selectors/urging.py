"""The part of a department's page that is about 催办."""

import dataclasses

from departments.models import Department, User
from reports.models import ReportingPeriod, Urge
from reports.policies import Right, may
from reports.selectors.department_page import DepartmentPage
from reports.selectors.told import UrgeStep, urge_steps


@dataclasses.dataclass(frozen=True)
class Urging:
    """``presses`` where the reader may urge the department now."""

    period: ReportingPeriod
    owed: list[str]
    done: list[UrgeStep]
    presses: bool


def urging_of(page: DepartmentPage, user: User) -> Urging | None:
    """None where there is nothing that ``user`` may see or do."""
    period = page.period
    if period is None or not page.leads:
        return None
    owed = [
        part.assignment.work_item.code for part in page.leads if part.report and part.report.is_owed
    ]
    done = steps_against(page.department, period, user)
    presses = bool(owed) and may(user, Right.URGE, period)
    return Urging(period, owed, done, presses) if done or presses else None


def steps_against(department: Department, period: ReportingPeriod, user: User) -> list[UrgeStep]:
    """Steps against ``department`` in ``period`` that ``user`` may see, the newest first."""
    return urge_steps(Urge.objects.visible_to(user).filter(period=period, department=department))
