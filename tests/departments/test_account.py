"""我的账户."""

import datetime
from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Membership, User
from tests.cast import Cast

ACCOUNT = "/account/"
Login = Callable[[User], Client]


def test_it_says_in_plain_sentences_what_i_may_do(cast: Cast, login: Login) -> None:
    page = login(cast.cgj_reporter).get(ACCOUNT).content.decode()
    assert "区城管局 · 填报员" in page
    assert "填写、提交区城管局牵头事项的进展情况" in page
    assert "审签" not in page.replace("填写、提交", "")


def test_a_substitute_sees_until_when_and_what_is_still_to_come(
    now, cast: Cast, login: Login
) -> None:
    Membership.objects.create(
        user=cast.cgj_reporter,
        department=Department.objects.get(code="zjw"),
        role="approver",
        since=datetime.date(2027, 2, 1),
        until=datetime.date(2027, 2, 28),
    )
    page = login(cast.cgj_reporter).get(ACCOUNT).content.decode()
    assert "2027年2月1日起，至2027年2月28日" in page
    assert "未开始" in page


def test_past_memberships_are_gone_from_it(now, cast: Cast, login: Login) -> None:
    cast.cgj_reporter.memberships.update(until=datetime.date(2026, 12, 31))
    page = login(cast.cgj_reporter).get(ACCOUNT).content.decode()
    assert "您还没有任职" in page


def test_telephone_and_mail_are_mine_to_change(cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    data = {"telephone": "023-58120000", "email": "new@wz.cn", "username": "x", "name": "x"}
    assert client.post(ACCOUNT, data).status_code == 302
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.telephone == "023-58120000"
    assert cast.cgj_reporter.username == "cgj_reporter"
    assert cast.cgj_reporter.name == "cgj reporter"


def test_bad_input_is_named_and_stays_in_the_form(cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    for telephone in ("023\u202e58120000", "02\x07", "1" * 31, "a\0"):
        answer = client.post(ACCOUNT, {"telephone": telephone, "email": "no mail"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'id="id_telephone_error"' in page
        assert 'value="no mail"' in page
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.telephone == ""


def test_it_shows_my_sign_ins_and_the_failed_ones(cast: Cast, login: Login) -> None:
    Client().post("/login/", {"username": "cgj_reporter", "password": "wrong"})
    Client().post("/login/", {"username": "cgj_approver", "password": "wrong"})
    page = login(cast.cgj_reporter).get(ACCOUNT).content.decode()
    assert page.count("登录失败") == 1
    assert "127.0.0.1" in page


def test_its_queries_do_not_grow_with_history(cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(ACCOUNT).status_code == 200
        return len(context)

    before = queries()
    for _ in range(12):
        Client().post("/login/", {"username": "cgj_reporter", "password": "wrong"})
    for code in ("zjw", "slj", "fgw"):
        Membership.objects.create(
            user=cast.cgj_reporter,
            department=Department.objects.get(code=code),
            role="reporter",
            since=datetime.date(2020, 5, 15),
        )
    assert queries() == before
