"""登录、退出、锁定."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from departments.models import AuditEvent, User
from tests.cast import Cast

LOGIN = "/login/"
HOME = "/"


def sign_in(client: Client, username: str, password: str, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def actions(username: str) -> list[str]:
    return list(AuditEvent.objects.filter(username=username).values_list("action", flat=True))


def test_the_page_asks_in_the_agreed_words(client: Client, db) -> None:
    page = client.get(LOGIN).content.decode()
    for word in ("用户名", "密码", "登录", "非涉密系统，严禁上传涉密、敏感信息"):
        assert word in page


def test_name_and_password_open_the_home_page_and_are_recorded(client: Client, cast: Cast) -> None:
    answer = sign_in(client, "cgj_reporter", "retroper_jgc")
    assert answer.status_code == 302
    assert answer["Location"] == HOME
    assert actions("cgj_reporter") == ["登录"]
    assert AuditEvent.objects.get().address == "127.0.0.1"


def test_a_sign_in_is_noted_on_the_person_but_is_no_change_of_them(
    client: Client, cast: Cast
) -> None:
    versions = cast.cgj_reporter.history.count()
    sign_in(client, "cgj_reporter", "retroper_jgc")
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.last_login is not None
    assert cast.cgj_reporter.history.count() == versions


def test_the_session_key_of_before_the_sign_in_is_worth_nothing(client: Client, cast: Cast) -> None:
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, "cgj_reporter", "retroper_jgc")
    assert client.cookies["sessionid"].value != before
    intruder = Client()
    intruder.cookies["sessionid"] = before
    assert intruder.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.cn/", "//evil.cn/", "javascript:alert(1)", "\\\\evil.cn"]
)
def test_next_never_leaves_the_site(client: Client, cast: Cast, target: str) -> None:
    answer = client.post(
        f"{LOGIN}?next={target}",
        {"username": "cgj_reporter", "password": "retroper_jgc", "next": target},
    )
    assert answer["Location"] == HOME


def test_next_leads_back_to_the_page_that_was_asked_for(client: Client, cast: Cast) -> None:
    answer = client.get("/account/?a=1")
    assert answer["Location"] == "/login/?next=%2Faccount%2F%3Fa%3D1"
    answer = client.post(
        answer["Location"],
        {"username": "cgj_reporter", "password": "retroper_jgc", "next": "/account/?a=1"},
    )
    assert answer["Location"] == "/account/?a=1"


def test_unknown_name_wrong_password_and_closed_account_read_the_same(cast: Cast) -> None:
    User.objects.filter(username="outsider").update(is_active=False)
    said = set()
    for username, password in [
        ("nobody", "wrong"),
        ("cgj_reporter", "wrong"),
        ("outsider", "redistuo"),
    ]:
        answer = sign_in(Client(), username, password)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert f'value="{username}"' in page
        assert "用户名或密码不正确" in page
        said.add(page[page.index("用户名或密码不正确") :][:40])
    assert len(said) == 1
    assert actions("nobody") == ["登录失败"]


@pytest.mark.parametrize("username", ["", "a\0b", "x" * 5000, "\u202eabc", "用户"])
def test_odd_user_names_get_a_sentence(client: Client, db, username: str) -> None:
    answer = sign_in(client, username, "x")
    assert answer.status_code == 422
    assert "error" in answer.content.decode()


def lock(client: Client, username: str, **extra) -> None:
    for _ in range(4):
        assert sign_in(client, username, "wrong", **extra).status_code == 422
    assert sign_in(client, username, "wrong", **extra).status_code == 429


def test_five_failures_lock_and_the_page_says_for_how_long(now, client: Client, cast: Cast) -> None:
    lock(client, "cgj_reporter")
    now.shift(datetime.timedelta(minutes=5))
    answer = sign_in(client, "cgj_reporter", "retroper_jgc")
    assert answer.status_code == 429
    assert "请在 10 分钟后再试" in answer.content.decode()
    assert answer["Retry-After"] == "600"
    assert actions("cgj_reporter").count("登录失败") == 5
    assert actions("cgj_reporter").count("登录锁定") == 2


def test_an_unknown_name_is_locked_with_the_same_words(client: Client, db) -> None:
    lock(client, "nobody")


def test_the_lock_ends_with_the_cool_off_and_tries_do_not_prolong_it(
    now: time_machine.Traveller, client: Client, cast: Cast
) -> None:
    lock(client, "cgj_reporter")
    now.shift(datetime.timedelta(minutes=14))
    assert sign_in(client, "cgj_reporter", "wrong").status_code == 429
    now.shift(datetime.timedelta(minutes=1, seconds=1))
    assert sign_in(client, "cgj_reporter", "retroper_jgc").status_code == 302


def test_a_sign_in_forgets_the_failures_before_it(client: Client, cast: Cast) -> None:
    for _ in range(4):
        sign_in(client, "cgj_reporter", "wrong")
    assert sign_in(client, "cgj_reporter", "retroper_jgc").status_code == 302
    assert sign_in(Client(), "cgj_reporter", "wrong").status_code == 422


def test_one_locked_name_locks_nobody_else_behind_the_same_address(cast: Cast) -> None:
    lock(Client(), "cgj_reporter")
    assert sign_in(Client(), "cgj_approver", "revorppa_jgc").status_code == 302


def test_the_person_is_not_locked_out_at_another_address(cast: Cast) -> None:
    lock(Client(REMOTE_ADDR="10.0.0.66"), "cgj_reporter")
    elsewhere = Client(REMOTE_ADDR="10.0.0.7")
    assert sign_in(elsewhere, "cgj_reporter", "retroper_jgc").status_code == 302


def test_behind_our_proxy_the_address_it_saw_counts_and_not_what_the_client_wrote(
    settings, cast: Cast
) -> None:
    settings.PROXY_COUNT = 1
    for n in range(5):
        forged = {"headers": {"X-Forwarded-For": f"1.2.3.{n}, 10.0.0.66"}}
        answer = sign_in(Client(), "cgj_reporter", "wrong", **forged)
    assert answer.status_code == 429
    assert AuditEvent.objects.filter(action="登录失败", address="10.0.0.66").count() == 5


def test_without_a_proxy_the_header_is_not_believed(cast: Cast) -> None:
    sign_in(Client(), "nobody", "wrong", headers={"X-Forwarded-For": "1.2.3.4, junk"})
    assert AuditEvent.objects.get().address == "127.0.0.1"


def test_signing_out_takes_a_post_and_is_recorded(client: Client, cast: Cast) -> None:
    sign_in(client, "cgj_reporter", "retroper_jgc")
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == LOGIN
    assert client.get("/account/").status_code == 302
    assert actions("cgj_reporter") == ["退出", "登录"]


def test_who_is_signed_in_is_sent_on_from_the_login_page(login, cast: Cast) -> None:
    assert login(cast.cgj_reporter).get(LOGIN)["Location"] == HOME
