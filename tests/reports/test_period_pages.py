"""The page of half-years and its steps."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, User
from reports.actions.periods import close_period, open_period
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ReportingPeriod
from tasks.models import Assignment, Plan
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
AFTER = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)


def address(plan: Plan, tail: str = "") -> str:
    return f"/plans/{plan.slug}/periods/{tail}"


def test_it_lists_the_half_years_with_their_record_and_offers_the_next(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    close_period(period=before, by=cast.slj_coordinator, comment="已汇总")
    html = login(cast.slj_coordinator).get(address(period.plan)).content.decode()
    assert html.index("2026年下半年</a>") < html.index("2026年上半年</a>")
    assert "slj coordinator" in html
    assert "已汇总" in html
    assert "下一报告期：2027年上半年" in html
    assert "2027年6月1日自动开放，截止 2027年7月15日" in html


def test_the_next_one_is_opened_by_a_post(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.fgw_coordinator)
    assert client.get(address(period.plan, "2027H1/open/")).status_code == 405
    answer = client.post(address(period.plan, "2027H1/open/"), follow=True)
    assert "已开放2027年上半年，应报 53 项" in answer.content.decode()
    opened = ReportingPeriod.objects.get(year=2027, half=1)
    assert opened.events.get().by == cast.fgw_coordinator
    again = client.post(address(period.plan, "2027H1/open/"), follow=True)
    assert "此前已开放，未作改动" in again.content.decode()


def test_one_beyond_the_plan_is_refused_on_the_page(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    answer = login(cast.slj_coordinator).post(address(period.plan, "2036H1/open/"))
    assert answer.status_code == 400
    assert "不在方案的报告期之内" in answer.content.decode()


@pytest.mark.parametrize("name", ["cgj_reporter", "cgj_approver", "auditor", "outsider"])
@pytest.mark.parametrize("tail", ["", "2026H2/close/", "2026H2/reopen/", "2026H2/publish/"])
def test_others_are_refused(
    period: ReportingPeriod, cast: Cast, login: Login, name: str, tail: str
) -> None:
    assert login(getattr(cast, name)).get(address(period.plan, tail)).status_code == 403


def test_an_admin_sees_the_page_but_takes_no_step(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.admin)
    html = client.get(address(period.plan)).content.decode()
    assert "2026年下半年" in html
    assert "/close/" not in html
    assert client.post(address(period.plan, "2026H2/close/")).status_code == 403
    assert client.post(address(period.plan, "2027H1/open/")).status_code == 403
    assert ReportingPeriod.objects.get().closed_at is None


def test_closing_shows_what_is_outstanding_and_asks_first(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    html = client.get(address(period.plan, "2026H2/close/")).content.decode()
    assert "<b>区教委</b>" in html
    assert "2 项：13.3、31.3" in html
    assert "仍然关闭" in html
    period.refresh_from_db()
    assert not period.is_closed
    answer = client.post(
        address(period.plan, "2026H2/close/"), {"comment": "汇总完毕"}, follow=True
    )
    assert "已关闭2026年下半年" in answer.content.decode()
    period.refresh_from_db()
    assert period.is_closed


def test_reopening_without_a_reason_keeps_the_page_and_says_so(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    close_period(period=period)
    client = login(cast.slj_coordinator)
    answer = client.post(address(period.plan, "2026H2/reopen/"), {"comment": "\u200b"})
    assert answer.status_code == 400
    assert "请写明重新开放的理由" in answer.content.decode()
    client.post(address(period.plan, "2026H2/reopen/"), {"comment": "两单位补报"})
    period.refresh_from_db()
    assert not period.is_closed


def test_reopening_what_is_open_is_a_conflict_and_keeps_what_was_typed(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    answer = login(cast.slj_coordinator).post(
        address(period.plan, "2026H2/reopen/"), {"comment": "两单位补报"}
    )
    assert answer.status_code == 409
    assert "两单位补报" in answer.content.decode()


def test_a_comment_that_is_too_long_is_refused_and_kept(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    typed = "字" * 20_001
    answer = login(cast.slj_coordinator).post(
        address(period.plan, "2026H2/close/"), {"comment": typed}
    )
    assert answer.status_code == 422
    assert typed in answer.content.decode()
    period.refresh_from_db()
    assert not period.is_closed


def test_the_result_is_published_once_the_deadline_is_past(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    client = login(cast.slj_coordinator)
    assert "publish" not in client.get(address(period.plan)).content.decode()
    early = client.get(address(period.plan, "2026H2/publish/")).content.decode()
    assert "截止后才能发布结果" in early
    assert ">发布结果</button>" not in early.replace("仍然", "")
    answer = client.post(address(period.plan, "2026H2/publish/"))
    assert answer.status_code == 400
    assert "尚未截止" in answer.content.decode()
    now.move_to(AFTER)
    assert "2026H2/publish/" in client.get(address(period.plan)).content.decode()
    ripe = client.get(address(period.plan, "2026H2/publish/")).content.decode()
    assert ">发布结果</button>" in ripe.replace("仍然", "")
    client.post(address(period.plan, "2026H2/publish/"))
    period.refresh_from_db()
    assert period.published_at == AFTER


@pytest.fixture
def added(period: ReportingPeriod) -> Assignment:
    item = report_of(period, "12.1").assignment.work_item
    zjw = Department.objects.get(code="zjw")
    return Assignment.objects.create(
        work_item=item, department=zjw, kind="lead", printed_name="新增", order=9
    )


def test_an_added_assignment_is_ticked_to_owe_in_this_half_year(
    period: ReportingPeriod, added: Assignment, cast: Cast, login: Login
) -> None:
    client = login(cast.admin)
    html = client.get(address(period.plan)).content.decode()
    assert "开放后新增的牵头分工" in html
    where = address(period.plan, "2026H2/owe/")
    nothing = client.post(where)
    assert nothing.status_code == 400
    assert "请至少勾选一项" in nothing.content.decode()
    said = client.post(where, {"assignments": [added.pk]}, follow=True).content.decode()
    assert "已将 1 项列入2026年下半年应报" in said
    assert "开放后新增的牵头分工" not in said
    assert period.reports.count() == 54


@pytest.mark.parametrize("value", ["0", "x", "99999999999999999999"])
def test_what_cannot_be_ticked_is_refused(
    period: ReportingPeriod, added: Assignment, cast: Cast, login: Login, value: str
) -> None:
    answer = login(cast.admin).post(address(period.plan, "2026H2/owe/"), {"assignments": [value]})
    assert answer.status_code == 400
    assert "请重新选择" in answer.content.decode()
    assert period.reports.count() == 53


def test_the_number_of_queries_is_the_same_at_2_and_at_20_periods(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    client = login(cast.slj_coordinator)

    def count() -> int:
        client.get(address(period.plan))
        with CaptureQueriesContext(connection) as caught:
            client.get(address(period.plan))
        return len(caught)

    few, last = count(), period
    for _ in range(18):
        close_period(period=last, by=cast.slj_coordinator)
        last, _ = open_period(plan=period.plan, half_year=last.half_year.next)
    assert count() == few
