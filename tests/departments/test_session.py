"""How long a session lives, and what an expired one answers."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from departments.actions.accounts import account_deactivate, account_reissue_password
from departments.models import AuditEvent, User
from tests.cast import Cast

PAGE = "/account/"
BACKGROUND = {"X-Background": "1"}
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _thirty_minutes(settings: Any) -> None:
    settings.IDLE_MINUTES = 30


@pytest.fixture
def client(now: time_machine.Traveller, cast: Cast, login: Login) -> Client:
    return login(cast.cgj_reporter)


def minutes(count: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=count)


def test_half_an_hour_without_a_click_ends_the_session(now, client: Client) -> None:
    now.shift(minutes(30))
    answer = client.get("/account/?tab=2")
    assert answer["Location"] == "/login/?next=%2Faccount%2F%3Ftab%3D2&expired=1"
    assert "登录已过期（30 分钟没有操作" in client.get(answer["Location"]).content.decode()
    assert AuditEvent.objects.filter(action="超时退出", username="cgj_reporter").count() == 1


def test_one_minute_less_and_it_lives(now, client: Client) -> None:
    now.shift(minutes(29))
    assert client.get(PAGE).status_code == 200


def test_each_click_starts_the_half_hour_anew(now, client: Client) -> None:
    for _ in range(5):
        now.shift(minutes(20))
        assert client.get(PAGE).status_code == 200


def test_saving_by_itself_does_not_keep_the_session_alive(now, client: Client) -> None:
    for _ in range(2):
        now.shift(minutes(14))
        assert client.get(PAGE, headers=BACKGROUND).status_code == 200
    now.shift(minutes(3))
    answer = client.get(PAGE, headers=BACKGROUND)
    assert answer.status_code == 401
    assert "登录已过期，文字已留在本机" in answer.json()["error"]


def test_a_background_request_names_the_page_it_was_sent_from(now, client: Client) -> None:
    now.shift(minutes(31))
    referer = "http://testserver/reports/7/?x=1"
    answer = client.post("/reports/7/save/", headers=BACKGROUND | {"Referer": referer})
    assert answer.json()["login"] == "/login/?next=%2Freports%2F7%2F%3Fx%3D1&expired=1"
    assert "HX-Redirect" not in answer


def test_a_form_sent_too_late_leads_back_to_its_page_not_to_its_address(
    now, client: Client
) -> None:
    now.shift(minutes(31))
    answer = client.post("/logout/", headers={"Referer": "http://testserver/account/"})
    assert answer["Location"] == "/login/?next=%2Faccount%2F&expired=1"


def test_a_page_of_another_site_is_no_way_back(now, client: Client) -> None:
    now.shift(minutes(31))
    answer = client.post("/logout/", headers={"Referer": "https://evil.cn/account/"})
    assert answer["Location"] == "/login/?next=%2F&expired=1"


def test_a_click_on_a_fragment_takes_the_whole_page_to_the_login(now, client: Client) -> None:
    now.shift(minutes(31))
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/"}
    answer = client.get("/account/?part=1", headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/login/?next=%2Faccount%2F&expired=1"


def test_who_never_signed_in_hears_nothing_of_an_expiry(db) -> None:
    assert Client().get(PAGE)["Location"] == "/login/?next=%2Faccount%2F"


def test_a_closed_account_is_out_at_the_next_click_and_stays_out_when_reopened(
    client: Client, cast: Cast
) -> None:
    account_deactivate(person=cast.cgj_reporter, by=cast.admin)
    assert client.get(PAGE).status_code == 302
    User.objects.filter(pk=cast.cgj_reporter.pk).update(is_active=True)
    account_reissue_password(person=User.objects.get(pk=cast.cgj_reporter.pk), by=cast.admin)
    assert client.get(PAGE).status_code == 302


def test_a_changed_password_ends_the_other_sessions(cast: Cast, login: Login) -> None:
    here, elsewhere = login(cast.cgj_reporter), login(cast.cgj_reporter)
    before = here.cookies["sessionid"].value
    new = {"new_password1": "Xin-mima-2027", "new_password2": "Xin-mima-2027"}
    here.post("/account/password/", {"old_password": "retroper_jgc", **new})
    assert here.get(PAGE).status_code == 200
    assert here.cookies["sessionid"].value != before
    assert elsewhere.get(PAGE).status_code == 302


def test_the_clock_is_written_once_a_minute_at_most(
    now, client: Client, django_assert_num_queries
) -> None:
    client.get(PAGE)
    with django_assert_num_queries(2) as first:
        client.get("/login/")
    now.shift(minutes(1))
    with django_assert_num_queries(2) as background:
        client.get("/login/", headers=BACKGROUND)
    assert not [query for query in [*first, *background] if "UPDATE" in query["sql"]]
    with django_assert_num_queries(5):
        client.get("/login/")


def test_a_right_that_ended_yesterday_is_gone_today(now, cast: Cast, login: Login) -> None:
    client = login(cast.admin)
    assert client.get("/admin/").status_code == 200
    cast.admin.memberships.update(until=now_date())
    assert client.get("/admin/").status_code == 200
    now.shift(datetime.timedelta(days=1))
    client = login(cast.admin)
    assert client.get("/admin/").status_code == 403


def now_date() -> datetime.date:
    from django.utils import timezone

    return timezone.localdate()
