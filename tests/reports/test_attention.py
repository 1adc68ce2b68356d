"""重点关注: who stands on the red list, and why."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import User
from reports.actions.periods import open_period
from reports.actions.review import return_report
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ReportingPeriod
from reports.states import Action, Assessment
from tests.cast import Cast, report_of
from tests.reports.board import CONTENT, address, file, page
from tests.reports.steps import filed, submitted

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
AFTER = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)


def test_progress_shows_only_once_it_is_filed(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    step = Step(content=dict(CONTENT))
    report = report_of(period, "12.1")
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    client = login(cast.slj_coordinator)
    assert "进展滞后" not in page(client, address(period, "list/"))
    assert "没有逾期未报、退回未重报、推进滞后或两期未变的事项" in page(client, address(period))
    file(report, cast)
    assert "进展滞后" in page(client, address(period, "list/"))
    assert "已报送，自评「进展滞后」" in page(client, address(period))


def test_the_red_list_puts_the_overdue_first_and_says_why(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    for code in ("12.1", "14.1"):
        file(report_of(period, code), cast)
    advance(
        report=report_of(period, "12.1"),
        action=Action.ACCEPT,
        by=cast.slj_coordinator,
        step=Step(assessed_state=Assessment.FAR_BEHIND),
    )
    now.move_to(datetime.datetime(2027, 1, 15, 9, tzinfo=SHANGHAI))
    advance(
        report=report_of(period, "14.1"),
        action=Action.RETURN,
        by=cast.slj_coordinator,
        step=Step(comment="请补充"),
    )
    html = page(login(cast.slj_coordinator), address(period))
    first, second = (
        html.index("1月15日退回，尚未重报，补正截止 1月22日"),
        html.index("已审核，核定「严重滞后」"),
    )
    assert first < second
    now.move_to(AFTER)
    html = page(login(cast.slj_coordinator), address(period))
    assert "未填报，已逾期 3 天" in html
    assert f'href="{address(period, "list/")}?status=attention">全部 53 项' in html


def test_what_worries_twice_running_says_so(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    file(report_of(before, "12.1"), cast)
    file(report_of(period, "12.1"), cast)
    assert "连续两期「进展滞后」" in page(login(cast.slj_coordinator), address(period))


@pytest.fixture
def before(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """2026H1, with 12.1 and 14.1 filed in it."""
    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    for code in ("12.1", "14.1"):
        filed(report_of(earlier, code), cast, progress="完成改造 6.1 公里，更换水表 1,200 只。")
    return earlier


def concerns(html: str) -> dict[str, int]:
    """How many there are of each concern."""
    found = re.findall(r'\?status=\w+">(\w+) <b class="num">(\d+)</b>', html)
    return {label: int(count) for label, count in found}


@pytest.mark.parametrize(
    ("text", "state", "unchanged"),
    [
        ("完成改造 6.1 公里，更换水表 1,200 只。", "on_track", True),
        ("完成改造６.１公里；更换水表 1200 只", "on_track", True),
        ("完成改造 61 公里，更换水表 1,200 只。", "on_track", False),
        ("完成改造 6.1 公里，更换水表 1,200 只。", "standing", False),
        ("完成改造 6.1 公里，更换水表 1,200 只。", "done", False),
    ],
    ids=["the very same", "other punctuation", "another number", "standing", "done"],
)
def test_the_same_text_twice_is_a_concern_where_something_should_have_moved(
    before: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login,
    text: str, state: str, unchanged: bool,
) -> None:  # fmt: skip
    report = filed(report_of(period, "12.1"), cast, progress=text, state=state)
    client = login(cast.slj_coordinator)
    html = page(client, address(period))
    assert ("已报送，文字与上期相同" in html) is unchanged
    assert concerns(html) == ({"两期未变": 1} if unchanged else {})
    listed = page(client, address(period, "list/?status=unchanged"))
    assert (f'id="report-{report.pk}"' in listed) is unchanged
    assert "两期未变：本期和上期报送的进展情况文字相同" in listed


def test_what_was_never_filed_or_is_back_with_its_lead_is_not_compared(
    before: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    text = "完成改造 6.1 公里，更换水表 1,200 只。"
    submitted(report_of(period, "14.1"), cast.cgj_reporter, progress=text)
    report = filed(report_of(period, "12.1"), cast, progress=text)
    return_report(report=report, by=cast.slj_coordinator, comment="请更新。")
    assert concerns(page(login(cast.auditor), address(period))) == {"已退回未重报": 1}


def test_one_that_lags_and_says_the_same_is_one_line_with_both_reasons(
    before: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    text = "完成改造 6.1 公里，更换水表 1,200 只。"
    more = {"problems": "资金未到位。", "next_steps": "争取资金。"}
    filed(report_of(period, "12.1"), cast, progress=text, state="behind", **more)
    html = page(login(cast.auditor), address(period))
    assert concerns(html) == {"推进滞后": 1, "两期未变": 1}
    assert html.count("已报送，自评「进展滞后」，文字与上期相同") == 1


def test_home_and_overview_name_the_same(
    before: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login,
    now: time_machine.Traveller,
) -> None:  # fmt: skip
    filed(report_of(period, "12.1"), cast, progress="完成改造 6.1 公里，更换水表 1,200 只。")
    now.move_to(datetime.datetime(2027, 1, 16, 9, tzinfo=SHANGHAI))
    client = login(cast.slj_coordinator)
    seen = concerns(page(client, address(period)))
    assert seen == {"逾期未报": 52, "两期未变": 1}
    assert concerns(page(client, "/")) == seen
