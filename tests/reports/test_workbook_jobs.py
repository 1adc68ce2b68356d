"""Large workbooks go through the background; what a crash leaves behind is put right."""

import datetime
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from departments.background import BROKEN, NOT_WRITTEN, UNCONFIRMED
from reports.actions import workbook_import, workbook_read
from reports.actions.workbook_read import read_workbooks
from reports.actions.workbook_sweep import LEFT_BEHIND, sweep_imports, work_on_imports
from reports.jobs import work_on_workbooks
from reports.models import ReportingPeriod, WorkbookImport, WorkbookRow
from tests.cast import Cast, report_of
from tests.reports.steps import filed
from tests.reports.workbook_steps import (
    confirmed,
    counted,
    dropped,
    filled_in,
    previewed,
    workbook_of,
)

pytestmark = pytest.mark.django_db
GOOD = {("12.1", "进展情况"): "完成 9.1 公里", ("14.1", "备注"): "待核"}
State = WorkbookImport.State


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "imports"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, store: Path) -> Path:
    """Whatever is dropped or confirmed counts as large."""
    monkeypatch.setattr(workbook_read, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(workbook_import, "AT_ONCE_ROWS", 0)
    return store


def brought(period: ReportingPeriod, cast: Cast) -> WorkbookImport:
    return dropped(period, cast.cgj_reporter, filled_in(workbook_of(period), GOOD))


def kept(store: Path) -> int:
    return len(list(store.iterdir())) if store.exists() else 0


def test_a_small_workbook_is_read_at_once_and_never_stored(
    period: ReportingPeriod, cast: Cast, store: Path
) -> None:
    assert brought(period, cast).state == State.READY
    assert kept(store) == 0


def test_a_large_one_waits_is_read_and_its_bytes_are_gone(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    made = brought(period, cast)
    assert (made.state, kept(large)) == (State.WAITING, 1)
    work_on_workbooks()
    made.refresh_from_db()
    assert (made.state, kept(large)) == (State.READY, 0)
    assert made.rows_read == WorkbookRow.objects.count() == 11
    assert counted(previewed(made)) == {"new": 2, "unchanged": 7}


def test_a_large_one_is_written_by_the_background(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    made = brought(period, cast)
    work_on_imports()
    made.refresh_from_db()
    assert confirmed(made, cast.cgj_reporter).state == State.QUEUED
    assert report_of(period, "12.1").progress == ""
    work_on_imports()
    made.refresh_from_db()
    assert (made.state, made.settled_by) == (State.DONE, cast.cgj_reporter)
    assert report_of(period, "12.1").progress == "完成 9.1 公里"


def test_what_was_filed_before_the_background_came_to_it_is_not_overwritten(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    made = brought(period, cast)
    work_on_imports()
    made.refresh_from_db()
    confirmed(made, cast.cgj_reporter)
    filed(report_of(period, "12.1"), cast, progress="先报了")
    work_on_imports()
    made.refresh_from_db()
    assert made.state == State.READY
    assert "又有改动" in made.sentence
    assert report_of(period, "12.1").progress == "先报了"
    assert report_of(period, "14.1").note == ""
    assert counted(previewed(made)) == {"locked": 1, "new": 1, "unchanged": 7}


def test_two_workers_read_it_once(period: ReportingPeriod, cast: Cast, large: Path) -> None:
    made = brought(period, cast)
    assert [read_workbooks(workbook_import=made) for _ in range(2)] == [True, False]
    assert WorkbookRow.objects.count() == 11


def test_the_bytes_go_also_when_reading_fails(
    period: ReportingPeriod, cast: Cast, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = brought(period, cast)

    def break_down(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(workbook_read, "read_book", break_down)
    with pytest.raises(MemoryError):
        read_workbooks(workbook_import=made)
    assert kept(large) == 0


def stumble_at_the_first(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """The first call of ``name`` in ``module`` fails, those after it do not."""
    works, calls = getattr(module, name), []

    def stumble(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise LookupError
        return works(*args)

    monkeypatch.setattr(module, name, stumble)


def test_a_fault_while_reading_ends_with_a_sentence_and_the_next_one_goes_on(
    period: ReportingPeriod, cast: Cast, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = brought(period, cast), brought(period, cast)
    stumble_at_the_first(monkeypatch, workbook_read, "gather")
    assert work_on_imports() == 2
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.state, made.sentence) == (State.REFUSED, BROKEN)
    assert (other.state, kept(large)) == (State.READY, 0)


def test_a_fault_while_writing_can_be_confirmed_again_and_the_next_one_goes_on(
    period: ReportingPeriod, cast: Cast, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = brought(period, cast)
    other = dropped(
        period, cast.cgj_reporter, filled_in(workbook_of(period), {("20.5", "备注"): "乙"})
    )
    work_on_imports()
    for one in (made, other):
        one.refresh_from_db()
        confirmed(one, cast.cgj_reporter)
    stumble_at_the_first(monkeypatch, workbook_import, "_write_part")
    assert work_on_imports() == 2
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.state, made.sentence) == (State.READY, NOT_WRITTEN)
    assert other.state == State.DONE
    assert report_of(period, "12.1").progress == ""
    confirmed(made, cast.cgj_reporter)
    work_on_imports()
    assert report_of(period, "12.1").progress == "完成 9.1 公里"


def test_after_a_crash_the_upload_is_told_and_its_bytes_deleted(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    made = brought(period, cast)
    now = timezone.now()
    long_ago = now - datetime.timedelta(minutes=11)
    WorkbookImport.objects.update(state=State.READING, claimed_at=long_ago)
    sweep_imports(now)
    made.refresh_from_db()
    assert (made.state, kept(large)) == (State.REFUSED, 0)
    assert "重新上传" in made.sentence


def test_a_reader_that_is_still_at_it_is_left_alone(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    made = brought(period, cast)
    WorkbookImport.objects.update(state=State.READING, claimed_at=timezone.now())
    sweep_imports(timezone.now())
    made.refresh_from_db()
    assert (made.state, kept(large)) == (State.READING, 1)


def test_a_crash_while_writing_leaves_nothing_written_and_can_be_confirmed_again(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    made = brought(period, cast)
    work_on_imports()
    WorkbookImport.objects.update(
        state=State.WRITING, claimed_at=timezone.now() - datetime.timedelta(minutes=11)
    )
    sweep_imports(timezone.now())
    made.refresh_from_db()
    assert made.state == State.READY
    assert "写入中断" in made.sentence
    confirmed(made, cast.cgj_reporter)
    work_on_imports()
    assert report_of(period, "12.1").progress == "完成 9.1 公里"


def test_what_nobody_confirmed_for_a_week_is_given_up(
    period: ReportingPeriod, cast: Cast, store: Path
) -> None:
    made = brought(period, cast)
    sweep_imports(timezone.now() + UNCONFIRMED - datetime.timedelta(minutes=1))
    assert WorkbookRow.objects.exists()
    sweep_imports(timezone.now() + UNCONFIRMED + datetime.timedelta(minutes=1))
    made.refresh_from_db()
    assert made.state == State.DISCARDED
    assert not WorkbookRow.objects.exists()


def test_rows_of_an_import_that_is_over_are_deleted_after_a_month(
    period: ReportingPeriod, cast: Cast, store: Path
) -> None:
    confirmed(brought(period, cast), cast.cgj_reporter)
    sweep_imports(timezone.now() + LEFT_BEHIND - datetime.timedelta(minutes=1))
    assert WorkbookRow.objects.exists()
    sweep_imports(timezone.now() + LEFT_BEHIND + datetime.timedelta(minutes=1))
    assert not WorkbookRow.objects.exists()
    assert WorkbookImport.objects.get().changes.count() == 2


def test_bytes_that_no_import_names_are_deleted(
    period: ReportingPeriod, cast: Cast, large: Path
) -> None:
    brought(period, cast)
    orphan, now = large / "orphan.xlsx", timezone.now().timestamp()
    orphan.write_bytes(b"x")
    os.utime(orphan, (now - 60, now - 60))
    sweep_imports(timezone.now())
    assert kept(large) == 2
    os.utime(orphan, (now - 3600, now - 3600))
    sweep_imports(timezone.now())
    assert (kept(large), orphan.exists()) == (1, False)


def test_the_job_is_on_the_schedule() -> None:
    entries = django_settings.CELERY_BEAT_SCHEDULE.values()
    assert "reports.jobs.work_on_workbooks" in [entry["task"] for entry in entries]


def test_many_files_are_left_to_the_background_however_small(
    period: ReportingPeriod, cast: Cast, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_read, "AT_ONCE_FILES", 1)
    one, other = (filled_in(workbook_of(period), {key: value}) for key, value in GOOD.items())
    made = dropped(period, cast.cgj_reporter, one, other)
    assert (made.state, kept(store)) == (State.WAITING, 2)
    assert work_on_imports() == 1
    made.refresh_from_db()
    assert (made.state, kept(store)) == (State.READY, 0)
