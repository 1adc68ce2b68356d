"""The reviewer is told where a text says what it said half a year ago, and how nearly."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.models import User
from reports.actions.approval import approve_reports
from reports.actions.filing import submit_report, submit_unchanged
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.likeness import likeness
from reports.models import Report, ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
TEXT = "完成老城区供水管网改造，更换智能水表，修复漏点 47 处，漏损率降至 9.6%，整改到位。"


@pytest.fixture
def before(period: ReportingPeriod, cast: Cast) -> Report:
    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    return filed(report_of(earlier, "12.1"), cast, progress=TEXT)


def reviewed(report: Report, client: Client) -> str:
    return client.get(f"/reports/{report.pk}/").content.decode()


def flag(words: str) -> str:
    return f'<strong class="repeated">{words}</strong>'


def test_the_same_text_is_flagged_as_the_same(
    before: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast, progress=TEXT.replace("，", "；"))
    assert flag("与2026年上半年相同") in reviewed(report, login(cast.slj_coordinator))


def test_nearly_the_same_is_flagged_with_how_nearly(
    before: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    text = TEXT.replace("47", "52")
    report = filed(report_of(period, "12.1"), cast, progress=text)
    percent = likeness(TEXT, text)
    assert 90 <= percent < 100
    html = reviewed(report, login(cast.slj_coordinator))
    assert flag(f"与2026年上半年 {percent}% 相同") in html


def test_a_text_of_its_own_is_not_flagged(
    before: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast, progress="建成分区计量 14 个，全部并网。")
    assert "repeated" not in reviewed(report, login(cast.slj_coordinator))


def test_no_new_change_says_so_itself_and_is_not_flagged(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for half_year in (HalfYear(2025, 2), HalfYear(2026, 1)):
        old, _ = open_period(plan=period.plan, half_year=half_year)
        filed(report_of(old, "12.1"), cast, state="standing", completion=None,
              progress="本期无新变化。")  # fmt: skip
    report = report_of(period, "12.1")
    submit_unchanged(report=report, by=cast.cgj_reporter)
    approve_reports(reports=[report], by=cast.cgj_approver)
    html = reviewed(report, login(cast.slj_coordinator))
    assert "本期无新变化" in html
    assert "repeated" not in html


def test_what_is_not_filed_yet_tells_the_reviewer_nothing(
    before: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    content = {"progress": TEXT, "state": "on_track", "completion": 60}
    submit_report(report=report, by=cast.cgj_reporter, content=content)
    assert "repeated" not in reviewed(report, login(cast.slj_coordinator))


def test_the_lead_is_not_flagged_on_its_own_page(
    before: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast, progress=TEXT)
    assert "repeated" not in reviewed(report, login(cast.cgj_reporter))
