"""Two clicks and two workers at the same moment: a long table is written once, on PostgreSQL."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from departments.models import AuditEvent, TableImport, User
from departments.resources import PersonResource
from departments.tables.later import confirm_import, preview_import, write_import
from tests.cast import Cast
from tests.reports.race import at_once, fresh
from tests.tables.steps import Table

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Login = Callable[[User], Client]
HEAD = ["用户名", "联系电话"]
MANY = PersonResource.at_once + 10


@pytest.fixture
def people(cast: Cast, login: Login, settings: Any, tmp_path: Path) -> Table:
    settings.VAR_DIR = tmp_path
    for at in range(MANY):
        User.objects.create(username=f"known{at}", name=f"旧人{at}")
    return Table(login(cast.admin), "departments/user")


def kept(people: Table, changed: int) -> TableImport:
    """What waits for the preview; so many rows change somebody's telephone."""
    rows = [[f"known{at}", "58121234" if at < changed else ""] for at in range(MANY)]
    people.later([HEAD, *rows])
    return TableImport.objects.get()


def written() -> int:
    return AuditEvent.objects.filter(action="导入人员").count()


def test_two_workers_try_it_once(people: Table, now: object) -> None:
    kept(people, 1)
    one, other = TableImport.objects.get(), TableImport.objects.get()
    answers = at_once(lambda: preview_import(kept=one), lambda: preview_import(kept=other))
    assert sorted(answers) == [False, True]


def test_two_clicks_write_few_rows_once(people: Table, cast: Cast, now: object) -> None:
    preview_import(kept=kept(people, 3))
    made = TableImport.objects.get()

    def click() -> Any:
        resource = PersonResource(fresh(cast.admin))
        return confirm_import(kept=made, resource=resource, mark=made.mark)

    answers = at_once(click, click)
    assert sorted(done is None for done in answers) == [False, True], answers
    assert not any(isinstance(done, Exception) for done in answers), answers
    assert written() == 1


def test_two_workers_write_many_rows_once(people: Table, now: object) -> None:
    preview_import(kept=kept(people, MANY))
    TableImport.objects.update(state=TableImport.State.QUEUED)
    one, other = TableImport.objects.get(), TableImport.objects.get()
    answers = at_once(lambda: write_import(kept=one), lambda: write_import(kept=other))
    assert sorted(answers) == [False, True], answers
    assert written() == 1
    assert User.objects.filter(telephone="58121234").count() == MANY
