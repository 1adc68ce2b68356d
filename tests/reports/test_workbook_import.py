"""Confirming, giving up and undoing an import of workbooks."""

import hashlib
from typing import Any

import pytest

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_complete
from reports.actions.workbook_import import confirm_import
from reports.actions.workbook_read import receive_workbooks
from reports.actions.workbook_undo import discard_import, undo_import
from reports.ledger.fill_in import ITEMS_SHEET
from reports.ledger.sheet import FIRST_ROW
from reports.models import Report, ReportingPeriod, WorkbookImport, WorkbookRow
from reports.selectors.timeline import timeline_of
from reports.states import Status
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
FULL: dict[str, Any] = {"progress": "完成 6.1 公里", "state": "on_track", "completion": 60}
CELLS = {
    ("12.1", "进展情况"): "完成 9.1 公里",
    ("14.1", "进展情况"): "从严控制定额",
    ("14.1", "推进状态"): "正常推进",
    ("14.1", "完成率"): 45,
}
BAD = {**CELLS, ("20.4", "完成率"): 101}


@pytest.fixture
def written(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """12.1 is written, the eight others are blank."""
    save_draft(report=report_of(period, "12.1"), by=cast.cgj_reporter, content=FULL, version=0)
    return period


def texts(period: ReportingPeriod, *codes: str) -> list[str]:
    return [report_of(period, code).progress for code in codes]


def test_confirming_saves_drafts_and_submits_nothing(written: ReportingPeriod, cast: Cast) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    done = confirmed(made, cast.cgj_reporter)
    assert done.state == WorkbookImport.State.DONE
    assert texts(written, "12.1", "14.1") == ["完成 9.1 公里", "从严控制定额"]
    report = report_of(written, "14.1")
    assert (report.state, report.completion, report.status) == ("on_track", 45, Status.DRAFT)
    assert done.tally["taken"] == 2


def test_each_report_keeps_who_when_from_which_file_and_the_text_before(
    written: ReportingPeriod, cast: Cast
) -> None:
    content = filled_in(workbook_of(written), CELLS)
    made = confirmed(dropped(written, cast.cgj_reporter, content), cast.cgj_reporter)
    report = report_of(written, "12.1")
    (event,) = report.events.all()
    assert (event.by, event.from_status, event.to_status) == (cast.cgj_reporter, "draft", "draft")
    assert "「甲科.xlsx」" in event.comment
    assert hashlib.sha256(content).hexdigest() in event.comment
    assert event.snapshot is not None
    assert event.snapshot["progress"] == "完成 9.1 公里"
    change = made.changes.get(report=report)
    kept = {row.version: row.snapshot["progress"] for row in report.revisions.all()}
    assert kept[change.version_before] == "完成 6.1 公里"
    assert kept[change.version_after] == "完成 9.1 公里"


def test_outsiders_hear_nothing_of_the_files_before_it_is_filed(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    confirmed(made, cast.cgj_reporter)
    report = report_of(written, "12.1")
    said = [line.comment for line in timeline_of(report, cast.slj_coordinator)]
    assert not any("甲科" in comment for comment in said)
    own = [line.comment for line in timeline_of(report, cast.cgj_approver)]
    assert any("甲科" in comment for comment in own)


def test_one_row_that_cannot_be_taken_keeps_all_from_being_written(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), BAD))
    with pytest.raises(DomainError, match="有 1 行不能导入，什么都没有写入"):
        confirmed(made, cast.cgj_reporter)
    assert texts(written, "12.1", "14.1") == ["完成 6.1 公里", ""]
    made.refresh_from_db()
    assert made.state == WorkbookImport.State.READY


def test_the_valid_rows_alone_by_explicit_choice(written: ReportingPeriod, cast: Cast) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), BAD))
    done = confirmed(made, cast.cgj_reporter, valid_only=True)
    assert texts(written, "12.1", "14.1", "20.4") == ["完成 9.1 公里", "从严控制定额", ""]
    left = WorkbookRow.objects.filter(file__workbook_import=done).exclude(reason="")
    assert ["完成率应在 0 到 100 之间" in row.reason for row in left] == [True]


