"""Addresses and days of reminders in the admin; the year whose holidays nobody knows."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from structlog.testing import capture_logs

from departments.models import AuditEvent, Department, User
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import ContactPoint, ReminderRules, ReportingPeriod, WorkingDay
from reports.reminders.rules import rules_in
from reports.reminders.tick import tick
from reports.selectors import working_days
from tasks.models import Plan
from tests.cast import Cast
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
POINTS = "/admin/reports/contactpoint/"
RULES = "/admin/reports/reminderrules/"
HOOK = "https://oapi.dingtalk.com/robot/send?access_token="
KEY = "0123456789abcdef" * 4


@pytest.fixture
def client(cast: Cast, login: Login) -> Client:
    return login(cast.admin)


def point(**changes: Any) -> dict[str, Any]:
    cgj = Department.objects.get(code="cgj").pk
    plain = {"channel": "robot", "department": cgj, "user": "", "label": "城管群",
             "address": HOOK + KEY, "active": "on"}  # fmt: skip
    return plain | changes


def rules(plan: Plan, **changes: Any) -> dict[str, Any]:
    plain = {
        "plan": plan.pk, "before": "7,3,1", "after": "1,3", "repeat": 7, "digest_before": "3",
        "digest_after": "1", "entries": 10, "review": 5, "refile": 3, "hour": 9, "end": 18,
    }  # fmt: skip
    return plain | changes


def log() -> list[tuple[str, str]]:
    rows = AuditEvent.objects.exclude(action__startswith="登录").order_by("id")
    return list(rows.values_list("action", "subject"))


def test_a_departments_robot_is_entered_and_its_key_never_shown_again(client: Client) -> None:
    assert client.post(f"{POINTS}add/", point()).status_code == 302
    row = ContactPoint.objects.get()
    assert row.address == HOOK + KEY
    for page in (POINTS, f"{POINTS}{row.pk}/change/", f"{POINTS}{row.pk}/history/"):
        html = client.get(page).content.decode()
        assert KEY not in html
        assert ("oapi.dingtalk.com/…cdef" in html) == ("history" not in page)
    assert log() == [("新增通知地址", "区城管局 群机器人 城管群")]


def test_an_empty_field_keeps_the_address_and_another_replaces_it(client: Client) -> None:
    client.post(f"{POINTS}add/", point())
    row = ContactPoint.objects.get()
    where = f"{POINTS}{row.pk}/change/"
    client.post(where, {"label": "城管工作群", "address": "", "active": "on"})
    row.refresh_from_db()
    assert (row.label, row.address) == ("城管工作群", HOOK + KEY)
    client.post(where, {"label": "城管工作群", "address": HOOK + KEY[::-1]})
    row.refresh_from_db()
    assert (row.address, row.active) == (HOOK + KEY[::-1], False)
    assert log()[-1] == ("变更通知地址", "区城管局 群机器人 城管工作群")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address": "https://evil.example.com/"}, "不在允许的名单"),
        ({"address": ""}, "必填"),
        ({"channel": "sms", "address": "not a number"}, "手机号应为"),
        ({"department": ""}, "请只选一项"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_chinese(
    client: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = client.post(f"{POINTS}add/", point(**changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not ContactPoint.objects.exists()


def test_a_telephone_is_an_address_of_the_sms_gateway(client: Client, cast: Cast) -> None:
    data = point(channel="sms", department="", user=cast.cgj_reporter.pk, address="13812345678")
    assert client.post(f"{POINTS}add/", data).status_code == 302
    assert "138…5678" in client.get(POINTS).content.decode()


def test_other_days_hold_from_the_next_half_year_on(
    period: ReportingPeriod, client: Client
) -> None:
    assert client.post(f"{RULES}add/", rules(period.plan, before="2，10、5")).status_code == 302
    assert ReminderRules.objects.get().before == "10,5,2"
    period.refresh_from_db()
    assert rules_in(period).before == (7, 3, 1)
    later, _ = open_period(plan=period.plan, half_year=HalfYear(2027, 1), now=NOW)
    assert rules_in(later).before == (10, 5, 2)
    assert log()[-1][0] == "变更提醒规则"
    assert "截止前 10,5,2，截止后 1,3，之后每 7 天" in log()[-1][1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"before": "seven"}, "应写作以逗号分隔的天数"),
        ({"after": "1,999"}, "不超过 180"),
        ({"hour": 18, "end": 9}, "开始时刻应早于结束时刻"),
        ({"end": 25}, "不能大于 24"),
        ({"repeat": 0}, "间隔至少 1 天"),
        ({"review": 9999}, "不能大于 60"),
    ],
)
def test_days_that_make_no_sense_are_refused_in_chinese(
    client: Client, plan: Plan, changes: dict[str, Any], sentence: str
) -> None:
    answer = client.post(f"{RULES}add/", rules(plan, **changes))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not ReminderRules.objects.exists()


def test_a_year_that_no_calendar_knows_is_said_until_it_is_entered(
    period: ReportingPeriod, cast: Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_days, "calendar_knows", lambda year: year < 2027)
    page = f"/plans/{period.plan.slug}/periods/"
    client = login(cast.slj_coordinator)
    assert "2027年的放假和调休安排还没有录入" in client.get(page).content.decode()
    WorkingDay.objects.create(day=datetime.date(2027, 1, 1), is_workday=False)
    assert "还没有录入" not in client.get(page).content.decode()


def test_the_planner_says_it_once(
    period: ReportingPeriod, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_days, "calendar_knows", lambda year: year < 2027)
    working_days._log_year.cache_clear()
    with capture_logs() as said:
        tick(NOW)
        tick(NOW)
    assert [row["year"] for row in said if "year" in row] == [2027]
