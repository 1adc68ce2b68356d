"""Saving and submitting one report through its page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.models import User
from reports.models import Attachment, Report, ReportEvent, ReportingPeriod, ReportRevision
from reports.states import Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def typed(report: Report, **changes: str) -> dict[str, Any]:
    """The form as a clerk sends it."""
    report.refresh_from_db()
    values = {
        "version": str(report.version),
        "progress": "本半年完成老城区供水管网改造 6.1 公里。",
        "state": "on_track",
        "completion": "60",
        "problems": "",
        "coordination": "",
        "next_steps": "",
    }
    return {**values, **changes}


def save(client: Client, report: Report, **changes: str) -> Any:
    return client.post(f"/reports/{report.pk}/save/", typed(report, **changes))


def test_a_draft_is_saved_and_shown_again(report: Report, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    assert save(client, report, save="1").status_code == 302
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "老城区供水管网改造 6.1 公里" in page
    report.refresh_from_db()
    assert report.status == Status.DRAFT


def test_submitting_a_complete_report_sends_it_to_the_approver(
    report: Report, cast: Cast, login: Login
) -> None:
    assert save(login(cast.cgj_reporter), report, submit="1").status_code == 302
    report.refresh_from_db()
    assert report.status == Status.PENDING


def test_the_second_of_two_clicks_changes_nothing(report: Report, cast: Cast, login: Login) -> None:
    client, form = login(cast.cgj_reporter), typed(report, submit="1")
    for _ in range(2):
        assert client.post(f"/reports/{report.pk}/save/", form).status_code == 302
    assert ReportEvent.objects.count() == 1


def test_saving_the_same_text_twice_writes_one_revision(
    report: Report, cast: Cast, login: Login
) -> None:
    client, form = login(cast.cgj_reporter), typed(report, save="1")
    for _ in range(2):
        client.post(f"/reports/{report.pk}/save/", form)
    assert ReportRevision.objects.count() == 1


@pytest.mark.parametrize("rate", ["-1", "101", "NaN", "1_000", "1,0", "10.5", "1²", "十"])
def test_a_wrong_rate_is_refused_and_everything_typed_is_still_there(
    rate: str, report: Report, cast: Cast, login: Login
) -> None:
    answer = save(login(cast.cgj_reporter), report, completion=rate, save="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{rate}"' in page
    assert "老城区供水管网改造" in page
    assert "完成率应" in page or "不是数字" in page


def test_a_full_width_rate_is_taken(report: Report, cast: Cast, login: Login) -> None:
    save(login(cast.cgj_reporter), report, completion="１０", save="1")
    report.refresh_from_db()
    assert report.completion == 10


def test_a_text_over_the_limit_is_refused_and_still_there(
    report: Report, cast: Cast, login: Login
) -> None:
    answer = save(login(cast.cgj_reporter), report, progress="水" * 200_000, save="1")
    assert answer.status_code == 422
    assert "最多 20000 字" in answer.content.decode()
    assert "水" * 200_000 in answer.content.decode()


def test_control_and_bidi_characters_are_taken_out_and_said(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    save(client, report, progress="完成\x00改\x1b造\u202e", save="1")
    report.refresh_from_db()
    assert report.progress == "完成改造"
    assert "3 个看不见的控制字符" in client.get(f"/reports/{report.pk}/").content.decode()


def test_zero_width_text_counts_as_none(report: Report, cast: Cast, login: Login) -> None:
    answer = save(login(cast.cgj_reporter), report, progress="\u200b\u200b", submit="1")
    assert answer.status_code == 422
    assert "请填写进展情况" in answer.content.decode()


def test_an_incomplete_report_is_not_submitted_but_saved(
    report: Report, cast: Cast, login: Login
) -> None:
    answer = save(login(cast.cgj_reporter), report, state="behind", submit="1")
    assert answer.status_code == 422
    assert "请填写存在问题" in answer.content.decode()
    report.refresh_from_db()
    assert (report.status, report.state) == (Status.DRAFT, "behind")


def test_the_second_to_save_sees_both_texts_and_chooses(
    report: Report, cast: Cast, login: Login
) -> None:
    mine = typed(report, progress="我写的", save="1")
    save(login(cast.cgj_colleague), report, progress="同事写的", save="1")
    client = login(cast.cgj_reporter)
    clash = client.post(f"/reports/{report.pk}/save/", mine)
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "我写的" in page
    assert "同事写的" in page
    report.refresh_from_db()
    chosen = {**mine, "version": report.version, "keep_progress": "mine"}
    assert client.post(f"/reports/{report.pk}/merge/", chosen).status_code == 302
    report.refresh_from_db()
    assert report.progress == "我写的"
    texts = [row.snapshot["progress"] for row in report.revisions.all()]
    assert texts == ["同事写的", "我写的"]


def test_autosave_answers_with_the_new_version(report: Report, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    address = f"/reports/{report.pk}/save/"
    answer = client.post(address, typed(report), headers={"X-Background": "1"})
    report.refresh_from_db()
    assert answer.json()["versions"] == {"version": report.version}


def test_a_refused_file_leaves_the_text_alone(report: Report, cast: Cast, login: Login) -> None:
    upload = SimpleUploadedFile("清单.pdf", b"MZ\x90\x00 not a document")
    form = {**typed(report, save="1"), "files": upload}
    answer = login(cast.cgj_reporter).post(f"/reports/{report.pk}/save/", form)
    assert answer.status_code == 422
    assert "内容不是 .pdf 文件" in answer.content.decode()
    assert not Attachment.objects.exists()
    report.refresh_from_db()
    assert "老城区" in report.progress


def test_another_department_does_not_find_it(report: Report, cast: Cast, login: Login) -> None:
    for stranger in (cast.zjw_reporter, cast.outsider, cast.admin):
        assert save(login(stranger), report, save="1").status_code == 404


def test_the_receiver_sees_the_status_but_not_the_draft(
    report: Report, cast: Cast, login: Login
) -> None:
    save(login(cast.cgj_reporter), report, save="1")
    page = login(cast.slj_coordinator).get(f"/reports/{report.pk}/").content.decode()
    assert "填写中" in page
    assert "6.1 公里" not in page


def test_a_closed_period_keeps_what_was_typed_on_the_page(
    report: Report, cast: Cast, login: Login
) -> None:
    ReportingPeriod.objects.update(closed_at=report.period.opened_at)
    answer = save(login(cast.cgj_reporter), report, save="1")
    assert answer.status_code == 409
    assert "报告期已关闭" in answer.content.decode()
    assert "老城区供水管网改造" in answer.content.decode()
