"""In which role and for which department a person takes a step, for the record."""

import datetime
from collections.abc import Sequence

from departments.models import Department, Membership, Role, User
from reports import calendar
from reports.models import Report
from reports.states import TRANSITIONS, Action, Party

_ROLES = {
    Party.LEAD_REPORTER: Role.REPORTER,
    Party.LEAD_APPROVER: Role.APPROVER,
    Party.LEAD_SIGNER: Role.APPROVER,
    Party.REVIEWER: Role.COORDINATOR,
    Party.RECEIVER: Role.COORDINATOR,
    Party.OTHER_RECEIVER: Role.COORDINATOR,
    Party.ADMIN: Role.ADMIN,
}


def memberships_of(user: User, now: datetime.datetime) -> list[Membership]:
    """The memberships of ``user`` in force at ``now``, with their departments.

    One query per user object and day: the answer is kept on the object, as the rights are.
    """
    day = calendar.local_date(now)
    kept: dict[datetime.date, list[Membership]] = user.__dict__.setdefault("_memberships", {})
    if day not in kept:
        rows = Membership.objects.on(day).filter(user=user)
        kept[day] = list(rows.select_related("department"))
    return kept[day]


def standing_of(
    held: Sequence[Membership], action: Action, report: Report
) -> tuple[str, Department | None]:
    """Role (Chinese) and department: the membership nearest to ``action`` and ``report``."""
    role = _ROLES[TRANSITIONS[action].party]
    near = {report.department_id, report.reviewer_id}
    held = sorted(held, key=lambda row: (row.role != role, row.department_id not in near, row.pk))
    return (held[0].get_role_display(), held[0].department) if held else ("", None)
