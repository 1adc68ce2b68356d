"""催办 from the page: who would be told what, pressed, and back to where one came from."""

import datetime
from collections.abc import Callable
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Membership, User
from reports.actions.periods import close_period, open_period
from reports.actions.review import return_report
from reports.calendar import SHANGHAI, HalfYear
from reports.models import Notice, ReportingPeriod, Urge
from reports.reminders.kinds import Kind
from tests.cast import Cast, report_of
from tests.reports.board import address, page
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
LATE = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)


def ids(*codes: str) -> list[str]:
    bodies = Department.objects.filter(code__in=codes)
    return [str(pk) for pk in bodies.values_list("pk", flat=True)]


def ticked(html: str) -> set[str]:
    """The values of the ticked boxes."""
    boxes = [box.split(">")[0] for box in html.split('name="department" value="')[1:]]
    return {box.split('"')[0] for box in boxes if "checked" in box}


def test_it_shows_who_would_be_told_what_before_anything_is_pressed(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    filed(report_of(period, "12.1"), cast)
    html = page(login(cast.slj_coordinator), address(period, "urge/?department=cgj"))
    line = html.split("<b>区城管局</b>")[1].split("<b>")[0]
    assert "cgj reporter（8 项）" in line
    assert "cgj colleague（8 项）" in line
    assert "12.1 " not in line
    assert ticked(html) == set(ids("cgj"))
    assert not Urge.objects.exists()
    leader = page(login(cast.slj_coordinator), address(period, "urge/?step=leader&department=cgj"))
    assert "cgj approver（8 项）" in leader.split("<b>区城管局</b>")[1].split("<b>")[0]


def test_pressing_tells_them_and_comes_back(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, back = login(cast.slj_coordinator), f"{address(period, 'list/')}?status=owed#report-7"
    html = page(client, f"{address(period, 'urge/')}?department=zjw&back={quote(back)}")
    assert 'name="back" value="' in html
    data = {"department": ids("cgj", "zjw"), "text": "区政府下周听汇报。", "back": back}
    answer = client.post(address(period, "urge/"), data, follow=True)
    assert answer.redirect_chain == [(back, 302)]
    assert "已催办区城管局（2 人）、区住房城乡建委（1 人）。" in answer.content.decode()
    notice = Notice.objects.get(user=cast.zjw_reporter)
    assert (notice.kind, notice.text) == (Kind.URGE, "区政府下周听汇报。")
    assert Notice.objects.get(user=cast.cgj_reporter).urge.by == cast.slj_coordinator


def test_the_approver_is_told_by_the_other_button(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    data = {"department": ids("cgj"), "step": "leader"}
    login(cast.fgw_coordinator).post(address(period, "urge/"), data)
    notice = Notice.objects.get()
    assert (notice.kind, notice.user) == (Kind.URGE_LEADER, cast.cgj_approver)


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "javascript:x", "list/"])
def test_it_leads_to_no_other_site(
    period: ReportingPeriod, cast: Cast, login: Login, back: str
) -> None:
    data = {"department": ids("cgj"), "back": back}
    answer = login(cast.slj_coordinator).post(address(period, "urge/"), data)
    assert (answer.status_code, answer["Location"]) == (302, address(period))


def test_who_was_urged_within_the_hour_can_not_be_ticked_and_the_wait_is_said(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    client.post(address(period, "urge/"), {"department": ids("cgj")})
    html = page(client, address(period, "urge/"))
    line = html.split("<b>区城管局</b>")[1].split("<b>")[0]
    assert "11:00 后可再次催办" in line
    assert "上次：1月5日 10:00 区水利局 slj coordinator 催办" in line
    assert f'value="{ids("cgj")[0]}" disabled' in html
    again = client.post(address(period, "urge/"), {"department": ids("cgj"), "text": "请抓紧"})
    assert again.status_code == 409
    assert "11:00 后可再次催办" in again.content.decode()
    assert 'value="请抓紧"' in again.content.decode()


def test_one_that_nobody_can_be_told_for_says_so(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Membership.objects.filter(user=cast.zjw_reporter).update(until=datetime.date(2026, 12, 31))
    html = page(login(cast.slj_coordinator), address(period, "urge/"))
    assert "区住房城乡建委没有在任的填报员，无人可通知，请电话催办。" in html


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "请至少勾选一个单位。"),
        ({"department": "99999999999999999999"}, "所选事项已不在列表中"),
        ({"department": "x"}, "所选事项已不在列表中"),
        ({"department": "cgj", "text": "字" * 201}, "有 201 字，最多 200 字"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(
    period: ReportingPeriod, cast: Cast, login: Login, data: dict[str, str], sentence: str
) -> None:
    if data.get("department") == "cgj":
        data = {**data, "department": ids("cgj")[0]}
    answer = login(cast.slj_coordinator).post(address(period, "urge/"), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Urge.objects.exists()


def test_the_overdue_are_ticked_where_nobody_is_named(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    client = login(cast.slj_coordinator)
    assert ticked(page(client, address(period, "urge/"))) == set()
    now.move_to(LATE)
    html = page(client, address(period, "urge/"))
    assert ticked(html) == set(ids("cgj", "zjw", "slj", "fgw"))
    assert "逾期 18 项" in html


def test_nobody_urges_in_a_closed_half_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    close_period(period=period)
    client = login(cast.slj_coordinator)
    assert "已关闭，不能再催办" in page(client, address(period, "urge/"))
    answer = client.post(address(period, "urge/"), {"department": ids("cgj")})
    assert answer.status_code == 409
    assert "催办</a>" not in page(client, address(period, "list/"))
    assert "催办<span" not in page(client, address(period))


def test_it_is_pressed_from_red_list_table_list_and_report(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast)
    return_report(report=report, by=cast.slj_coordinator, comment="请补充。")
    client, urge = login(cast.slj_coordinator), address(period, "urge/?department=cgj")
    html = page(client, address(period))
    for anchor in ("part-attention", "lead-cgj"):
        assert f'href="{urge}&amp;back={address(period)}%23{anchor}"' in html
    listing = f"{address(period, 'list/')}?status=returned"
    html = page(client, listing)
    back = f"{quote(listing)}%23report-{report.pk}"
    assert f'href="{urge}&amp;back={back}"' in html
    assert f'href="/reports/{report.pk}/?back={back}"' in html
    html = page(client, f"/reports/{report.pk}/?back={back}")
    assert f'href="{listing}#report-{report.pk}">返回清单' in html
    assert "催办</a>" in html
    for user in (cast.auditor, cast.cgj_reporter):
        for where in (address(period), listing, f"/reports/{report.pk}/"):
            assert "催办" not in page(login(user), where)


def test_the_number_of_queries_is_fixed(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    client.post(address(period, "urge/"), {"department": ids("slj")})
    client.get(address(period, "urge/"))
    with CaptureQueriesContext(connection) as few:
        client.get(address(period, "urge/"))
    for each in (HalfYear(2026, 1), HalfYear(2025, 2)):
        open_period(plan=period.plan, half_year=each)
    client.post(address(period, "urge/"), {"department": ids("cgj", "zjw", "fgw")})
    client.get(address(period, "urge/"))
    with CaptureQueriesContext(connection) as many:
        client.get(address(period, "urge/"))
    assert len(many) <= len(few) <= 26
