"""In which roles a person works today: the union of the memberships in force."""

import dataclasses
import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from departments.models import Membership, Role, User


@dataclasses.dataclass(frozen=True)
class Rights:
    """The departments (ids) a person reports, approves and coordinates for, and two flags."""

    reporter_of: frozenset[int] = frozenset()
    approver_of: frozenset[int] = frozenset()
    coordinator_of: frozenset[int] = frozenset()
    is_admin: bool = False
    is_auditor: bool = False

    @property
    def works_for(self) -> frozenset[int]:
        """Departments whose own reports this person writes or signs."""
        return self.reporter_of | self.approver_of

    @property
    def departments(self) -> frozenset[int]:
        """Every department this person belongs to in any role."""
        return self.works_for | self.coordinator_of


def rights_of(user: User | AnonymousUser, today: datetime.date | None = None) -> Rights:
    """Rights of ``user`` on ``today`` (Asia/Shanghai; default the current day).

    One query per user object and day: the answer is kept on the object.
    """
    if not isinstance(user, User) or not user.is_active:
        return Rights()
    today = today or timezone.localdate()
    kept = user.__dict__.setdefault("_rights", {})
    if today not in kept:
        kept[today] = _read(user, today)
    rights: Rights = kept[today]
    return rights


def _read(user: User, today: datetime.date) -> Rights:
    rows = Membership.objects.in_force(today).filter(user=user).order_by()
    of: dict[str, set[int]] = {role: set() for role in Role.values}
    flags = set()
    for role, department in rows.values_list("role", "department_id"):
        flags.add(role)
        if department is not None:
            of[role].add(department)
    return Rights(
        reporter_of=frozenset(of[Role.REPORTER]),
        approver_of=frozenset(of[Role.APPROVER]),
        coordinator_of=frozenset(of[Role.COORDINATOR]),
        is_admin=Role.ADMIN in flags,
        is_auditor=Role.AUDITOR in flags,
    )
