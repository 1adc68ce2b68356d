"""Who signs in to the demo: for every lead department a reporter and an approver, and the rest."""

import dataclasses
import datetime
import secrets
from pathlib import Path

from django.contrib.auth.hashers import make_password

from departments.models import Department, Membership, Role, User
from tasks.models import Assignment

SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
SINCE = datetime.date(2020, 5, 15)


@dataclasses.dataclass(frozen=True)
class Account:
    """One demo account; ``department`` is a code, empty for the admin and the auditor."""

    username: str
    role: Role
    department: str = ""


def accounts() -> list[Account]:
    """Everybody the demo knows, the lead departments in the plan's order."""
    leads = (
        Department.objects.filter(assignments__kind=Assignment.Kind.LEAD)
        .distinct()
        .order_by("order")
    )
    rows = [
        Account(f"{code}-{role.value}", role, code)
        for code in leads.values_list("code", flat=True)
        for role in (Role.REPORTER, Role.APPROVER)
    ]
    return [
        *rows,
        Account("slj-coordinator", Role.COORDINATOR, "slj"),
        Account("fgw-coordinator", Role.COORDINATOR, "fgw"),
        Account("swj-reporter", Role.REPORTER, "swj"),
        Account("admin", Role.ADMIN),
        Account("auditor", Role.AUDITOR),
    ]


def hire(password: str) -> int:
    """Make the accounts that are missing, all with ``password``; returns how many were made."""
    hashed, made = make_password(password), 0
    bodies = {body.code: body for body in Department.objects.all()}
    for number, account in enumerate(accounts()):
        user, created = User.objects.get_or_create(
            username=account.username,
            defaults={
                "name": f"{SURNAMES[number % len(SURNAMES)]}某",
                "password": hashed,
                "must_change_password": False,
                "telephone": f"023-5800{1000 + number}",
                "email": f"{account.username}@demo.invalid",
            },
        )
        Membership.objects.get_or_create(
            user=user,
            department=bodies.get(account.department),
            role=account.role,
            since=SINCE,
        )
        made += created
    return made


def new_password() -> str:
    """A password that one can type: no look-alike letters."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))


def write_accounts(path: Path, password: str) -> None:
    """Keep who signs in as whom in ``path``, readable by its owner only."""
    names = dict(Department.objects.values_list("code", "name"))
    lines = [
        f"{row.username:<18}{password:<18}{names.get(row.department, '全区')} {row.role.label}"
        for row in accounts()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    head = f"{'用户名':<15}{'密码':<16}单位与角色"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
