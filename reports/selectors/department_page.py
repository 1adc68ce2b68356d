"""Everything a department's page shows, in a fixed number of queries."""

import dataclasses
import datetime

from departments.models import Department, Membership, User
from reports.calendar import Light
from reports.models import Report, ReportingPeriod
from reports.policies import Right, may
from reports.selectors.current import current_period_of
from tasks.models import Assignment


@dataclasses.dataclass(frozen=True)
class Part:
    """One item in which the department takes part; ``report`` is what the user may see of it."""

    assignment: Assignment
    report: Report | None
    light: Light | None


@dataclasses.dataclass(frozen=True)
class DepartmentPage:
    """``shared`` holds the items in which it takes part through a collective."""

    department: Department
    aliases: list[str]
    members: list[Department]
    collectives: list[Department]
    people: list[Membership]
    period: ReportingPeriod | None
    leads: list[Part]
    others: list[Part]
    shared: list[Part]
    assigns: bool


def department_page(department: Department, user: User, today: datetime.date) -> DepartmentPage:
    """The page of ``department`` as ``user`` may see it on ``today`` (Asia/Shanghai)."""
    period = current_period_of(frozenset({department.pk}), today)
    collectives = list(department.collectives.all())
    seen = _reports(department, period, user)
    parts = [_part(row, seen, today) for row in _assignments([department, *collectives])]
    own = [part for part in parts if part.assignment.department_id == department.pk]
    lead = Assignment.Kind.LEAD
    named = {part.assignment.work_item_id for part in own}
    return DepartmentPage(
        department=department,
        aliases=[alias.name for alias in department.aliases.all()],
        members=list(department.members.all()),
        collectives=collectives,
        people=_people(department, today),
        period=period,
        leads=[part for part in own if part.assignment.kind == lead],
        others=[part for part in own if part.assignment.kind != lead],
        shared=[part for part in parts if part.assignment.work_item_id not in named],
        assigns=bool(own) and may(user, Right.ASSIGN_PERSON, own[0].assignment),
    )


def _part(assignment: Assignment, seen: dict[int, Report], today: datetime.date) -> Part:
    report = seen.get(assignment.pk)
    return Part(assignment, report, report.light(today) if report else None)


def _assignments(bodies: list[Department]) -> list[Assignment]:
    rows = Assignment.objects.in_force().filter(department__in=bodies)
    return list(rows.select_related("work_item__task__plan", "department", "person_in_charge"))


def _reports(
    department: Department, period: ReportingPeriod | None, user: User
) -> dict[int, Report]:
    if period is None:
        return {}
    rows = Report.objects.visible_to(user).filter(period=period, department=department)
    rows = rows.select_related("period", "filed_event")
    return {report.assignment_id: report for report in rows}


def _people(department: Department, today: datetime.date) -> list[Membership]:
    rows = Membership.objects.on(today).filter(department=department)
    return list(rows.select_related("user").order_by("role", "user__name"))


def people_of(department: Department, today: datetime.date) -> list[User]:
    """Everybody who works for ``department`` on ``today``, each once."""
    memberships = Membership.objects.on(today).filter(department=department)
    return list(User.objects.filter(memberships__in=memberships).distinct().order_by("name", "pk"))
