"""The half-year's overview: who sees what, and how it compares."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.actions.extension_decisions import grant_unasked
from reports.actions.periods import open_period, publish_result, record_past_period
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ReportingPeriod
from reports.states import Action
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.board import CONTENT, address, file, kpi, lines, page, rate, was

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
AFTER = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)


def test_the_receivers_and_the_auditor_see_all_departments(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.slj_coordinator, cast.fgw_coordinator, cast.auditor):
        html = page(login(user), address(period))
        assert kpi(html, "应报") == "53"
        assert "31 项任务 · 53 项进展" in html
        assert "人行万州中心支行" in html


def test_a_department_sees_its_own_and_the_total(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = page(login(cast.cgj_reporter), address(period))
    own, total = html.split("全区合计")
    assert (kpi(own, "应报"), kpi(total, "应报")) == ("9", "53")
    assert "8 项任务 · 9 项进展" in html
    assert "人行万州中心支行" not in html
    assert f'href="{address(period, "list/")}?status=due"' in own
    assert f'href="{address(period, "list/")}?status=due"' not in total


def test_what_is_published_is_seen_by_all_but_texts_stay_where_they_are(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    now.move_to(AFTER)
    publish_result(period=period, by=cast.slj_coordinator)
    html = page(login(cast.cgj_reporter), address(period))
    assert "人行万州中心支行" in html
    foreign, own = report_of(period, "1.1"), report_of(period, "12.1")
    assert f'href="/reports/{foreign.pk}/"' not in html
    assert f'href="/reports/{own.pk}/"' in html
    assert kpi(page(login(cast.outsider), address(period)), "应报") == "53"


@pytest.mark.parametrize("name", ["admin", "outsider"])
@pytest.mark.parametrize("tail", ["", "list/"])
def test_who_has_no_part_in_it_is_refused(
    period: ReportingPeriod, cast: Cast, login: Login, name: str, tail: str
) -> None:
    assert login(getattr(cast, name)).get(address(period, tail)).status_code == 403


def test_who_leads_nothing_sees_the_total_only(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = page(login(cast.swj_reporter), address(period))
    assert "本期没有由本单位牵头的事项" in html
    assert kpi(html, "应报") == "53"
    assert "区城管局" not in html


@pytest.mark.parametrize("code", ["2030H1", "2026H3", "26H2"])
def test_a_half_year_that_was_not_opened_is_not_found(
    period: ReportingPeriod, cast: Cast, login: Login, code: str
) -> None:
    where = f"/plans/{period.plan.slug}/periods/{code}/"
    assert login(cast.slj_coordinator).get(where).status_code == 404


def test_an_unknown_plan_is_not_found_and_a_post_is_refused(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    assert client.get("/plans/none/periods/2026H2/").status_code == 404
    assert client.post(address(period)).status_code == 405


def test_rates_are_of_what_is_due_and_an_extension_counts_in_one_only(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    file(report_of(period, "12.1"), cast)
    grant_unasked(
        period=period, department=report_of(period, "14.1").department, by=cast.slj_coordinator,
        granted_on=datetime.date(2027, 1, 20), reason="抢险。", reports=[report_of(period, "14.1")],
    )  # fmt: skip
    now.move_to(AFTER)
    file(report_of(period, "14.1"), cast)
    file(report_of(period, "11.1"), cast)
    html = page(login(cast.slj_coordinator), address(period))
    assert rate(html, "报送率") == ("6%", "3 ÷ 53")
    assert rate(html, "按时率（原截止日）") == ("2%", "1 ÷ 53")
    assert rate(html, "按时率（含延期）") == ("4%", "2 ÷ 53")
    assert (kpi(html, "迟报"), kpi(html, "逾期未报")) == ("1", "50")
    late = page(login(cast.slj_coordinator), address(period, "list/?status=on_time_unextended"))
    assert lines(late) == 1


def test_no_ranking_unless_the_plan_wants_one(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    file(report_of(period, "12.1"), cast)
    client = login(cast.slj_coordinator)
    html = page(client, address(period))
    assert "名次" not in html
    assert html.index(">区水利局</a><span") < html.index(">区城管局</a><span")
    Plan.objects.update(show_ranking=True)
    html = page(client, address(period))
    assert "名次" in html
    assert html.index(">区城管局</a><span") < html.index(">区水利局</a><span")


def test_one_can_switch_to_a_past_half_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    client = login(cast.slj_coordinator)
    assert f'href="{address(before)}"' in page(client, address(period))
    assert "2026年上半年报送总览" in page(client, address(before))


def test_last_half_year_is_compared_at_the_same_distance(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    now.move_to(datetime.datetime(2026, 7, 5, 12, tzinfo=SHANGHAI))
    file(report_of(before, "12.1"), cast)
    now.move_to(datetime.datetime(2026, 7, 6, 0, tzinfo=SHANGHAI))
    file(report_of(before, "14.1"), cast)
    for moment, filed in (((5, 10), 1), ((6, 0), 2)):
        now.move_to(datetime.datetime(2027, 1, *moment, tzinfo=SHANGHAI))
        html = page(login(cast.slj_coordinator), address(period))
        assert was(html, "已报") == was(html, "按时") == was(html, "待审核") == str(filed)
        assert (was(html, "应报"), was(html, "已审核")) == ("53", "0")
        html = page(login(cast.cgj_reporter), address(period)).split("全区合计")[0]
        assert (was(html, "应报"), was(html, "已报")) == ("9", str(filed))


def test_a_last_half_year_without_days_of_filing_is_not_compared(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    before, _ = record_past_period(plan=period.plan, half_year=HalfYear(2026, 1), by=cast.admin)
    step = Step(content=dict(CONTENT), assessed_state="behind")
    report = report_of(before, "12.1")
    advance(report=report, action=Action.IMPORT, by=cast.admin, step=step)
    html = page(login(cast.slj_coordinator), address(period))
    assert "上期同期 " not in html
    assert "<polyline" in html
    assert html.count("<polyline") == 1


def queries(client: Client, where: str) -> int:
    client.get(where)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        client.get(where)
    return len(caught)


@pytest.mark.parametrize("tail", ["", "list/"])
@pytest.mark.parametrize("name", ["slj_coordinator", "cgj_reporter", "auditor"])
def test_the_number_of_queries_grows_with_nothing(
    period: ReportingPeriod, cast: Cast, login: Login, name: str, tail: str
) -> None:
    open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    client = login(getattr(cast, name))
    few = queries(client, address(period, tail))
    for code in ("12.1", "14.1", "20.4"):
        file(report_of(period, code), cast)
    half_year = HalfYear(2025, 2)
    for _ in range(18):
        open_period(plan=period.plan, half_year=half_year)
        half_year = half_year.previous if half_year > HalfYear(2020, 1) else HalfYear(2027, 1)
    assert queries(client, address(period, tail)) == few
    assert few <= 20


def test_a_reviewing_receiver_can_set_a_later_deadline_from_the_table(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    mine = address(period, "extensions/cgj/grant/")
    own_house = address(period, "extensions/slj/grant/")
    html = page(login(cast.slj_coordinator), address(period))
    assert mine in html
    assert own_house not in html
    html = page(login(cast.fgw_coordinator), address(period))
    assert own_house in html
    assert mine not in html
    assert "/grant/" not in page(login(cast.auditor), address(period))
