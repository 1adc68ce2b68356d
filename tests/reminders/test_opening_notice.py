"""报送通知: with its annex table, acknowledged by the department; the receivers see who has not."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Membership, User
from reports.actions.notices import acknowledge
from reports.actions.periods import close_period
from reports.models import Acknowledgement, Notice, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from tasks.models import Assignment
from tests.cast import Cast, report_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


def page(client: Client, where: str = "/") -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def opening(user: User) -> Notice:
    return Notice.objects.get(user=user, kind=Kind.OPENED)


def test_home_shows_it_until_somebody_of_the_department_acknowledges(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    tick(NOW)
    reporter, approver = login(cast.cgj_reporter), login(cast.cgj_approver)
    for client, user in ((reporter, cast.cgj_reporter), (approver, cast.cgj_approver)):
        html = page(client)
        assert "待签阅" in html
        assert f"/notices/{opening(user).pk}/" in html
    said = approver.post(f"/periods/{period.pk}/acknowledge/cgj/", follow=True)
    assert "区城管局已签阅2026年下半年报送通知" in said.content.decode()
    assert "待签阅" not in page(reporter)
    assert "待签阅" in page(login(cast.zjw_reporter))
    row = Acknowledgement.objects.get()
    assert (row.by, row.at, row.department.code) == (cast.cgj_approver, NOW, "cgj")


def test_before_the_notice_has_come_the_card_has_no_link(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = page(login(cast.cgj_reporter))
    assert "待签阅" in html
    assert "看通知和附表" not in html


def test_who_owes_nothing_and_a_closed_half_year_ask_for_nothing(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.swj_reporter, cast.slj_coordinator, cast.admin, cast.auditor):
        assert "待签阅" not in page(login(user))
    close_period(period=period)
    assert "待签阅" not in page(login(cast.cgj_reporter))


def test_a_person_of_two_lead_departments_acknowledges_for_each(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Membership.objects.create(
        user=cast.cgj_reporter, department=Department.objects.get(code="zjw"), role="reporter",
        since=datetime.date(2020, 5, 15),
    )  # fmt: skip
    client = login(cast.cgj_reporter)
    assert page(client).count("待签阅") == 2
    client.post(f"/periods/{period.pk}/acknowledge/zjw/")
    html = page(client)
    assert html.count("待签阅") == 1
    assert f"/periods/{period.pk}/acknowledge/cgj/" in html


def test_the_notice_shows_the_departments_rows_of_the_annex(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    tick(NOW)
    html = page(login(cast.cgj_reporter), f"/notices/{opening(cast.cgj_reporter).pk}/")
    report = report_of(period, "12.1")
    item = report.assignment.work_item
    assert html.count("<tr><td") == 9
    assert f'<a href="/reports/{report.pk}/">{item.task.title}</a>' in html
    assert item.text[:20] in html
    others = Assignment.objects.in_force().filter(work_item=item, kind="responsible")
    assert all(part.printed_name in html for part in others)


def test_the_overview_says_who_has_acknowledged_and_who_has_not(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    cgj = Department.objects.get(code="cgj")
    acknowledge(period=period, department=cgj, by=cast.cgj_approver)
    where = f"/plans/{period.plan.slug}/periods/2026H2/"
    html = page(login(cast.fgw_coordinator), where)
    assert "✓ cgj approver 1月5日 10:00签阅" in html
    assert html.count('">未签阅<') == 14
    assert "1 个单位已签阅，14 个未签阅" in html
    for user in (cast.cgj_reporter, cast.auditor):
        assert "签阅" not in page(login(user), where)


def test_the_notice_asks_no_more_queries_for_more_rows(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    tick(NOW)

    def count(user: User) -> int:
        client, where = login(user), f"/notices/{opening(user).pk}/"
        page(client, where)
        with CaptureQueriesContext(connection) as caught:
            page(client, where)
        return len(caught)

    assert len(opening(cast.zjw_reporter).lines) < len(opening(cast.slj_reporter).lines)
    assert count(cast.zjw_reporter) == count(cast.slj_reporter) <= 20
