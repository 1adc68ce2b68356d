"""代录: a filing that came on paper."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.attachments import RefusedFile
from reports.actions.drafts import save_draft
from reports.actions.extension_decisions import grant_unasked
from reports.actions.filing import Incomplete
from reports.actions.paper import record_paper
from reports.calendar import SHANGHAI
from reports.models import Report, ReportEvent, ReportingPeriod, Submission
from reports.selectors.timeline import timeline_of
from reports.states import Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
TEXT: dict[str, Any] = {
    "progress": "纸质报送：完成改造 6.1 公里。",
    "state": "on_track",
    "completion": 60,
}
CAME = datetime.date(2027, 1, 4)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    """Of a half-year that opened on its day, December 1."""
    period.opened_at = datetime.datetime(2026, 12, 1, tzinfo=SHANGHAI)
    period.save()
    return report_of(period, "12.1")


def record(report: Report, cast: Cast, **changes: Any) -> Report:
    given: dict[str, Any] = {
        "report": report,
        "by": cast.slj_coordinator,
        "content": dict(TEXT),
        "received_on": CAME,
    }
    return record_paper(**{**given, **changes})


def test_a_paper_filing_counts_from_the_day_it_came(report: Report, cast: Cast) -> None:
    done = record(report, cast)
    assert done.status == Status.FILED
    assert done.offline
    assert not done.late
    assert done.filed_at is not None
    assert done.filed_at.astimezone(SHANGHAI).date() == CAME
    assert done.filed_content["progress"] == TEXT["progress"]


def test_paper_that_came_in_time_is_on_time_though_recorded_late(
    report: Report, cast: Cast, now: time_machine.Traveller
) -> None:
    now.move_to(datetime.datetime(2027, 1, 20, 9, tzinfo=SHANGHAI))
    assert not record(report, cast, received_on=datetime.date(2027, 1, 15)).late


def test_paper_that_came_a_day_after_the_deadline_is_late(
    report: Report, cast: Cast, now: time_machine.Traveller
) -> None:
    now.move_to(datetime.datetime(2027, 1, 20, 9, tzinfo=SHANGHAI))
    assert record(report, cast, received_on=datetime.date(2027, 1, 16)).late


def test_an_extension_granted_after_the_paper_came_does_not_save_it(
    report: Report, cast: Cast, now: time_machine.Traveller
) -> None:
    now.move_to(datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI))
    grant_unasked(
        period=report.period,
        department=report.department,
        by=cast.slj_coordinator,
        granted_on=datetime.date(2027, 1, 25),
        reason="验收推迟。",
    )
    assert record(report, cast, received_on=datetime.date(2027, 1, 16)).late
    other = report_of(report.period, "11.1")
    assert not record(other, cast, received_on=datetime.date(2027, 1, 18)).late


@pytest.mark.parametrize(
    ("day", "word"), [("2027-01-06", "在今天之后"), ("2027-01-04", "早于本期开放日期")]
)
def test_a_day_on_which_it_cant_have_come_is_refused(
    report: Report, cast: Cast, day: str, word: str
) -> None:
    ReportingPeriod.objects.update(opened_at=datetime.datetime(2027, 1, 5, 9, tzinfo=SHANGHAI))
    report.refresh_from_db()
    with pytest.raises(DomainError, match=word):
        record(report, cast, received_on=datetime.date.fromisoformat(day))
    assert not Submission.objects.exists()


def test_incomplete_paper_is_refused_by_field(report: Report, cast: Cast) -> None:
    with pytest.raises(Incomplete) as refusal:
        record(report, cast, content={"progress": "有字"})
    assert set(refusal.value.missing) == {"state", "completion"}


def test_only_the_reviewing_receivers_coordinator_records(report: Report, cast: Cast) -> None:
    for person in (cast.fgw_coordinator, cast.cgj_reporter, cast.admin):
        with pytest.raises(NotAllowed):
            record(report, cast, by=person)
    assert not Submission.objects.exists()


def test_what_was_filed_already_is_not_recorded_again(report: Report, cast: Cast) -> None:
    record(report, cast)
    with pytest.raises(Conflict, match="已报送"):
        record(report, cast)
    assert ReportEvent.objects.count() == 1


def test_the_departments_unfiled_draft_stays_out_of_it(report: Report, cast: Cast) -> None:
    save_draft(
        report=report,
        by=cast.cgj_reporter,
        content={**TEXT, "problems": "草稿里的话"},
        version=None,
    )
    done = record(report, cast)
    assert done.filed_content["problems"] == ""
    assert done.revisions.first() is not None
    assert done.revisions.order_by("version")[0].snapshot["problems"] == "草稿里的话"


def test_the_scan_hangs_on_the_submission(report: Report, cast: Cast) -> None:
    scan = SimpleUploadedFile("来函.pdf", PDF)
    done = record(report, cast, scan=scan, letter_number="万州城管函〔2027〕3号")
    assert done.submission is not None
    assert done.submission.offline
    assert done.submission.letter_number == "万州城管函〔2027〕3号"
    assert [file.name for file in done.submission.attachments.all()] == ["来函.pdf"]


def test_a_refused_scan_leaves_nothing_behind(report: Report, cast: Cast) -> None:
    with pytest.raises(RefusedFile):
        record(report, cast, scan=SimpleUploadedFile("来函.pdf", b"MZ not a pdf"))
    report.refresh_from_db()
    assert report.status == Status.BLANK
    assert not Submission.objects.exists()


def test_a_letter_that_came_on_another_day_tells_its_own_day(report: Report, cast: Cast) -> None:
    number = "万州城管函〔2027〕3号"
    first = record(report, cast, letter_number=number)
    other = report_of(report.period, "11.1")
    second = record(other, cast, letter_number=number, received_on=datetime.date(2027, 1, 5))
    assert first.submission != second.submission
    for done, day in ((first, "1月4日"), (second, "1月5日")):
        titles = [line.title for line in timeline_of(done, cast.cgj_reporter)]
        assert f"代录（{day}收到纸质件）" in titles


def test_letters_of_today_are_one_submission_though_an_hour_lies_between(
    report: Report, cast: Cast, now: time_machine.Traveller
) -> None:
    today = datetime.date(2027, 1, 5)
    given: dict[str, Any] = {"letter_number": "万州城管函〔2027〕3号", "received_on": today}
    first = record(report, cast, **given)
    now.shift(3600)
    second = record(report_of(report.period, "11.1"), cast, **given)
    assert first.submission == second.submission


def test_letters_with_the_same_number_are_one_submission(report: Report, cast: Cast) -> None:
    first = record(report, cast, letter_number="万州城管函〔2027〕3号")
    second = record(report_of(report.period, "11.1"), cast, letter_number=" 万州城管函〔2027〕3号 ")
    assert first.submission == second.submission
    without = record(report_of(report.period, "13.1"), cast)
    assert without.submission != first.submission
