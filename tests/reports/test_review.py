"""The receivers' side: receipt, opinion, acceptance, return, and their page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.attachments import attach_file
from reports.actions.filing import ask_return
from reports.actions.periods import open_period
from reports.actions.review import (
    accept_report,
    decline_return,
    give_opinion,
    receive_report,
    receive_reports,
    return_report,
)
from reports.calendar import HalfYear
from reports.models import Attachment, Receipt, Report, ReportEvent, ReportingPeriod
from reports.states import Status
from tests.cast import Cast, report_of
from tests.reports.steps import TEXT, filed, submitted

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return filed(report_of(period, "12.1"), cast)


def decide(client: Client, report: Report, action: str, **data: str) -> Any:
    given = {"action": action, "version": str(report.version), **data}
    return client.post(f"/reports/{report.pk}/decide/", given)


def test_accepting_keeps_the_assessed_state(report: Report, cast: Cast) -> None:
    done = accept_report(report=report, by=cast.slj_coordinator, assessed_state="far_behind")
    assert done.status == Status.ACCEPTED
    assert done.get_assessed_state_display() == "严重滞后"
    with pytest.raises(DomainError, match="核定状态"):
        accept_report(report=report, by=cast.slj_coordinator, assessed_state="splendid")


def test_each_receiver_signs_once_for_each_filing(report: Report, cast: Cast) -> None:
    assert receive_report(report=report, by=cast.slj_coordinator)
    assert not receive_report(report=report, by=cast.slj_coordinator)
    assert receive_report(report=report, by=cast.fgw_coordinator)
    assert Receipt.objects.count() == 2
    return_report(report=report, by=cast.slj_coordinator, comment="请补充里程")
    again = filed(report, cast)
    assert receive_report(report=again, by=cast.slj_coordinator)
    assert Receipt.objects.count() == 3


def test_a_receiver_signs_for_its_own_house_too(period: ReportingPeriod, cast: Cast) -> None:
    report = submitted(report_of(period, "1.1"), cast.slj_reporter)
    from reports.actions.approval import approve_reports

    approve_reports(reports=[report], by=cast.slj_approver)
    assert receive_report(report=report, by=cast.slj_coordinator)
    with pytest.raises(NotAllowed):
        accept_report(report=report, by=cast.slj_coordinator, assessed_state="on_track")


def test_several_are_received_at_once_and_what_moved_on_is_passed_over(
    report: Report, period: ReportingPeriod, cast: Cast
) -> None:
    other = filed(report_of(period, "11.1"), cast)
    unfiled = report_of(period, "13.1")
    assert receive_reports(reports=[report, other, unfiled], by=cast.fgw_coordinator) == 2
    assert receive_reports(reports=[report, other, unfiled], by=cast.fgw_coordinator) == 0


def test_a_receipt_leaves_the_page_of_the_other_reviewer_fresh(report: Report, cast: Cast) -> None:
    seen = report.version
    receive_report(report=report, by=cast.fgw_coordinator)
    by = cast.slj_coordinator
    done = accept_report(report=report, by=by, assessed_state="on_track", version=seen)
    assert done.status == Status.ACCEPTED


def test_the_second_of_two_reviewers_is_told(report: Report, cast: Cast) -> None:
    seen = report.version
    accept_report(report=report, by=cast.slj_coordinator, assessed_state="on_track", version=seen)
    with pytest.raises(Conflict, match="他人修改"):
        return_report(report=report, by=cast.slj_coordinator, comment="补", version=seen)


def test_the_same_opinion_twice_is_one(report: Report, cast: Cast) -> None:
    give_opinion(report=report, by=cast.fgw_coordinator, comment="同意。")
    give_opinion(report=report, by=cast.fgw_coordinator, comment="同意。 ")
    assert ReportEvent.objects.filter(action="opine").count() == 1
    give_opinion(report=report, by=cast.fgw_coordinator, comment="另请核对漏损率。")
    assert ReportEvent.objects.filter(action="opine").count() == 2


def test_a_request_for_return_is_answered_once(report: Report, cast: Cast) -> None:
    with pytest.raises(Conflict, match="没有申请"):
        decline_return(report=report, by=cast.slj_coordinator, comment="不必。")
    ask_return(report=report, by=cast.cgj_reporter, reason="数据有误。")
    with pytest.raises(Conflict, match="已经申请"):
        ask_return(report=report, by=cast.cgj_reporter, reason="数据有误。")
    declined = decline_return(report=report, by=cast.slj_coordinator, comment="不影响汇总。")
    assert declined.return_asked_at is None
    ask_return(report=report, by=cast.cgj_reporter, reason="确有误。")
    back = return_report(report=report, by=cast.slj_coordinator, comment="请更正。")
    assert back.return_asked_at is None


# The page


def test_the_page_marks_what_changed_since_last_half_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    filed(report_of(earlier, "12.1"), cast, progress="完成管网改造 8.4 公里。", completion=45)
    report = filed(report_of(period, "12.1"), cast, progress="完成管网改造 6.1 公里。")
    client = login(cast.slj_coordinator)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert '<del><span class="sr">删去：</span>8.4</del>' in page
    assert "60% <span" in page
    assert "（2026年上半年 45%）" in page
    plain = client.get(f"/reports/{report.pk}/?text=none").content.decode()
    assert "<del>" not in plain
    assert "完成管网改造 6.1 公里。" in plain


def test_what_was_refiled_is_compared_with_what_was_returned(
    report: Report, cast: Cast, login: Login
) -> None:
    return_report(report=report, by=cast.slj_coordinator, comment="请补充验收情况")
    filed(report, cast, progress=TEXT["progress"] + "已验收。")
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/").content.decode()
    assert "与退回前对照" in page
    assert '<ins><span class="sr">新增：</span>已验收。</ins>' in page


def test_the_files_are_checked_against_their_hash(
    period: ReportingPeriod, cast: Cast, login: Login, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = report_of(period, "12.1")
    pdf = SimpleUploadedFile("验收表.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    attach_file(owner=report, by=cast.cgj_reporter, upload=pdf)
    filed(report, cast)
    client = login(cast.slj_coordinator)
    assert "完整性校验通过" in client.get(f"/reports/{report.pk}/").content.decode()
    (tmp_path / Attachment.objects.get().stored.name).write_bytes(b"%PDF-1.4 changed")
    assert "完整性校验未通过" in client.get(f"/reports/{report.pk}/").content.decode()


def test_accepting_on_the_page_goes_on_to_the_next_of_the_queue(
    report: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    other = filed(report_of(period, "13.1"), cast)
    client = login(cast.slj_coordinator)
    one = decide(client, report, "accept", assessed_state="on_track", queue="1")
    other_page = f"/reports/{other.pk}/?queue=1&show=waiting"
    assert one.url == other_page
    other.refresh_from_db()
    two = decide(client, other, "accept", assessed_state="on_track", queue="1")
    assert two.url == "/review/?queue=1&show=waiting"


def test_after_the_last_of_the_queue_comes_the_first_that_is_left(
    report: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    first = filed(report_of(period, "11.1"), cast)
    answer = decide(login(cast.slj_coordinator), report, "return", comment="请补充里程", queue="1")
    assert answer.url == f"/reports/{first.pk}/?queue=1&show=waiting"


def test_the_next_one_is_of_the_same_filter(
    report: Report, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    from reports.actions.approval import approve_reports

    strange = submitted(report_of(period, "11.2"), cast.zjw_reporter)
    approve_reports(reports=[strange], by=cast.zjw_approver)
    other = filed(report_of(period, "13.1"), cast)
    answer = decide(
        login(cast.slj_coordinator),
        report,
        "accept",
        assessed_state="on_track",
        queue="1",
        department="cgj",
    )
    assert answer.url == f"/reports/{other.pk}/?queue=1&show=waiting&department=cgj"


def test_a_conflict_names_who_was_faster_and_keeps_what_was_typed(
    report: Report, cast: Cast, login: Login
) -> None:
    from tests.cast import person

    colleague = person("slj_colleague", "coordinator", "slj")
    return_report(report=report, by=colleague, comment="请补充里程")
    answer = decide(
        login(cast.slj_coordinator),
        report,
        "accept",
        assessed_state="behind",
        comment="我的意见还在",
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "slj colleague 退回补正" in page
    assert "请补充里程" in page


def test_a_stale_version_is_a_conflict_that_keeps_the_choice(
    report: Report, cast: Cast, login: Login
) -> None:
    stale = report.version
    give_opinion(report=report, by=cast.fgw_coordinator, comment="请核对漏损率。")
    answer = decide(
        login(cast.slj_coordinator),
        report,
        "accept",
        version=str(stale),
        assessed_state="behind",
        comment="我的意见还在",
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "我的意见还在" in page
    assert '<option value="behind" selected>' in page
    assert "请核对漏损率。" in page


def test_the_second_of_two_clicks_goes_on_as_the_first(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    first = decide(client, report, "accept", assessed_state="on_track", queue="1")
    second = decide(client, report, "accept", assessed_state="on_track", queue="1")
    assert (first.status_code, second.status_code) == (302, 302)
    assert ReportEvent.objects.filter(action="accept").count() == 1


def test_returning_without_a_word_keeps_the_page(report: Report, cast: Cast, login: Login) -> None:
    answer = decide(login(cast.slj_coordinator), report, "return", assessed_state="behind")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写明「退回补正」的意见或理由" in page
    assert '<option value="behind" selected>' in page


@pytest.mark.parametrize("action", ["", "explode", "submit", "approve"])
def test_a_button_that_the_page_does_not_have_is_refused(
    report: Report, cast: Cast, login: Login, action: str
) -> None:
    answer = decide(login(cast.slj_coordinator), report, action)
    assert answer.status_code == 422


def test_the_other_receiver_reads_the_same_page_with_opinion_and_receipt_only(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.fgw_coordinator)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert TEXT["progress"] in page
    assert ">会签意见</button>" in page
    assert ">签收</button>" in page
    assert "审核通过" not in page
    assert "退回补正" not in page
    assert decide(client, report, "accept", assessed_state="on_track").status_code == 403
    assert decide(client, report, "opine", comment="同意。").status_code == 302


def test_before_it_is_filed_the_page_tells_the_status_only(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = submitted(report_of(period, "12.1"), cast.cgj_reporter)
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/").content.decode()
    assert "待审签" in page
    assert TEXT["progress"] not in page
    assert ">代录</a>" in page
    assert ">免报</a>" in page


def test_the_department_sees_both_receipts(report: Report, cast: Cast, login: Login) -> None:
    receive_report(report=report, by=cast.slj_coordinator)
    page = login(cast.cgj_reporter).get(f"/reports/{report.pk}/").content.decode()
    assert "区水利局 ✓ 1月5日 10:00 slj coordinator" in page
    assert "区发展改革委 待签收" in page


def test_a_request_for_return_is_answered_on_the_page(
    report: Report, cast: Cast, login: Login
) -> None:
    ask_return(report=report, by=cast.cgj_reporter, reason="里程算错了。")
    report.refresh_from_db()
    client = login(cast.slj_coordinator)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "里程算错了。" in page
    assert ">不同意退回</button>" in page
    assert decide(client, report, "decline_return").status_code == 422
    assert decide(client, report, "decline_return", comment="不影响汇总。").status_code == 302
    assert "不影响汇总。" in login(cast.cgj_reporter).get(f"/reports/{report.pk}/").content.decode()


def test_who_may_not_know_of_it_finds_nothing(report: Report, cast: Cast, login: Login) -> None:
    for person in (cast.outsider, cast.admin):
        assert decide(login(person), report, "accept").status_code == 404
    for person in (cast.cgj_reporter, cast.auditor):
        assert decide(login(person), report, "accept", assessed_state="done").status_code == 403
