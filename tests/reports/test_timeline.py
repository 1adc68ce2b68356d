"""办理过程: who sees which step and which words, and the texts side by side."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import User
from reports.actions.approval import approve_reports, send_back
from reports.actions.exemption import exempt_report
from reports.actions.extension_decisions import grant_unasked
from reports.actions.filing import submit_report, withdraw_report
from reports.actions.periods import open_period
from reports.actions.review import accept_report, give_opinion, receive_report, return_report
from reports.calendar import SHANGHAI, HalfYear
from reports.models import Report, ReportingPeriod
from reports.selectors.history import readable_texts
from reports.selectors.timeline import Line, timeline_of
from tests.cast import Cast, report_of
from tests.reports.steps import TEXT, filed, submitted

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
FIRST, SECOND = "第一稿的文字。", "第二稿的文字。"


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast, now: time_machine.Traveller) -> Report:
    """12.1: submitted, sent back, submitted again, filed, received; an hour between each."""
    report = report_of(period, "12.1")
    steps: list[Callable[[], Any]] = [
        lambda: submitted(report, cast.cgj_reporter, progress=FIRST),
        lambda: send_back(report=report, by=cast.cgj_approver, comment="内部的话：补里程"),
        lambda: submit_report(report=report, by=cast.cgj_reporter, content={"progress": SECOND}),
        lambda: approve_reports(reports=[report], by=cast.cgj_approver),
        lambda: receive_report(report=report, by=cast.slj_coordinator),
    ]
    for step in steps:
        now.shift(3600)
        step()
    now.shift(3600)
    return Report.objects.select_related("period__plan").get(pk=report.pk)


def titles(lines: list[Line]) -> list[str]:
    return [line.title for line in lines]


def test_the_opening_comes_first_and_every_step_follows(report: Report, cast: Cast) -> None:
    lines = timeline_of(report, cast.cgj_reporter)
    steps = ["开放填报", "提交审签", "退回修改", "提交审签", "同意报送", "签收"]
    assert titles(lines) == steps
    assert [line.who for line in lines[1:5]] == [
        "区城管局 填报员 cgj reporter",
        "区城管局 审签人 cgj approver",
        "区城管局 填报员 cgj reporter",
        "区城管局 审签人 cgj approver",
    ]
    assert lines[2].comment == "内部的话：补里程"
    assert lines[5].who == "区水利局 slj coordinator"


def test_a_changed_text_leads_to_what_changed(report: Report, cast: Cast) -> None:
    lines = timeline_of(report, cast.cgj_reporter)
    since = [line.since for line in lines]
    assert since[3] == lines[2].text
    assert [bool(one) for one in since] == [False, False, False, True, False, False]


def test_outsiders_read_no_text_that_was_never_filed(report: Report, cast: Cast) -> None:
    for person in (cast.slj_coordinator, cast.auditor, cast.zjw_reporter):
        texts = readable_texts(report, person)
        assert [text.snapshot["progress"] for text in texts] == [SECOND]
        readable = [line.title for line in timeline_of(report, person) if line.text]
        assert readable == ["同意报送"]
    lead = readable_texts(report, cast.cgj_reporter)
    assert [text.snapshot["progress"] for text in lead] == [FIRST, SECOND]


def test_what_was_said_inside_goes_out_with_the_filing(report: Report, cast: Cast) -> None:
    said = {line.comment for line in timeline_of(report, cast.slj_coordinator)}
    assert "内部的话：补里程" in said


def test_before_the_filing_it_stays_inside(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = submitted(report_of(period, "12.1"), cast.cgj_reporter, progress=FIRST)
    send_back(report=report, by=cast.cgj_approver, comment="内部的话：补里程")
    lines = timeline_of(report, cast.slj_coordinator)
    assert titles(lines) == ["开放填报", "提交审签", "退回修改"]
    assert not any(line.comment or line.text for line in lines)
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/").content.decode()
    assert "内部的话" not in page
    assert FIRST not in page


def test_after_a_return_the_new_inner_words_stay_inside(report: Report, cast: Cast) -> None:
    return_report(report=report, by=cast.slj_coordinator, comment="请补充")
    submit_report(report=report, by=cast.cgj_reporter, content={"progress": "第三稿。"})
    send_back(report=report, by=cast.cgj_approver, comment="还没好")
    said = {line.comment for line in timeline_of(report, cast.slj_coordinator)}
    assert "请补充" in said
    assert "还没好" not in said
    texts = readable_texts(report, cast.slj_coordinator)
    assert [text.snapshot["progress"] for text in texts] == [SECOND]


def test_an_exemption_shows_its_reason_and_no_draft(period: ReportingPeriod, cast: Cast) -> None:
    report = submitted(report_of(period, "12.1"), cast.cgj_reporter, progress=FIRST)
    withdraw_report(report=report, by=cast.cgj_reporter)
    exempt_report(report=report, by=cast.slj_coordinator, reason="本期不涉及。")
    report = report_of(period, "12.1")
    last = timeline_of(report, cast.fgw_coordinator)[-1]
    assert (last.title, last.comment, last.text) == ("免报", "本期不涉及。", None)


def test_others_who_take_part_see_that_it_was_filed_and_received(
    report: Report, cast: Cast
) -> None:
    accept_report(report=report, by=cast.slj_coordinator, assessed_state="behind", comment="须加快")
    give_opinion(report=report, by=cast.fgw_coordinator, comment="会签的话")
    lines = timeline_of(report, cast.zjw_reporter)
    assert titles(lines) == ["开放填报", "同意报送", "签收"]
    assert not any(line.comment for line in lines)


def test_acceptance_opinion_and_assessment_are_told(report: Report, cast: Cast) -> None:
    give_opinion(report=report, by=cast.fgw_coordinator, comment="会签的话")
    accept_report(
        report=report, by=cast.slj_coordinator, assessed_state="far_behind", comment="须加快"
    )
    lines = timeline_of(report, cast.cgj_reporter)[-2:]
    assert {(line.title, line.comment) for line in lines} == {
        ("会签意见", "会签的话"),
        ("审核通过（核定：严重滞后）", "须加快"),
    }


def test_an_extension_has_its_line(period: ReportingPeriod, cast: Cast) -> None:
    report = report_of(period, "12.1")
    grant_unasked(
        period=period,
        department=report.department,
        by=cast.slj_coordinator,
        granted_on=datetime.date(2027, 1, 20),
        reason="验收推迟。",
    )
    assert "同意延期至1月20日" in titles(timeline_of(report, cast.cgj_reporter))


def test_the_first_line_is_the_opening_though_the_half_year_was_opened_anew(
    report: Report, cast: Cast
) -> None:
    opened = datetime.datetime(2030, 1, 1, tzinfo=SHANGHAI)
    report.period.events.create(kind="reopened", at=opened, comment="补报")
    lines = timeline_of(report, cast.cgj_reporter)
    assert lines[0].title == "开放填报"
    assert (lines[-1].title, lines[-1].comment) == ("重新开放", "补报")


# Texts side by side


def test_any_two_texts_are_compared(report: Report, cast: Cast, login: Login) -> None:
    first, second = readable_texts(report, cast.cgj_reporter)
    client = login(cast.cgj_reporter)
    page = client.get(f"/reports/{report.pk}/compare/?a={first.key}&b={second.key}")
    text = page.content.decode()
    assert '<del><span class="sr">删去：</span>一</del>' in text
    assert '<ins><span class="sr">新增：</span>二</ins>' in text


def test_last_half_years_text_can_be_chosen_too(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    filed(report_of(earlier, "12.1"), cast, progress=FIRST)
    report = filed(report_of(period, "12.1"), cast, progress=SECOND)
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/compare/").content.decode()
    assert "2026年上半年报送" in page
    assert '<ins><span class="sr">新增：</span>二</ins>' in page


@pytest.mark.parametrize("key", ["x", "0", "99999999999999999999"])
def test_a_text_that_is_not_there_is_not_found(
    report: Report, cast: Cast, login: Login, key: str
) -> None:
    answer = login(cast.cgj_reporter).get(f"/reports/{report.pk}/compare/?a={key}")
    assert answer.status_code == 404


def test_an_inner_text_is_not_found_by_outsiders(report: Report, cast: Cast, login: Login) -> None:
    inner = readable_texts(report, cast.cgj_reporter)[0].key
    answer = login(cast.slj_coordinator).get(f"/reports/{report.pk}/compare/?a={inner}")
    assert answer.status_code == 404


def test_without_any_text_the_page_says_so(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/compare/")
    assert "还没有可以对照的文字" in page.content.decode()


def test_the_number_of_queries_does_not_grow(
    report: Report, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def read(most: int) -> int:
        anew = Report.objects.select_related("period__plan", "filed_event").get(pk=report.pk)
        with django_assert_max_num_queries(most) as queries:
            timeline_of(anew, cast.slj_coordinator)
        return len(queries)

    read(20)
    few = read(20)
    for _ in range(3):
        return_report(report=report, by=cast.slj_coordinator, comment="请补充")
        filed(report, cast, progress=TEXT["progress"])
        receive_report(report=report, by=cast.slj_coordinator)
    assert read(20) == few
