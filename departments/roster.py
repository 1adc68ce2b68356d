"""Who works where today: departments that lead but have nobody to write or to sign."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from departments.models import Department, Membership, Role, User


@dataclasses.dataclass(frozen=True)
class Gap:
    """A department that cannot file as it is staffed, and the sentence that says why."""

    department: Department
    reason: str


def staffing_gaps(departments: Iterable[Department], today: datetime.date) -> list[Gap]:
    """What is missing in each of ``departments`` on ``today`` (Asia/Shanghai), in their order.

    An approver is asked for only where ``needs_approval``; nobody approves what they submitted
    themselves, so one person in both roles is a gap too. One query, however many departments.
    """
    bodies = list(departments)
    people = _people(bodies, today)
    gaps = []
    for body in bodies:
        reason = _reason(body, people[body.pk, Role.REPORTER], people[body.pk, Role.APPROVER])
        if reason:
            gaps.append(Gap(body, reason))
    return gaps


def _people(bodies: list[Department], today: datetime.date) -> dict[tuple[int, str], set[int]]:
    rows = Membership.objects.on(today).filter(department__in=bodies)
    people: dict[tuple[int, str], set[int]] = defaultdict(set)
    for department, role, user in rows.values_list("department_id", "role", "user_id"):
        if department is not None:
            people[department, role].add(user)
    return people


def _reason(body: Department, reporters: set[int], approvers: set[int]) -> str:
    missing = []
    if not reporters:
        missing.append("填报员")
    if body.needs_approval and not approvers:
        missing.append("审签人")
    if missing:
        return f"没有在任的{'、'.join(missing)}"
    if body.needs_approval and len(reporters | approvers) == 1:
        return "填报员和审签人是同一人，所报事项无人可审签"
    return ""


MEANINGS: dict[str, str] = {
    Role.REPORTER: "填写、提交{body}牵头事项的进展情况，记录{body}参与事项的进展。",
    Role.APPROVER: "审签{body}提交的进展情况：同意报送，或退回修改；本人提交的由其他审签人审签。",
    Role.COORDINATOR: "签收、审核各单位报送的进展情况，开放和关闭报告期，录入年度目标，导出台账。",
    Role.ADMIN: "维护单位、人员、任职和系统设置；看不到各单位填报的内容。",
    Role.AUDITOR: "查看全区总览和已报送的内容，不能修改。",
}


@dataclasses.dataclass(frozen=True)
class Post:
    """A membership in words: what it allows, and whether it has begun."""

    membership: Membership
    meaning: str
    begun: bool


def posts_of(user: User, today: datetime.date) -> list[Post]:
    """Memberships of ``user`` that are in force on ``today`` (Asia/Shanghai) or still to come."""
    still = Q(until__isnull=True) | Q(until__gte=today)
    rows = user.memberships.select_related("department").filter(still)
    return [
        Post(row, MEANINGS[row.role].format(body=row.department), row.since <= today)
        for row in rows
    ]
