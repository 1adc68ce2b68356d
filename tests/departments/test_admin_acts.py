"""管理后台: what an admin does to an account: 重置密码、停用、解锁."""

import re
from typing import Any

import pytest
from django.test import Client

from departments.models import User
from tests.cast import Cast
from tests.departments.admin_steps import (
    PEOPLE,
    Login,
    _clock,
    changes,
    client,
)

__all__ = ["_clock", "client"]


def act(client: Client, user: User, name: str) -> Any:
    return client.post(f"{PEOPLE}{user.pk}/do/{name}/")


def test_a_forgotten_password_is_replaced_and_shown_once(client: Client, cast: Cast) -> None:
    answer = act(client, cast.cgj_reporter, "issue-password")
    found = re.search(r'class="issued">([^<]+)<', answer.content.decode())
    assert found
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.check_password(found[1])
    assert cast.cgj_reporter.must_change_password
    assert changes() == ["重置密码 cgj reporter（cgj_reporter）"]


def test_an_account_is_closed_and_opened_again(client: Client, cast: Cast) -> None:
    assert act(client, cast.cgj_reporter, "deactivate").status_code == 302
    cast.cgj_reporter.refresh_from_db()
    assert not cast.cgj_reporter.is_active
    assert act(client, cast.cgj_reporter, "issue-password").status_code == 400
    assert "初始密码" in act(client, cast.cgj_reporter, "reactivate").content.decode()
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.is_active
    assert [line.split()[0] for line in changes()] == ["停用账户", "启用账户"]


def test_a_lock_out_is_lifted(client: Client, cast: Cast) -> None:
    for _ in range(5):
        Client().post("/login/", {"username": "cgj_reporter", "password": "wrong"})
    right = {"username": "cgj_reporter", "password": "retroper_jgc"}
    assert Client().post("/login/", right).status_code == 429
    act(client, cast.cgj_reporter, "unlock")
    assert Client().post("/login/", right).status_code == 302


@pytest.mark.parametrize("name", ["issue-password", "deactivate", "unlock"])
def test_nobody_does_it_to_their_own_account(client: Client, cast: Cast, name: str) -> None:
    answer = act(client, cast.admin, name)
    assert answer.status_code == 400
    assert "请另一位管理员办理" in answer.content.decode()


def test_looking_at_the_question_changes_nothing(client: Client, cast: Cast) -> None:
    for name in ("issue-password", "deactivate", "reactivate", "unlock"):
        page = client.get(f"{PEOPLE}{cast.cgj_reporter.pk}/do/{name}/")
        assert page.status_code == 200
    assert client.get(f"{PEOPLE}{cast.cgj_reporter.pk}/do/nothing/").status_code == 404
    assert changes() == []


def test_only_an_admin_reaches_the_acts(cast: Cast, login: Login) -> None:
    answer = act(login(cast.slj_coordinator), cast.cgj_reporter, "deactivate")
    assert answer.status_code == 403
