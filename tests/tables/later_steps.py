"""Long tables in the tests: tables that are long already with few rows, and what is done with them.

A module takes the fixtures by importing them.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from departments.jobs import work_on_tables
from departments.models import TableImport, User
from tasks.models import Assignment
from tasks.resources.assignments import AssignmentResource
from tests.cast import Cast
from tests.tables.steps import Table

Login = Callable[[User], Client]
State = TableImport.State
AT_ONCE = 20
"""Here so few are answered in the request that the plan's few hundred assignments are many."""
OFFICE, HAND = 6, 7
PEOPLE = ["用户名", "姓名", "联系电话", "单位", "角色"]


@pytest.fixture(autouse=True)
def clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "tables"


@pytest.fixture
def parts(cast: Cast, login: Login, monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(AssignmentResource, "at_once", AT_ONCE)
    return Table(login(cast.admin), "tasks/assignment")


@pytest.fixture
def people(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "departments/user")


def renamed(parts: Table, count: int, same: int = AT_ONCE) -> list[list[str]]:
    """The table as exported: another office in ``count`` rows, and ``same`` more as they are."""
    head, *rows = parts.rows()
    for row in rows[:count]:
        row[OFFICE] = "节水科"
    return [head, *rows[: count + same]]


def offices() -> int:
    return Assignment.objects.filter(office="节水科").count()


def polled(table: Table, address: str) -> Any:
    return table.client.get(address, headers={"X-Background": "1"}).json()


def ready(parts: Table, count: int = AT_ONCE + 1) -> str:
    """The address of a preview that the background has made."""
    address = parts.later(renamed(parts, count))
    work_on_tables()
    return address


def queued(parts: Table) -> str:
    """The address of one that is confirmed and too long to be written at once."""
    address = ready(parts)
    assert parts.confirm_later(address)["Location"] == address
    assert kept().state == State.QUEUED
    return address


def kept() -> TableImport:
    return TableImport.objects.get()


def let_go(user: User) -> None:
    user.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))
