"""What waits for a signature: read, send back, sign one, several or all."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Membership, User
from reports.actions.approval import approve_reports, send_back, sentence_of
from reports.actions.filing import submit_report, withdraw_report
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import Report, ReportEvent, ReportingPeriod, Submission
from reports.selectors.approval import awaiting_signature
from reports.states import Status
from tests.cast import SINCE, Cast, report_of
from tests.reports.second_plan import beside
from tests.reports.steps import TEXT, filed, submitted

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
CITY = ("2.4", "11.1", "12.1", "13.1", "14.1", "20.4", "20.5", "21.2")


@pytest.fixture
def waiting(period: ReportingPeriod, cast: Cast) -> list[Report]:
    """Eight reports of 区城管局 before their approver."""
    reports = [report_of(period, code) for code in CITY]
    return [submitted(report, cast.cgj_reporter) for report in reports]


def sign(client: Client, reports: list[Report], **data: str) -> Any:
    return client.post("/approvals/sign/", {"report": [row.pk for row in reports], **data})


def test_one_signature_sends_one_submission(waiting: list[Report], cast: Cast) -> None:
    submission, batch = approve_reports(
        reports=waiting, by=cast.cgj_approver, letter_number=" 万州城管函〔2027〕3号 "
    )
    assert len(batch.done) == len(CITY)
    assert submission.letter_number == "万州城管函〔2027〕3号"
    assert set(submission.reports.values_list("status", flat=True)) == {Status.FILED}
    assert submission.events.count() == len(CITY)


def test_what_moved_on_meanwhile_is_left_out_and_named(waiting: list[Report], cast: Cast) -> None:
    withdraw_report(report=waiting[2], by=cast.cgj_reporter)
    send_back(report=waiting[3], by=cast.cgj_approver, comment="补数据")
    submission, batch = approve_reports(reports=waiting, by=cast.cgj_approver)
    assert sentence_of(batch) == (
        "已报送 6 项；1 项已被撤回，未报送（12.1）；1 项已退回修改，未报送（13.1）"
    )
    assert submission.reports.count() == 6


def test_where_nothing_is_left_to_send_nothing_is_written(
    waiting: list[Report], cast: Cast
) -> None:
    for report in waiting:
        withdraw_report(report=report, by=cast.cgj_reporter)
    with pytest.raises(Conflict, match="已被撤回"):
        approve_reports(reports=waiting, by=cast.cgj_approver)
    assert not Submission.objects.exists()


def test_reports_of_two_departments_are_no_submission(waiting: list[Report], cast: Cast) -> None:
    other = submitted(report_of(waiting[0].period, "11.2"), cast.zjw_reporter)
    with pytest.raises(DomainError, match="同一单位"):
        approve_reports(reports=[*waiting, other], by=cast.cgj_approver)


def test_a_number_that_is_none_is_refused(waiting: list[Report], cast: Cast) -> None:
    with pytest.raises(DomainError, match="发文字号"):
        approve_reports(reports=waiting, by=cast.cgj_approver, letter_number="号" * 61)


def test_nobody_signs_what_he_submitted_himself(period: ReportingPeriod, cast: Cast) -> None:
    Membership.objects.create(
        user=cast.cgj_approver,
        department=report_of(period, "12.1").department,
        role="reporter",
        since=SINCE,
    )
    own = submitted(report_of(period, "12.1"), cast.cgj_approver)
    with pytest.raises(NotAllowed, match="本人提交"):
        approve_reports(reports=[own], by=cast.cgj_approver)
    other = submitted(report_of(period, "11.1"), cast.cgj_reporter)
    _, batch = approve_reports(reports=[own, other], by=cast.cgj_approver)
    assert sentence_of(batch).startswith("已报送 1 项；1 项由您本人提交")


def test_sending_back_needs_a_word(waiting: list[Report], cast: Cast) -> None:
    with pytest.raises(DomainError, match="意见"):
        send_back(report=waiting[0], by=cast.cgj_approver, comment=" ")
    back = send_back(report=waiting[0], by=cast.cgj_approver, comment="补充\x00里程\u202e")
    assert back.status == Status.DRAFT
    assert back.sent_back == "补充里程"


# The page


def test_the_page_shows_what_changed_since_last_half_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    filed(report_of(earlier, "12.1"), cast, progress="完成管网改造 8.4 公里。")
    submitted(report_of(period, "12.1"), cast.cgj_reporter, progress="完成管网改造 6.1 公里。")
    page = login(cast.cgj_approver).get("/approvals/").content.decode()
    assert "与上期（2026年上半年）对照" in page
    assert '<del><span class="sr">删去：</span>8.4</del>' in page
    assert '<ins><span class="sr">新增：</span>6.1</ins>' in page


def test_the_page_shows_what_changed_since_it_was_sent_back(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    send_back(report=waiting[0], by=cast.cgj_approver, comment="请补充里程")
    submit_report(
        report=waiting[0],
        by=cast.cgj_reporter,
        content={"progress": TEXT["progress"] + "另验收 3 处。"},
    )
    page = login(cast.cgj_approver).get("/approvals/").content.decode()
    assert "请补充里程" in page
    assert '<ins><span class="sr">新增：</span>另验收 3 处。</ins>' in page


def test_the_page_sends_all_that_is_ticked(waiting: list[Report], cast: Cast, login: Login) -> None:
    answer = sign(login(cast.cgj_approver), waiting, letter_number="万州城管函〔2027〕3号")
    submission = Submission.objects.get()
    assert answer.status_code == 302
    assert answer.url == f"/submissions/{submission.pk}/"
    page = login(cast.cgj_approver).get(answer.url).content.decode()
    assert "万州城管函〔2027〕3号" in page


def test_the_second_of_two_clicks_finds_the_submission(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_approver)
    first, second = sign(client, waiting), sign(client, waiting)
    assert second.status_code == 302
    assert first.url == second.url
    assert Submission.objects.count() == 1


def test_what_was_typed_stays_where_nothing_could_be_sent(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    withdraw_report(report=waiting[0], by=cast.cgj_reporter)
    answer = sign(login(cast.cgj_approver), waiting[:1], letter_number="万州城管函〔2027〕3号")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "已被撤回" in page
    assert 'value="万州城管函〔2027〕3号"' in page


def test_without_a_tick_the_page_says_so(waiting: list[Report], cast: Cast, login: Login) -> None:
    answer = sign(login(cast.cgj_approver), [])
    assert answer.status_code == 422
    assert "至少选择一项" in answer.content.decode()


def test_another_departments_report_is_not_there(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    assert sign(login(cast.zjw_approver), waiting).status_code == 404
    assert login(cast.zjw_approver).post(f"/reports/{waiting[0].pk}/send-back/").status_code == 404
    for box in ("x", "²", "9" * 40, "-1"):
        answer = login(cast.cgj_approver).post("/approvals/sign/", {"report": box})
        assert answer.status_code == 422


def test_a_reporter_neither_signs_nor_sends_back(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    assert sign(client, waiting).status_code == 403
    back = client.post(f"/reports/{waiting[0].pk}/send-back/", {"comment": "补"})
    assert back.status_code == 403
    assert client.get("/approvals/").status_code == 403


def test_sending_back_without_a_word_keeps_the_page(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_approver)
    answer = client.post(f"/reports/{waiting[0].pk}/send-back/", {"comment": ""})
    assert answer.status_code == 422
    assert "请写明「退回修改」的意见或理由" in answer.content.decode()
    long = client.post(f"/reports/{waiting[0].pk}/send-back/", {"comment": "补" * 20_001})
    assert long.status_code in {400, 422}
    assert ReportEvent.objects.filter(action="send_back").count() == 0


def test_a_reports_own_page_lets_its_approver_sign_and_send_back(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_approver)
    page = client.get(f"/reports/{waiting[0].pk}/").content.decode()
    assert ">同意报送</button>" in page
    assert ">退回修改</button>" in page
    answer = client.post(f"/reports/{waiting[0].pk}/send-back/", {"comment": "  ", "single": "1"})
    assert answer.status_code == 422
    assert ">同意报送</button>" in answer.content.decode()
    assert sign(client, waiting[:1], single="1").status_code == 302


def test_the_number_of_queries_does_not_grow(
    waiting: list[Report],
    cast: Cast,
    login: Login,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = login(cast.cgj_approver)
    client.get("/approvals/")
    with django_assert_max_num_queries(60) as many:
        client.get("/approvals/")
    for report in waiting[1:]:
        withdraw_report(report=report, by=cast.cgj_reporter)
    with django_assert_max_num_queries(60) as one:
        client.get("/approvals/")
    assert len(one) == len(many)


def test_reports_of_two_plans_are_two_groups_each_with_its_signature(
    waiting: list[Report], cast: Cast, login: Login
) -> None:
    other = beside(waiting[0].department).reports.get(department__code="cgj")
    submitted(other, cast.cgj_reporter)
    groups = awaiting_signature(cast.cgj_approver, datetime.date(2027, 1, 5))
    assert [(group.plan, len(group.rows)) for group in groups] == [
        (waiting[0].period.plan.title, len(CITY)),
        ("开州区节水行动实施方案", 1),
    ]
    client = login(cast.cgj_approver)
    assert "2026年下半年 · 开州区节水行动实施方案" in client.get("/approvals/").content.decode()
    for group in groups:
        assert sign(client, [row.report for row in group.rows]).status_code == 302
    assert Submission.objects.count() == 2


def test_where_one_plan_waits_it_is_not_named(waiting: list[Report], cast: Cast) -> None:
    (group,) = awaiting_signature(cast.cgj_approver, datetime.date(2027, 1, 5))
    assert group.plan == ""
