"""Files beside a report: taken by content, stored under our own name, served by the policy."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from departments.models import User
from reports.actions import attachments
from reports.actions.attachments import RefusedFile, attach_file, remove_attachment
from reports.models import Attachment, Report, ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports import files
from tests.reports.steps import TEXT, filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
CO_RESPONSIBLE = {
    f"{body}_{role}" for body in ("fgw", "slj", "zjw") for role in ("reporter", "approver")
}
"""Of the cast, whose departments the plan names for 12.1 beside the lead."""


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def post(client: Client, report: Report, *uploads: SimpleUploadedFile) -> Any:
    report.refresh_from_db()
    form = {**TEXT, "version": report.version, "save": "1", "files": list(uploads)}
    return client.post(f"/reports/{report.pk}/save/", form)


@pytest.mark.parametrize("name", files.GOOD)
def test_office_files_and_pictures_are_taken(name: str, report: Report, cast: Cast) -> None:
    kept = attach_file(owner=report, by=cast.cgj_reporter, upload=upload(name, files.GOOD[name]))
    assert kept.name == name
    assert re.fullmatch(r"attachments/\d{4}/\d\d/[0-9a-f]{32}", str(kept.stored.name))
    assert len(kept.sha256) == 64


@pytest.mark.parametrize("name", files.BAD)
def test_what_is_not_what_its_name_says_is_refused_by_name(
    name: str, report: Report, cast: Cast, storage: Path
) -> None:
    with pytest.raises(RefusedFile) as refusal:
        attach_file(owner=report, by=cast.cgj_reporter, upload=upload(name, files.BAD[name]))
    assert name in str(refusal.value)
    assert not list(storage.rglob("*"))


def test_no_bytes_a_program_and_30_mb_are_refused_while_the_text_is_saved(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    for bad, why in (
        (upload("空.pdf", b""), "「空.pdf」是空文件"),
        (upload("清单.pdf", files.EXE), "「清单.pdf」的内容不是 .pdf 文件"),
        (upload("大图.png", files.PNG + bytes(30 * 1024 * 1024)), "「大图.png」超过 20 MB"),
    ):
        answer = post(client, report, bad, upload("验收表.pdf", files.PDF))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert why in page
        assert TEXT["progress"] in page
    report.refresh_from_db()
    assert report.progress == TEXT["progress"]
    assert [row.name for row in report.attachments.all()] == ["验收表.pdf"]


def test_more_than_100_mb_beside_one_report_are_refused(
    report: Report, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MAX_REPORT", len(files.PDF) + 10)
    attach_file(owner=report, by=cast.cgj_reporter, upload=upload("一.pdf", files.PDF))
    with pytest.raises(RefusedFile, match="超过 100 MB"):
        attach_file(owner=report, by=cast.cgj_reporter, upload=upload("二.pdf", files.PDF))


def test_the_same_file_sent_twice_is_kept_once(report: Report, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    for _ in range(2):
        assert post(client, report, upload("验收表.pdf", files.PDF)).status_code == 302
    assert report.attachments.count() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\报送\\清单.pdf", "清单.pdf"),
        ("../../etc/清单.pdf", "清单.pdf"),
        ("清\u202efdp.exe\n单.pdf", "清fdp.exe 单.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_name_keeps_no_folder_and_no_trick(
    sent: str, kept: str, report: Report, cast: Cast
) -> None:
    assert attachments.clean_name(sent) == kept


def test_it_comes_back_as_a_download_that_no_browser_runs(
    report: Report, cast: Cast, login: Login
) -> None:
    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    answer = login(cast.cgj_reporter).get(f"/attachments/{row.pk}/")
    assert answer.content == files.PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_that_was_changed_or_lost_on_disk_is_not_served(
    report: Report, cast: Cast, login: Login, storage: Path
) -> None:
    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    stored = storage / str(row.stored.name)
    stored.write_bytes(files.PDF + b" ")
    answer = login(cast.cgj_reporter).get(f"/attachments/{row.pk}/")
    assert answer.status_code == 409
    assert "未通过完整性校验" in answer.content.decode()
    stored.unlink()
    answer = login(cast.cgj_reporter).get(f"/attachments/{row.pk}/")
    assert answer.status_code == 409
    assert "不在存储中" in answer.content.decode()


def test_before_the_filing_nobody_else_finds_it_and_afterwards_the_receivers_do(
    report: Report, cast: Cast, login: Login
) -> None:
    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    address = f"/attachments/{row.pk}/"
    for stranger in (cast.slj_coordinator, cast.zjw_reporter, cast.auditor, cast.admin):
        assert login(stranger).get(address).status_code == 404
    filed(report, cast)
    assert login(cast.slj_coordinator).get(address).status_code == 200
    assert login(cast.admin).get(address).status_code == 404


def test_a_reports_page_lists_what_the_download_admits_and_nothing_else(
    report: Report, period: ReportingPeriod, cast: Cast
) -> None:
    def check(seen: set[str]) -> None:
        for field in dataclasses.fields(Cast):
            user = getattr(cast, field.name)
            rows = Attachment.objects.visible_to(user).filter(report=report)
            found = set(Attachment.objects.beside(report, user))
            assert found == set(rows)
            assert (found == {row}) is (field.name in seen), field.name

    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    other = report_of(period, "14.1")
    attach_file(owner=other, by=cast.cgj_reporter, upload=upload("别的.pdf", files.PDF))
    department = {"cgj_reporter", "cgj_colleague", "cgj_approver"}
    check(department)
    filed(report, cast)
    check(department | {"slj_coordinator", "fgw_coordinator", "auditor"} | CO_RESPONSIBLE)


def test_a_removed_file_is_out_of_sight_and_kept(
    report: Report, cast: Cast, login: Login, storage: Path
) -> None:
    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    for _ in range(2):
        remove_attachment(attachment=row, by=cast.cgj_reporter)
    row.refresh_from_db()
    assert row.removed_by == cast.cgj_reporter
    assert (storage / str(row.stored.name)).exists()
    assert "验收.pdf" not in login(cast.cgj_reporter).get(f"/reports/{report.pk}/").content.decode()


def test_what_is_filed_takes_and_loses_no_file(report: Report, cast: Cast, login: Login) -> None:
    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    filed(report, cast)
    client = login(cast.cgj_reporter)
    assert client.post(f"/attachments/{row.pk}/remove/").status_code == 409
    assert post(client, report, upload("二.pdf", files.PDF)).status_code == 409
    assert Attachment.objects.present().count() == 1


def test_a_download_is_recorded(report: Report, cast: Cast, login: Login) -> None:
    from departments.models import AuditEvent

    row = attach_file(owner=report, by=cast.cgj_reporter, upload=upload("验收.pdf", files.PDF))
    login(cast.cgj_reporter).get(f"/attachments/{row.pk}/")
    assert AuditEvent.objects.filter(action="下载附件", subject__contains="验收.pdf").exists()
