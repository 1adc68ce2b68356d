"""Changing a known password, resetting a forgotten one, and what counts as a password."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from departments.actions.accounts import account_reissue_password
from departments.models import AuditEvent, User
from departments.passwords import UNMISTAKABLE, issue_password
from tests.cast import Cast

CHANGE = "/account/password/"
RESET = "/password-reset/"
OLD, NEW = "retroper_jgc", "Jieshui-2027-Xin"
Login = Callable[[User], Client]


def change(client: Client, new: str, old: str = OLD, again: str = "") -> Any:
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(CHANGE, data)


def test_a_new_password_is_taken_and_recorded(cast: Cast, login: Login) -> None:
    assert change(login(cast.cgj_reporter), NEW)["Location"] == "/"
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.check_password(NEW)
    assert AuditEvent.objects.filter(action="修改密码", username="cgj_reporter").count() == 1


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("Duan-1", "密码太短"),
        ("2027010512345", "密码只包含数字"),
        ("password123", "常见"),
        ("cgj_reporter1", "相似"),
        ("abcdefghijklm", "至少 2 类"),
        (OLD, "新密码不能与原密码相同"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(
    cast: Cast, login: Login, new: str, said: str
) -> None:
    answer = change(login(cast.cgj_reporter), new)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_slip_in_the_repetition_or_in_the_old_password_is_named(cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    assert "两次输入的新密码不一致" in change(client, NEW, again="x").content.decode()
    assert "原密码不正确" in change(client, NEW, old="x").content.decode()


def test_the_page_states_the_rules_in_chinese(cast: Cast, login: Login) -> None:
    page = login(cast.cgj_reporter).get(CHANGE).content.decode()
    assert "至少 2 类" in page
    hints = re.sub(r"<[^>]+>", "", page[page.index("<ul>") : page.index("</ul>")])
    assert not re.search("[A-Za-z]{4}", hints)


@pytest.fixture
def newcomer(cast: Cast) -> User:
    person = cast.outsider
    person.issued = account_reissue_password(person=person, by=cast.admin)
    return person


def test_an_issued_password_opens_nothing_but_its_change(newcomer: User, login: Login) -> None:
    client = login(newcomer)
    for page in ("/account/", "/admin/", "/password-reset/nothing/"):
        answer = client.get(page)
        if answer.status_code != 404:
            assert answer["Location"] == CHANGE
    assert client.get(CHANGE).status_code == 200
    background = client.post("/account/", headers={"X-Background": "1"})
    assert background.status_code == 403
    assert "初始密码" in background.json()["error"]
    assert client.post("/logout/")["Location"] == "/login/"


def test_once_changed_the_way_is_open(newcomer: User, login: Login) -> None:
    client = login(newcomer)
    assert "管理员发的初始密码" in client.get(CHANGE).content.decode()
    change(client, newcomer.issued, old=newcomer.issued)
    assert client.get("/account/").status_code == 302
    change(client, NEW, old=newcomer.issued)
    assert client.get("/account/").status_code == 200


def test_demo_people_need_not_change_theirs(cast: Cast, login: Login) -> None:
    assert login(cast.cgj_reporter).get("/account/").status_code == 200


def test_issued_passwords_differ_and_have_no_mistakable_letters() -> None:
    made = {issue_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        assert re.fullmatch(f"[{UNMISTAKABLE}]{{4}}(-[{UNMISTAKABLE}]{{4}}){{2}}", password)
    assert not set("0o1li") & set(UNMISTAKABLE)


def ask(email: str = "cgj_reporter@wz.cn") -> Any:
    return Client().post(RESET, {"email": email})


def link_in(message: Any) -> str:
    found = re.search(r"http://testserver(/password-reset/\S+)", message.body)
    assert found
    return found[1]


def test_the_mail_leads_to_a_new_password(cast: Cast) -> None:
    ask()
    assert mail.outbox[0].subject == "万州节水行动：重置密码"
    assert "cgj_reporter" in mail.outbox[0].body
    assert mail.outbox[0].alternatives[0][1] == "text/html"
    client = Client()
    form = client.get(link_in(mail.outbox[0]))["Location"]
    assert client.post(form, {"new_password1": "kurz", "new_password2": "kurz"}).status_code == 422
    data = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(form, data)["Location"] == "/password-reset/done/"
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.check_password(NEW)
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert list(actions) == ["通过邮件重置密码", "申请重置密码"]


def test_a_link_works_once_and_for_an_hour(now: time_machine.Traveller, cast: Cast) -> None:
    ask()
    link = link_in(mail.outbox[0])
    now.shift(datetime.timedelta(minutes=61))
    assert "链接已失效" in Client().get(link).content.decode()
    now.shift(datetime.timedelta(minutes=-2))
    assert Client().get(link).status_code == 302
    cast.cgj_reporter.set_password(NEW)
    cast.cgj_reporter.save()
    assert "链接已失效" in Client().get(link).content.decode()


def test_an_unknown_address_reads_the_same_and_gets_no_mail(cast: Cast) -> None:
    known, unknown = ask(), ask("nobody@wz.cn")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 1


def test_a_closed_account_gets_no_mail(cast: Cast) -> None:
    User.objects.filter(pk=cast.cgj_reporter.pk).update(is_active=False)
    ask()
    assert mail.outbox == []


def test_nobodys_mailbox_is_filled_by_asking_again_and_again(
    now: time_machine.Traveller, cast: Cast
) -> None:
    for _ in range(6):
        ask()
    assert len(mail.outbox) == 3
    now.shift(datetime.timedelta(minutes=61))
    ask()
    assert len(mail.outbox) == 4


def test_a_mail_server_that_is_down_is_no_error_page(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert ask().status_code == 302


def test_a_reset_lifts_the_lock_out(cast: Cast) -> None:
    wrong = {"username": "cgj_reporter", "password": "wrong"}
    for _ in range(5):
        answer = Client().post("/login/", wrong)
    assert answer.status_code == 429
    ask()
    client = Client()
    form = client.get(link_in(mail.outbox[0]))["Location"]
    client.post(form, {"new_password1": NEW, "new_password2": NEW})
    right = {"username": "cgj_reporter", "password": NEW}
    assert Client().post("/login/", right).status_code == 302


def test_an_issued_password_is_hashed_anew_in_full_strength_at_the_first_sign_in(
    cast: Cast, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    issued = account_reissue_password(person=cast.cgj_reporter, by=cast.admin)
    assert "m=8192,t=1,p=1" in User.objects.get(pk=cast.cgj_reporter.pk).password
    answer = Client().post("/login/", {"username": "cgj_reporter", "password": issued})
    assert answer.status_code == 302
    assert "m=102400,t=2,p=8" in User.objects.get(pk=cast.cgj_reporter.pk).password
