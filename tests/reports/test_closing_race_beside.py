"""A half-year is closed while people do what goes beside the reports, on a real PostgreSQL."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from departments.errors import Conflict
from departments.models import Department
from reports.actions.attachments import attach_file
from reports.actions.entries import edit_entry, log_entry, log_nothing, request_entries
from reports.actions.periods import close_period
from reports.actions.submissions import set_letter_number
from reports.actions.urging import issue_letter, record_call, urge
from reports.models import (
    Attachment,
    EntryRequest,
    Measurement,
    ProgressEntry,
    ReportingPeriod,
    Submission,
    Urge,
)
from tests.cast import Cast, report_of
from tests.reports.files import PDF
from tests.reports.indicator_steps import enter
from tests.reports.race import RACE, behind, fresh
from tests.reports.steps import filed

pytestmark = RACE
DAY = datetime.date(2026, 12, 20)
Step = Callable[[ReportingPeriod, Cast], Any]


def known(period: ReportingPeriod) -> ReportingPeriod:
    """The period as the step's page has read it."""
    return ReportingPeriod.objects.get(pk=period.pk)


def body(code: str = "cgj") -> Department:
    return Department.objects.get(code=code)


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("验收表.pdf", PDF)


def attach(period: ReportingPeriod, cast: Cast) -> Any:
    report = report_of(period, "14.1")
    return attach_file(owner=report, by=fresh(cast.cgj_reporter), upload=upload())


def attach_beside_an_entry(period: ReportingPeriod, cast: Cast) -> Any:
    entry = ProgressEntry.objects.get()
    return attach_file(owner=entry, by=fresh(cast.zjw_reporter), upload=upload())


def log(period: ReportingPeriod, cast: Cast) -> Any:
    item = report_of(period, "12.1").assignment.work_item
    return log_entry(item=item, by=fresh(cast.cgj_reporter), happened_on=DAY, text="检漏 5 处")


def edit(period: ReportingPeriod, cast: Cast) -> Any:
    entry, by = ProgressEntry.objects.get(), fresh(cast.zjw_reporter)
    return edit_entry(entry=entry, by=by, happened_on=DAY, text="检漏 4 处", version=entry.version)


def log_that_there_is_nothing(period: ReportingPeriod, cast: Cast) -> Any:
    item = report_of(period, "14.1").assignment.work_item
    return log_nothing(items=[item], by=fresh(cast.cgj_reporter), today=timezone.localdate())


def request(period: ReportingPeriod, cast: Cast) -> Any:
    report, by = report_of(period, "12.1"), fresh(cast.cgj_reporter)
    return request_entries(report=report, by=by, departments=[body("zjw")])


def correct_a_value(period: ReportingPeriod, cast: Cast) -> Any:
    return enter(known(period), fresh(cast.cgj_reporter), "9.4", final=False, comment="年末复核")


def number(period: ReportingPeriod, cast: Cast) -> Any:
    by = fresh(cast.cgj_reporter)
    letter = "万州城管函〔2027〕3号"
    return set_letter_number(submission=Submission.objects.get(), by=by, number=letter)


def press(period: ReportingPeriod, cast: Cast) -> Any:
    return urge(period=known(period), departments=[body()], by=fresh(cast.slj_coordinator))


def call(period: ReportingPeriod, cast: Cast) -> Any:
    return record_call(
        period=known(period), department=body(), by=fresh(cast.slj_coordinator),
        at=timezone.now(), spoke_with="李主任", answer="本周五前报。",
    )  # fmt: skip


def write(period: ReportingPeriod, cast: Cast) -> Any:
    return issue_letter(
        period=known(period), department=body(), by=fresh(cast.slj_coordinator),
        number="万州水函〔2027〕5号",
    )  # fmt: skip


STEPS = [
    attach, attach_beside_an_entry, log, edit, log_that_there_is_nothing, request,
    correct_a_value, number, press, call, write,
]  # fmt: skip


@pytest.fixture
def lived(period: ReportingPeriod, cast: Cast, settings: Settings, tmp_path: Path) -> Any:
    """12.1 is filed, and 区住建委 has logged one entry on it."""
    settings.MEDIA_ROOT = tmp_path
    report = filed(report_of(period, "12.1"), cast)
    item = report.assignment.work_item
    log_entry(item=item, by=cast.zjw_reporter, happened_on=DAY, text="检漏 3 处")
    return period


def close(period: ReportingPeriod, cast: Cast) -> bool:
    return close_period(period=known(period), by=fresh(cast.slj_coordinator))


def all_kept() -> list[Any]:
    """What any of the steps would change."""
    kinds = (Attachment, EntryRequest, Measurement, ProgressEntry, Submission, Urge)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_closing_waits_for_what_is_under_way(
    lived: ReportingPeriod, cast: Cast, step: Step
) -> None:
    before = all_kept()
    assert behind(lambda: step(lived, cast), lambda: close(lived, cast)) is True
    assert all_kept() != before


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_what_closing_overtook_is_told_that_it_is_closed(
    lived: ReportingPeriod, cast: Cast, step: Step
) -> None:
    before = all_kept()
    answer = behind(lambda: close(lived, cast), lambda: step(lived, cast))
    assert isinstance(answer, Conflict)
    assert "已关闭" in str(answer)
    assert all_kept() == before
