"""What the tests of the admin share: who is signed in, forms, what the log says.

A module takes the fixtures by importing them: ``_clock`` and ``client``.
"""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from departments.models import AuditEvent, Department, User
from tests.cast import Cast

Login = Callable[[User], Client]
PEOPLE = "/admin/departments/user/"


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def client(cast: Cast, login: Login) -> Client:
    return login(cast.admin)


def inline(rows: list[dict[str, Any]], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        data.update({f"memberships-{number}-{key}": value for key, value in row.items()})
    return data


def changes() -> list[str]:
    """What the log says happened, without the sign-ins."""
    rows = AuditEvent.objects.exclude(action__startswith="登录").order_by("id")
    return [f"{row.action} {row.subject}".strip() for row in rows]


def reporter_row(**changes: Any) -> dict[str, Any]:
    cgj = Department.objects.get(code="cgj").pk
    return {"department": cgj, "role": "reporter", "since": "2027-01-05", "until": "", **changes}
