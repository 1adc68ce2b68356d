"""Before a result is published: the numbers that all will see, and what is still open."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import User
from reports.actions.periods import close_period, open_period
from reports.actions.review import accept_report, return_report
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports.board import address, page
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
LATE = datetime.datetime(2027, 1, 16, 9, tzinfo=SHANGHAI)
AFTER = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)
ACCEPTED, IN_TIME, RETURNED, TOO_LATE = "12.1", "14.1", "20.4", "20.5"


@pytest.fixture
def lived(period: ReportingPeriod, cast: Cast, now: time_machine.Traveller) -> ReportingPeriod:
    """After the deadline: one accepted, one in time, one returned, one late, the rest not filed."""
    open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    for code in (ACCEPTED, IN_TIME, RETURNED):
        filed(report_of(period, code), cast)
    accept_report(
        report=report_of(period, ACCEPTED), by=cast.slj_coordinator, assessed_state="on_track"
    )
    return_report(report=report_of(period, RETURNED), by=cast.slj_coordinator, comment="请补数")
    now.move_to(LATE)
    filed(report_of(period, TOO_LATE), cast)
    now.move_to(AFTER)
    return period


def numbers(html: str) -> list[str]:
    """Counts and rates of the page's head, without their links."""
    heads = re.findall(r'<(?:a|div) class="card (?:kpi|rate).*?</(?:a|div)>', html, re.DOTALL)
    return [plain(head) for head in heads]


def departments(html: str) -> list[str]:
    return [plain(row) for row in re.findall(r'<tr id="lead-.*?</tr>', html, re.DOTALL)]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def section(html: str, key: str) -> str:
    """What stands under one heading of what is still open."""
    _, tail = html.split(f'aria-labelledby="open-{key}">')
    return plain(tail.partition("</section>")[0])


def test_it_shows_beforehand_the_numbers_that_everybody_sees_afterwards(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    before = page(client, address(lived, "publish/"))
    assert numbers(before)[:4] == [
        "应报 53 上期同期 53", "已报 3 上期同期 0", "按时 2 上期同期 0", "迟报 1 上期同期 0"
    ]  # fmt: skip
    client.post(address(lived, "publish/"))
    for user in (cast.outsider, cast.zjw_reporter):
        after = page(login(user), address(lived))
        assert numbers(before) == numbers(after)
        assert len(numbers(before)) == 11
        assert departments(before) == departments(after)
        assert len(departments(before)) == 15


def test_what_is_not_filed_and_what_is_not_accepted_is_named(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = page(login(cast.slj_coordinator), address(lived, "publish/"))
    unfiled, unreviewed = section(html, "owed"), section(html, "filed")
    assert unfiled.startswith("尚未报送 全部 50 项")
    assert "区教委 2 项：13.3、31.3" in unfiled
    assert RETURNED in unfiled
    assert unreviewed == f"尚未审核通过 全部 2 项 区城管局 2 项：{IN_TIME}、{TOO_LATE}"
    assert "<h1>发布2026年下半年结果</h1>" in html
    assert ">仍然发布结果</button>" in html
    assert "要数字不再变动，请先关闭本期再发布" in html


def test_with_nothing_open_it_says_so(lived: ReportingPeriod, cast: Cast, login: Login) -> None:
    keep = report_of(lived, ACCEPTED).pk
    for report in lived.reports.exclude(pk=keep):
        report.status = "exempt"
        report.save()
    close_period(period=lived)
    html = page(login(cast.slj_coordinator), address(lived, "publish/"))
    assert "各项均已报送。" in html
    assert "已报送的均已审核通过。" in html
    assert ">发布结果</button>" in html
    assert "请先关闭本期" not in html


def test_the_lists_behind_what_is_open_have_as_many_lines(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    html = page(client, address(lived, "publish/"))
    for key, count in (("owed", 50), ("filed", 2)):
        where = address(lived, f"list/?status={key}")
        assert f'href="{where}">全部 {count} 项</a>' in html
        assert page(client, where).count('<tr id="report-') == count
