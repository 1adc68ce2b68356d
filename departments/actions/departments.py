"""Departments: their own facts, their other names, and who is behind a collective."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.http import HttpRequest

from departments.audit import record
from departments.errors import DomainError
from departments.models import Department, DepartmentAlias, User


@transaction.atomic
def department_save(*, department: Department, by: User) -> None:
    """Save a new or changed department; its history keeps what stood before."""
    department._history_user = by  # type: ignore[attr-defined]
    department.save()


@transaction.atomic
def department_add_aliases(*, department: Department, names: Iterable[str]) -> None:
    """Give a department further names. Raises DomainError where one is somebody else's."""
    for name in names:
        name_check(department, name)
        DepartmentAlias.objects.create(department=department, name=name)


@transaction.atomic
def department_set_members(
    *,
    department: Department,
    members: Sequence[Department],
    by: User,
    request: HttpRequest | None = None,
) -> None:
    """Say which bodies stand behind a collective (集合), with a line in the security log.

    Raises DomainError where the department is none, or a member is one itself.
    """
    collective = Department.Kind.COLLECTIVE
    if department.kind != collective:
        raise DomainError(f"「{department}」不是集合，没有成员单位。")
    if within := [body.name for body in members if body.kind == collective]:
        raise DomainError(f"「{within[0]}」本身是集合，不能作成员单位，请改填其成员。")
    department._history_user = by  # type: ignore[attr-defined]
    department.members.set(members)
    names = "、".join(department.members.values_list("name", flat=True))
    record("变更集合成员", user=by, request=request, subject=f"{department}：{names}")


def name_check(department: Department, name: str) -> None:
    """Refuse a name or alias by which another department is known already."""
    others = Department.objects.exclude(pk=department.pk)
    other = others.filter(name=name).first() or others.filter(aliases__name=name).first()
    if other is not None:
        raise DomainError(f"「{name}」已是「{other}」（{other.code}）的名称或别名，请核对。")
