"""The pages of 代录 and 免报."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from departments.models import User
from reports.actions.periods import close_period
from reports.models import Report, ReportEvent, ReportingPeriod
from reports.states import Status
from tests.cast import Cast, report_of
from tests.reports.steps import submitted

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast, settings: Settings, tmp_path: Any) -> Report:
    settings.MEDIA_ROOT = tmp_path
    return report_of(period, "12.1")


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "received_on": "2027-01-05",
        "letter_number": "万州城管函〔2027〕3号",
        "progress": "纸质件：完成改造 6.1 公里。",
        "state": "on_track",
        "completion": "６０%",
    }
    return {**values, **changes}


def send(client: Client, report: Report, **changes: Any) -> Any:
    return client.post(f"/reports/{report.pk}/paper/", typed(**changes))


def test_paper_is_recorded_with_its_scan(report: Report, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    assert client.get(f"/reports/{report.pk}/paper/").status_code == 200
    answer = send(client, report, scan=SimpleUploadedFile("来函.pdf", PDF))
    assert answer.status_code == 302
    report.refresh_from_db()
    assert report.status == Status.FILED
    assert report.offline
    assert report.filed_content["completion"] == 60
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "1月5日 收到纸质件" in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("received_on", "", "请填写收到纸质件的日期"),
        ("received_on", "2027-02-31", "日期应写作 2027-01-25"),
        ("received_on", "2027-01-06", "在今天之后"),
        ("received_on", "2020-01-01", "早于本期开放日期"),
        ("letter_number", "号" * 61, "发文字号最多 60 字"),
        ("progress", "\u200b\u200b", "请填写进展情况"),
        ("progress", "长" * 20_001, "最多 20000 字"),
        ("state", "", "请选择推进状态"),
        ("completion", "101", "0 到 100 之间"),
        ("completion", "1_0", "不是数字"),
        ("state", "behind", "请填写存在问题"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    report: Report, cast: Cast, login: Login, field: str, value: str, sentence: str
) -> None:
    answer = send(login(cast.slj_coordinator), report, **{field: value, "next_steps": "还在"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "还在" in page
    report.refresh_from_db()
    assert report.status == Status.BLANK


def test_a_scan_that_is_none_leaves_the_text_alone(
    report: Report, cast: Cast, login: Login
) -> None:
    scan = SimpleUploadedFile("来函.pdf", b"MZ\x90")
    answer = send(login(cast.slj_coordinator), report, scan=scan)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "来函.pdf" in page
    assert "纸质件：完成改造 6.1 公里。" in page


def test_recording_twice_is_a_conflict_that_says_so(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    send(client, report)
    again = send(client, report)
    assert again.status_code == 409
    assert "已报送" in again.content.decode()
    assert ReportEvent.objects.count() == 1
    assert client.get(f"/reports/{report.pk}/paper/").status_code == 409


def test_a_closed_half_year_takes_no_paper(report: Report, cast: Cast, login: Login) -> None:
    close_period(period=report.period)
    answer = send(login(cast.slj_coordinator), report)
    assert answer.status_code == 409
    assert "报告期已关闭" in answer.content.decode()
    assert "纸质件：完成改造 6.1 公里。" in answer.content.decode()


def test_the_departments_draft_is_not_on_the_page(report: Report, cast: Cast, login: Login) -> None:
    submitted(report, cast.cgj_reporter, progress="草稿里的话")
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/paper/").content.decode()
    assert "代录 · 12.1" in page
    assert "草稿里的话" not in page


def exempt(client: Client, report: Report, comment: str = "本期不涉及。", **data: str) -> Any:
    return client.post(f"/reports/{report.pk}/exemption/", {"comment": comment, **data})


def test_a_report_is_exempted_and_taken_back(report: Report, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    assert ">免报</button>" in client.get(f"/reports/{report.pk}/exemption/").content.decode()
    assert exempt(client, report).status_code == 302
    report.refresh_from_db()
    assert report.status == Status.EXEMPT
    assert ">恢复应报</button>" in client.get(f"/reports/{report.pk}/exemption/").content.decode()
    assert exempt(client, report, "", action="lift_exemption").status_code == 302
    report.refresh_from_db()
    assert report.status == Status.BLANK


def test_without_a_reason_it_is_not_exempted(report: Report, cast: Cast, login: Login) -> None:
    answer = exempt(login(cast.slj_coordinator), report, " \u200b")
    assert answer.status_code == 422
    assert "请写明「免报」的意见或理由" in answer.content.decode()


def test_the_second_click_does_not_take_the_exemption_back(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    exempt(client, report, action="exempt")
    again = exempt(client, report, action="exempt")
    assert again.status_code == 409
    assert "本期不涉及。" in again.content.decode()
    report.refresh_from_db()
    assert report.status == Status.EXEMPT
