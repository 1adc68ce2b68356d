"""The people that every test plays with, and how to call a report by its code."""

import copy
import dataclasses
import datetime

from django.contrib.auth.hashers import make_password

from departments.models import Department, Membership, Role, User
from reports.models import Report, ReportingPeriod

SINCE = datetime.date(2020, 5, 15)


@dataclasses.dataclass(frozen=True)
class Cast:
    """区城管局 leads nine items (12.1 among them); 区商务委 (swj) is co-responsible only."""

    cgj_reporter: User
    cgj_colleague: User
    cgj_approver: User
    zjw_reporter: User
    zjw_approver: User
    slj_reporter: User
    slj_approver: User
    fgw_reporter: User
    fgw_approver: User
    swj_reporter: User
    slj_coordinator: User
    fgw_coordinator: User
    admin: User
    auditor: User
    outsider: User


def person(username: str, role: str = "", department: str = "") -> User:
    """A signed-up person; ``department`` is a code. The password is the user name, reversed."""
    user = _account(username)
    user.save()
    if role:
        body = Department.objects.get(code=department) if department else None
        Membership.objects.create(user=user, department=body, role=role, since=SINCE)
    return user


ROLES = {"colleague": Role.REPORTER, "": "", **{role.value: role for role in Role}}


def hire_cast() -> Cast:
    """Everybody, with memberships from the plan's first day on, in a few queries."""
    names = [field.name for field in dataclasses.fields(Cast)]
    users = User.objects.bulk_create([_account(name) for name in names])
    people = dict(zip(names, users, strict=True))
    bodies = {body.code: body for body in Department.objects.all()}
    posts = []
    for name, user in people.items():
        department, _, role = name.rpartition("_")
        if kind := ROLES.get(role or name, ""):
            body = bodies.get(department)
            posts.append(Membership(user=user, department=body, role=kind, since=SINCE))
    Membership.objects.bulk_create(posts)
    return Cast(**people)


def hired_cast() -> Cast:
    """Everybody, where they have been hired."""
    return Cast(
        **User.objects.in_bulk([f.name for f in dataclasses.fields(Cast)], field_name="username")
    )


def _account(username: str) -> User:
    return User(
        username=username,
        password=make_password(username[::-1]),
        name=username.replace("_", " "),
        email=f"{username}@wz.cn",
        must_change_password=False,
    )


def report_of(period: ReportingPeriod, code: str, department: str = "") -> Report:
    """The report of work item ``code`` (12.1); ``department`` (code) tells the two of 8.2 apart.

    Its half-year is a copy of ``period``, for it to be closed and reopened on its own.
    """
    task, row = code.split(".")
    rows = Report.objects.filter(
        period=period,
        assignment__work_item__task__number=task,
        assignment__work_item__row=row,
    )
    if department:
        rows = rows.filter(department__code=department)
    report = rows.select_related("department", "assignment__work_item__task").get()
    report.period = copy.copy(period)
    return report
