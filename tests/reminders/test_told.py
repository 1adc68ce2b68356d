"""办理过程 says who was reminded and urged, and whether it arrived."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.actions.urging import record_call, urge
from reports.models import Delivery, Report, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.reminders.worker import drain
from reports.selectors.timeline import Line, timeline_of
from tests.cast import Cast, person, report_of
from tests.conftest import NOW
from tests.reminders.smtp import Post
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
TUESDAY = at("2027-01-12T09:05")


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return Report.objects.select_related("period__plan").get(pk=report_of(period, "12.1").pk)


def told(report: Report, user: User) -> list[tuple[str, str, str]]:
    return [
        (line.title, line.who, line.told) for line in timeline_of(report, user) if line.told
    ]  # fmt: skip


def test_every_round_of_reminders_is_a_line_with_its_fate(
    report: Report, cast: Cast, post: Post
) -> None:
    post.on_rcpt = lambda address: "550 no" if address.startswith("cgj_colleague") else None
    tick(TUESDAY)
    drain(lambda: TUESDAY)
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.auditor):
        assert told(report, user) == [
            ("报送提醒（截止前 3 天）", "cgj reporter、cgj colleague",
             "2 人：站内 2，邮件已发 1，邮件失败 1"),
        ]  # fmt: skip
    assert told(report, cast.zjw_reporter) == []


def test_a_step_of_urging_is_a_line_with_words_and_fate(report: Report, cast: Cast) -> None:
    by, body = cast.slj_coordinator, report.department
    urge(period=report.period, departments=[body], by=by, text="请抓紧。")
    record_call(
        period=report.period, department=body, by=by, at=NOW, spoke_with="李主任", answer="周五报。"
    )
    lines = {line.title: line for line in timeline_of(report, cast.cgj_approver)}
    pressed, called = lines["催办"], lines["电话催办"]
    assert (pressed.who, pressed.comment) == ("区水利局 slj coordinator", "请抓紧。")
    assert pressed.told == "2 人：站内 2，邮件待发 2"
    assert called.comment == "与李主任通话，答复：周五报。"
    assert "催办" not in {line.title for line in timeline_of(report, cast.zjw_reporter)}


def test_what_receivers_are_reminded_of_is_theirs(report: Report, cast: Cast, now: object) -> None:
    from tests.reports.steps import filed

    filed(report, cast)
    later = NOW + datetime.timedelta(days=14)
    tick(later)
    seen = Report.objects.select_related("period__plan").get(pk=report.pk)
    title = "审核提醒（每周再提醒）"
    assert title in {line for line, _, _ in told(seen, cast.slj_coordinator)}
    assert title not in {line for line, _, _ in told(seen, cast.cgj_reporter)}


def test_what_waits_for_a_human_or_was_overtaken_is_not_said_to_have_arrived(
    report: Report, cast: Cast
) -> None:
    tick(at("2026-12-01T12:00"))
    Delivery.objects.all().delete()
    tick(TUESDAY)
    titles = {title: fate for title, _, fate in told(report, cast.cgj_reporter)}
    assert titles["报送提醒（截止前 3 天）"] == "2 人：邮件待放行 2"
    assert "报送提醒（截止前 7 天）" not in titles


def test_many_people_are_shortened_and_cost_no_more_queries(report: Report, cast: Cast) -> None:
    def lines() -> tuple[list[Line], int]:
        with CaptureQueriesContext(connection) as caught:
            found = timeline_of(report, cast.slj_coordinator)
        return found, len(caught)

    tick(NOW)
    urge(period=report.period, departments=[report.department], by=cast.slj_coordinator)
    lines()
    _, few = lines()
    for number in range(5):
        person(f"clerk{number}", "reporter", "cgj")
    for day in ("08", "12", "14"):
        tick(at(f"2027-01-{day}T09:05"))
    found, many = lines()
    assert many == few
    reminder = next(line for line in found if line.title == "报送提醒（截止前 1 天）")
    assert reminder.who.endswith("等 7 人")
    assert Kind.FILE.label == "报送提醒"