def test_a_conflict_waits_for_a_choice(written: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(written), CELLS)
    report = report_of(written, "12.1")
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事的"}, version=1)
    made = dropped(written, cast.cgj_reporter, content)
    with pytest.raises(DomainError, match="有 1 行不能导入"):
        confirmed(made, cast.cgj_reporter)
    confirmed(made, cast.cgj_reporter, choices={str(report.pk): "file0"})
    assert texts(written, "12.1") == ["完成 9.1 公里"]
    kept = [row.snapshot["progress"] for row in report.revisions.order_by("version")]
    assert kept == ["完成 6.1 公里", "同事的", "完成 9.1 公里"]


def test_the_browsers_text_can_be_kept(written: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(written), CELLS)
    report = report_of(written, "12.1")
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事的"}, version=1)
    made = dropped(written, cast.cgj_reporter, content)
    confirmed(made, cast.cgj_reporter, choices={str(report.pk): "web"})
    assert texts(written, "12.1", "14.1") == ["同事的", "从严控制定额"]


def test_what_moved_between_preview_and_click_is_shown_again(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    seen = previewed(made).seen
    filed(report_of(written, "14.1"), cast, progress="先报了")
    with pytest.raises(Conflict, match="又有改动"):
        confirm_import(workbook_import=made, by=cast.cgj_reporter, choices={}, seen=seen)
    assert texts(written, "12.1", "14.1") == ["完成 6.1 公里", "先报了"]
    assert counted(previewed(made))["locked"] == 1


def test_what_somebody_wrote_into_an_untouched_row_disturbs_nobody(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    seen = previewed(made).seen
    save_draft(report=report_of(written, "20.5"), by=cast.cgj_colleague, content=FULL, version=0)
    done = confirm_import(workbook_import=made, by=cast.cgj_reporter, choices={}, seen=seen)
    assert done.state == WorkbookImport.State.DONE


def test_a_second_click_writes_nothing_more(written: ReportingPeriod, cast: Cast) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    seen = previewed(made).seen
    for _ in range(2):
        done = confirm_import(workbook_import=made, by=cast.cgj_reporter, choices={}, seen=seen)
        assert done.state == WorkbookImport.State.DONE
    assert report_of(written, "12.1").version == 2
    assert made.changes.count() == 2


def test_the_workbook_that_was_imported_changes_nothing_a_second_time(
    written: ReportingPeriod, cast: Cast
) -> None:
    content = filled_in(workbook_of(written), CELLS)
    confirmed(dropped(written, cast.cgj_reporter, content), cast.cgj_reporter)
    again = dropped(written, cast.cgj_reporter, content)
    assert counted(previewed(again)) == {"unchanged": 9}
    with pytest.raises(DomainError, match="没有可以导入的改动"):
        confirmed(again, cast.cgj_reporter)


def test_undoing_puts_every_text_back_as_a_new_version(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    confirmed(made, cast.cgj_reporter)
    undone = undo_import(workbook_import=made, by=cast.cgj_colleague)
    assert (undone.state, undone.undone_by) == ("undone", cast.cgj_colleague)
    assert texts(written, "12.1", "14.1") == ["完成 6.1 公里", ""]
    report = report_of(written, "12.1")
    assert report.version == 3
    assert [event.comment[:2] for event in report.events.order_by("id")] == ["导入", "撤销"]
    undo_import(workbook_import=made, by=cast.cgj_colleague)
    assert report_of(written, "12.1").version == 3


def test_nothing_is_undone_once_something_later_was_written(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    confirmed(made, cast.cgj_reporter)
    save_draft(
        report=report_of(written, "14.1"), by=cast.cgj_colleague, content={"note": "x"}, version=1
    )
    with pytest.raises(Conflict, match=r"导入之后 14\.1 又有改动"):
        undo_import(workbook_import=made, by=cast.cgj_reporter)
    assert texts(written, "12.1", "14.1") == ["完成 9.1 公里", "从严控制定额"]


def test_giving_up_deletes_what_was_read(written: ReportingPeriod, cast: Cast) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    discard_import(workbook_import=made, by=cast.cgj_reporter)
    assert not WorkbookRow.objects.exists()
    with pytest.raises(Conflict, match="已放弃"):
        confirm_import(workbook_import=made, by=cast.cgj_reporter, choices={}, seen="")
    done = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    confirmed(done, cast.cgj_reporter)
    with pytest.raises(Conflict, match="已导入，不能放弃"):
        discard_import(workbook_import=done, by=cast.cgj_reporter)


def test_only_the_departments_reporters_import(written: ReportingPeriod, cast: Cast) -> None:
    content = workbook_of(written)
    for user in (cast.cgj_approver, cast.zjw_reporter, cast.slj_coordinator, cast.admin):
        with pytest.raises(NotAllowed):
            dropped(written, user, content)
    made = dropped(written, cast.cgj_reporter, filled_in(content, CELLS))
    with pytest.raises(NotAllowed):
        confirmed(made, cast.zjw_reporter)


def test_without_a_file_or_with_too_many_nothing_is_read(
    written: ReportingPeriod, cast: Cast
) -> None:
    body = report_of(written, "12.1").department
    for uploads, sentence in (([], "请选择要导入的填报表"), ([object()] * 21, "一次最多导入 20")):
        with pytest.raises(DomainError, match=sentence):
            receive_workbooks(
                period=written,
                department=body,
                by=cast.cgj_reporter,
                uploads=uploads,  # type: ignore[arg-type]
            )


def test_what_was_imported_is_submitted_with_one_click(
    written: ReportingPeriod, cast: Cast
) -> None:
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), CELLS))
    confirmed(made, cast.cgj_reporter)
    reports = list(Report.objects.filter(period=written, department__code="cgj"))
    batch = submit_complete(reports=reports, by=cast.cgj_reporter)
    assert len(batch.done) == 2


def test_several_files_are_each_named_at_what_came_from_them(
    written: ReportingPeriod, cast: Cast
) -> None:
    out = workbook_of(written)
    one = filled_in(out, {("12.1", "进展情况"): "甲科写的"})
    two = filled_in(out, {("14.1", "进展情况"): "乙科写的"})
    confirmed(dropped(written, cast.cgj_reporter, one, two), cast.cgj_reporter)
    said = [report_of(written, code).events.get().comment for code in ("12.1", "14.1")]
    assert "甲科" in said[0]
    assert "乙科" not in said[0]
    assert "乙科" in said[1]
    assert "甲科" not in said[1]


def test_reading_back_finds_no_formula_anywhere(written: ReportingPeriod, cast: Cast) -> None:
    from tests.reports.workbook_steps import opened

    cells = {("12.1", "进展情况"): "=1+1", ("12.1", "备注"): "@SUM(A1)"}
    made = dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), cells))
    confirmed(made, cast.cgj_reporter)
    sheet = opened(workbook_of(written))[ITEMS_SHEET]
    found = [cell for row in sheet.iter_rows(min_row=FIRST_ROW) for cell in row if cell.value]
    assert {"=1+1", "@SUM(A1)"} <= {cell.value for cell in found}
    assert all(cell.data_type != "f" for cell in found)


def test_only_rows_that_fill_something_in_come_back(written: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(written), {**CELLS, ("12.1", "本期完成值"): 9.3})
    filed(report_of(written, "12.1"), cast)
    made = confirmed(
        dropped(written, cast.cgj_reporter, content, workbook_of(written)),
        cast.cgj_reporter,
        valid_only=True,
    )
    left = WorkbookRow.objects.filter(file__workbook_import=made).exclude(reason="")
    assert sorted((row.file.order, row.indicator != "") for row in left) == [(0, False), (0, True)]
