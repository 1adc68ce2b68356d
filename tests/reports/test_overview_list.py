"""The list behind each figure."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import User
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI
from reports.models import ReportingPeriod
from reports.selectors.figures import FIGURES
from reports.states import Action
from tests.cast import Cast, report_of
from tests.reports.board import address, file, lines, page

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
AFTER = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)


def test_a_departments_list_holds_its_own_only(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    assert lines(page(client, address(period, "list/"))) == 9
    refused = client.get(address(period, "list/?department=zjw"))
    assert refused.status_code == 400
    assert "「zjw」不在可选范围内" in refused.content.decode()


@pytest.mark.parametrize("query", ["status=best", "department=none", "section=99", "section=²"])
def test_a_filter_that_does_not_exist_is_said_in_words(
    period: ReportingPeriod, cast: Cast, login: Login, query: str
) -> None:
    answer = login(cast.slj_coordinator).get(address(period, f"list/?{query}"))
    assert answer.status_code == 400
    assert "不在可选范围内" in answer.content.decode()


def test_filters_narrow_each_other(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    file(report_of(period, "12.1"), cast)
    client = login(cast.slj_coordinator)
    html = page(client, address(period, "list/?department=cgj&status=in_hand&section=4"))
    assert lines(html) == 1
    assert "区城管局 · 三、重点行动（四）城镇节水降损 · 已报" in html
    assert "没有符合条件的事项" in page(
        client, address(period, "list/?department=cgj&status=in_hand&section=1")
    )


@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_has_a_list(
    period: ReportingPeriod, cast: Cast, login: Login, key: str
) -> None:
    html = page(login(cast.auditor), address(period, f"list/?status={key}"))
    assert FIGURES[key].label in html


def test_a_day_of_the_chart_opens_what_was_filed_on_it(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    file(report_of(period, "12.1"), cast)
    now.shift(datetime.timedelta(days=1))
    file(report_of(period, "14.1"), cast)
    file(report_of(period, "11.1"), cast)
    client = login(cast.auditor)
    html = page(client, address(period))
    chart = html.split('id="part-filings"')[1].split("</section>")[0]
    days = re.findall(
        r'<td class="n"><a href="([^"]+)">(\d+)</a></td>\s*<td class="n">(\d+)', chart
    )
    assert [(count, total) for _, count, total in days] == [("1", "1"), ("2", "3")]
    for href, count, _ in days:
        assert lines(page(client, href)) == int(count)
    assert 'aria-label="1月6日报送 2 项，累计 3 项"' in chart
    own = page(login(cast.cgj_reporter), address(period)).split('id="part-filings"')[1]
    assert "?day=" not in own, "the chart counts all, the list holds the department's own"
    refused = client.get(address(period, "list/?day=2027-13-01"))
    assert refused.status_code == 400
    assert "日期应写作 2027-01-25" in refused.content.decode()


def test_each_figure_leads_to_the_list_behind_it(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    file(report_of(period, "12.1"), cast)
    file(report_of(period, "14.1"), cast)
    advance(
        report=report_of(period, "14.1"),
        action=Action.RETURN,
        by=cast.slj_coordinator,
        step=Step(comment="请补充"),
    )
    client = login(cast.slj_coordinator)
    html = page(client, address(period))
    links = re.findall(
        r'href="([^"]*\?status=\w+)">\s*<span class="muted small">[^<]*</span>\s*<b>(\d+)</b>', html
    )
    assert len(links) == 8
    for href, number in links:
        assert lines(page(client, href)) == int(number), href


def test_every_stretch_of_a_departments_bar_opens_its_reports(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    file(report_of(period, "12.1"), cast)
    client = login(cast.slj_coordinator)
    html = page(client, address(period)).split('id="part-departments"')[1]
    bar = html.split('aria-label="区城管局各状态项数"')[1].split("</svg>")[0]
    parts = re.findall(r'<a href="([^"]+)"><title>(\w+) (\d+) 项</title>', bar)
    assert [(label, count) for _, label, count in parts] == [("已报送", "1"), ("未填报", "8")]
    for href, _, count in parts:
        assert lines(page(client, href.replace("&amp;", "&"))) == int(count)
