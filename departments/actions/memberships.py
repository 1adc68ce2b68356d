"""Memberships: what may be entered, and the line each change leaves in the security log."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from departments.audit import record
from departments.errors import DomainError
from departments.models import Department, Membership, MembershipQuerySet, Role, User

APART = {Role.ADMIN: Role.AUDITOR, Role.AUDITOR: Role.ADMIN}


def membership_check(membership: Membership) -> None:
    """Refuse what the database cannot: raises DomainError with the sentence for the user.

    A collective (集合) has member bodies, not people; the same role is held once at a time; who
    keeps the system does not supervise it (管理员 and 督查员 are two people).
    """
    department = membership.department
    if department is not None and department.kind == Department.Kind.COLLECTIVE:
        raise DomainError(f"「{department}」是集合，不能任职，请选其成员单位。")
    role = Role(membership.role)
    same = overlapping(membership).filter(role=role, department=department)
    if same.exists():
        raise DomainError(f"{membership} 在这段时间已有任职，请修改原来那一条的起止日期。")
    if role in APART and overlapping(membership).filter(role=APART[role]).exists():
        raise DomainError("管理员与督查员不得由同一人同时担任。")


def overlapping(membership: Membership) -> MembershipQuerySet:
    """Other memberships of the same person that share a day with ``membership``."""
    open_end = Q(until__isnull=True) | Q(until__gte=membership.since)
    rows = Membership.objects.filter(open_end, user_id=membership.user_id)
    if membership.until is not None:
        rows = rows.filter(since__lte=membership.until)
    return rows.exclude(pk=membership.pk)


@transaction.atomic
def membership_add(*, membership: Membership, by: User, request: HttpRequest | None = None) -> None:
    """Enter a new membership, with its line in the security log.

    Raises DomainError for one's own rights, which are another admin's business, and where
    ``membership_check`` refuses it.
    """
    _refuse_oneself(membership, by)
    membership_check(membership)
    membership._history_user = by  # type: ignore[attr-defined]
    membership.save()
    membership_record(membership=membership, by=by, request=request)


@transaction.atomic
def membership_end(
    *,
    membership: Membership,
    until: datetime.date | None,
    by: User,
    request: HttpRequest | None = None,
) -> None:
    """Set the last day of a membership (None: no end). Refuses as ``membership_add`` does."""
    _refuse_oneself(membership, by)
    membership.until = until
    membership_check(membership)
    membership._history_user = by  # type: ignore[attr-defined]
    membership.save(update_fields=["until"])
    verb = verb_of(membership, ["until"])
    membership_record(membership=membership, by=by, request=request, verb=verb)


def _refuse_oneself(membership: Membership, by: User) -> None:
    if membership.user_id == by.pk:
        raise DomainError("不能增减自己的任职，请另一位管理员办理。")


def membership_record(
    *,
    membership: Membership,
    by: User | None = None,
    request: HttpRequest | None = None,
    verb: str = "新增任职",
) -> None:
    """Write a change of rights down: who, for which department, in which role, in which days."""
    record(verb, user=by, request=request, subject=f"{membership} {_dates(membership)}")


def verb_of(membership: Membership, changed: Iterable[str]) -> str:
    """What to call a change of the fields ``changed``: an end that was set ends the membership."""
    return "终止任职" if set(changed) == {"until"} and membership.until else "变更任职"


def _dates(membership: Membership) -> str:
    until: datetime.date | None = membership.until
    return f"{membership.since} 至 {until or '长期'}"
