"""What a workbook that comes back would do, told before anything is written."""

import datetime
from typing import Any

import pytest

from departments.models import Department
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_report
from reports.actions.periods import close_period, open_period
from reports.calendar import HalfYear
from reports.ledger.fill_in import INDICATORS_SHEET, ITEMS_SHEET
from reports.ledger.preview import Kind
from reports.ledger.sheet import saved
from reports.models import Report, ReportingPeriod, WorkbookImport
from reports.states import Status
from tests.cast import Cast, report_of
from tests.reports.steps import filed, submitted
from tests.reports.workbook_steps import (
    changes_of,
    counted,
    dropped,
    filled_in,
    number_of,
    opened,
    previewed,
    row_of,
    without_key,
    workbook_of,
)

pytestmark = pytest.mark.django_db
FULL = {"progress": "完成 6.1 公里", "state": "on_track", "completion": 60}


@pytest.fixture
def written(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """12.1 is written, the eight others are blank."""
    save_draft(report=report_of(period, "12.1"), by=cast.cgj_reporter, content=FULL, version=0)
    return period


def faults(found: Any) -> list[str]:
    return [f"{fault['at']} {fault['reason']}" for row in found.invalid for fault in row.faults]


def test_what_comes_back_untouched_is_unchanged(written: ReportingPeriod, cast: Cast) -> None:
    found = previewed(dropped(written, cast.cgj_reporter, workbook_of(written)))
    assert counted(found) == {"unchanged": 9}
    assert found.taken == []


def test_new_changed_and_unchanged_are_told_apart(written: ReportingPeriod, cast: Cast) -> None:
    cells = {("12.1", "进展情况"): "完成 9.1 公里", ("14.1", "推进状态"): "长期坚持"}
    found = previewed(dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), cells)))
    assert counted(found) == {"changed": 1, "new": 1, "unchanged": 7}
    assert changes_of(found) == {
        "12.1": {"progress": "完成 9.1 公里"},
        "14.1": {"state": "standing"},
    }


def test_nothing_is_written_by_looking(written: ReportingPeriod, cast: Cast) -> None:
    cells = {("12.1", "进展情况"): "完成 9.1 公里"}
    dropped(written, cast.cgj_reporter, filled_in(workbook_of(written), cells))
    report = report_of(written, "12.1")
    assert (report.progress, report.version) == ("完成 6.1 公里", 1)


def test_blank_cells_and_absent_rows_change_nothing(written: ReportingPeriod, cast: Cast) -> None:
    book = opened(filled_in(workbook_of(written), {("12.1", "进展情况"): None}))
    sheet = book[ITEMS_SHEET]
    for area in list(sheet.merged_cells.ranges):
        if area.min_row > 3:
            sheet.unmerge_cells(str(area))
    sheet.delete_rows(row_of(sheet, "14.1"))
    found = previewed(dropped(written, cast.cgj_reporter, saved(book)))
    assert counted(found) == {"unchanged": 8}


def test_an_indicators_value_comes_in_by_its_own_sheet(
    written: ReportingPeriod, cast: Cast
) -> None:
    content = filled_in(workbook_of(written), {("12.1", "本期完成值"): 9.3})
    found = previewed(dropped(written, cast.cgj_reporter, content))
    code = report_of(written, "12.1").assignment.work_item.indicators.get().code
    assert changes_of(found) == {"12.1": {"indicator_values": {code: "9.3"}}}


@pytest.mark.parametrize("typed", [45, "45", "４５", "45%", 0.45])
def test_a_rate_is_read_as_the_form_reads_it(
    period: ReportingPeriod, cast: Cast, typed: object
) -> None:
    book = opened(workbook_of(period))
    sheet = book[ITEMS_SHEET]
    cell = sheet.cell(row_of(sheet, "12.1"), number_of(sheet, "完成率"), typed)
    if isinstance(typed, float):
        cell.number_format = "0%"
    found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
    assert changes_of(found) == {"12.1": {"completion": 45}}


@pytest.mark.parametrize(
    ("heading", "typed", "sentence"),
    [
        ("完成率", 101, "完成率应在 0 到 100 之间"),
        ("完成率", -1, "完成率应在 0 到 100 之间"),
        ("完成率", 45.5, "完成率应为整数"),
        ("完成率", 0.45, "完成率应为整数"),
        ("完成率", "过半", "「过半」不是数字"),
        ("完成率", "1,0", "不是数字"),
        ("完成率", datetime.date(2026, 12, 1), "被当成了日期"),
        ("完成率", True, "是逻辑值"),
        ("推进状态", "还行", "「还行」不是推进状态"),
        ("推进状态", 1, "「1」不是推进状态"),
        ("进展情况", datetime.date(2026, 12, 1), "被当成了日期"),
        ("进展情况", "水" * 20_001, "进展情况有 20001 字，最多 20000 字"),
        ("备注", "水" * 501, "有 501 字，最多 500 字"),
        ("本期完成值", "约 9", "不是数字"),
    ],
)
def test_what_the_form_would_refuse_is_refused_with_its_cell(
    period: ReportingPeriod, cast: Cast, heading: str, typed: object, sentence: str
) -> None:
    content = filled_in(workbook_of(period), {("12.1", heading): typed})
    found = previewed(dropped(period, cast.cgj_reporter, content))
    book = opened(content)
    sheet = book[INDICATORS_SHEET if heading == "本期完成值" else ITEMS_SHEET]
    at = sheet.cell(row_of(sheet, "12.1"), number_of(sheet, heading)).coordinate
    (fault,) = faults(found)
    assert fault.startswith(f"{at} ")
    assert sentence in fault
    assert all(row.faults[0]["cure"] for row in found.invalid)


def test_a_formula_and_an_error_value_are_refused(period: ReportingPeriod, cast: Cast) -> None:
    book = opened(workbook_of(period))
    sheet = book[ITEMS_SHEET]
    sheet.cell(row_of(sheet, "12.1"), number_of(sheet, "完成率"), "=40+5")
    sheet.cell(row_of(sheet, "14.1"), number_of(sheet, "进展情况"), "#REF!")
    found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
    said = "".join(faults(found))
    assert "是公式" in said
    assert "是错误值" in said
    assert counted(found) == {"invalid": 2, "unchanged": 7}


def test_done_with_another_rate_than_100_is_refused(written: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(written), {("12.1", "推进状态"): "已完成"})
    found = previewed(dropped(written, cast.cgj_reporter, content))
    assert "完成率应为 100" in faults(found)[0]


def test_done_without_a_rate_is_100(period: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(period), {("12.1", "推进状态"): "已完成"})
    found = previewed(dropped(period, cast.cgj_reporter, content))
    assert changes_of(found) == {"12.1": {"state": "done", "completion": 100}}


def test_merged_inputs_are_refused(period: ReportingPeriod, cast: Cast) -> None:
    book = opened(filled_in(workbook_of(period), {("20.4", "进展情况"): "两项一起写"}))
    sheet = book[ITEMS_SHEET]
    letter = sheet.cell(3, number_of(sheet, "进展情况")).column_letter
    sheet.merge_cells(f"{letter}{row_of(sheet, '20.4')}:{letter}{row_of(sheet, '20.5')}")
    found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
    assert counted(found) == {"invalid": 2, "unchanged": 7}
    assert "合并的单元格" in faults(found)[0]


def test_the_same_item_twice_is_refused(period: ReportingPeriod, cast: Cast) -> None:
    book = opened(filled_in(workbook_of(period), {("12.1", "进展情况"): "一"}))
    sheet = book[ITEMS_SHEET]
    sheet.append([cell.value for cell in sheet[row_of(sheet, "12.1")]])
    found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
    assert counted(found) == {"invalid": 2, "unchanged": 8}
    assert "出现了 2 次" in faults(found)[0]


def test_another_departments_or_half_years_rows_are_told_whose_they_are(
    period: ReportingPeriod, cast: Cast
) -> None:
    found = previewed(dropped(period, cast.cgj_reporter, workbook_of(period, "zjw")))
    assert "是区住房城乡建委2026年下半年的，不是区城管局2026年下半年的" in faults(found)[0]
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1), now=period.opened_at)
    found = previewed(dropped(period, cast.cgj_reporter, workbook_of(before)))
    assert "是区城管局2026年上半年的" in faults(found)[0]
    assert Report.objects.exclude(status=Status.BLANK).count() == 0


def test_a_key_that_was_tampered_with_is_no_guess(period: ReportingPeriod, cast: Cast) -> None:
    for typed in ("x", "a/b/c/d", f"{period.plan.slug}/2026H2/12.9/cgj"):
        book = opened(workbook_of(period))
        sheet = book[ITEMS_SHEET]
        sheet.cell(row_of(sheet, "12.1"), number_of(sheet, "系统编号"), typed)
        found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
        assert counted(found) == {"invalid": 1, "unchanged": 9}, typed


def test_rows_that_slipped_against_their_keys_are_refused(
    period: ReportingPeriod, cast: Cast
) -> None:
    book = opened(workbook_of(period))
    sheet = book[ITEMS_SHEET]
    at = number_of(sheet, "系统编号")
    one, other = (sheet.cell(row_of(sheet, code), at) for code in ("12.1", "14.1"))
    one.value, other.value = other.value, one.value
    found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
    assert counted(found)["invalid"] == 2
    assert "对不上" in faults(found)[0]


def test_without_the_hidden_columns_rows_are_found_by_number_and_text(
    written: ReportingPeriod, cast: Cast
) -> None:
    cells = {
        ("12.1", "进展情况"): "完成 9.1 公里",
        ("20.5", "备注"): "待核",
        ("12.1", "本期完成值"): 9,
    }
    content = without_key(filled_in(workbook_of(written), cells))
    found = previewed(dropped(written, cast.cgj_reporter, content))
    assert counted(found) == {"changed": 1, "new": 1, "unchanged": 7}
    assert set(changes_of(found)) == {"12.1", "20.5"}


def test_rows_copied_into_another_file_are_found_by_number_and_text(
    written: ReportingPeriod, cast: Cast
) -> None:
    item = report_of(written, "12.1").assignment.work_item
    book = opened(workbook_of(written))
    for sheet in book.worksheets[1:]:
        del book[sheet.title]
    del book.custom_doc_props["导出时间"], book.custom_doc_props["报告期代码"]
    sheet = book.create_sheet("抄来的")
    sheet.append(["某科室填的"])
    sheet.append(["工作 内容", "序号", "进展情况", "别的"])
    sheet.append([item.text.replace("，", "，\n"), "１２", "完成 9.1 公里", "=1+1"])
    sheet.append(["", "", "", "填表人：张三"])
    found = previewed(dropped(written, cast.cgj_reporter, saved(book)))
    assert changes_of(found) == {"12.1": {"progress": "完成 9.1 公里"}}
    assert "没有版本" in found.items[0].rows[0].notices[0]


def test_a_row_that_fits_no_item_is_asked_about(period: ReportingPeriod, cast: Cast) -> None:
    book = opened(without_key(workbook_of(period)))
    sheet = book[ITEMS_SHEET]
    at = number_of(sheet, "工作内容")
    row = next(row for row in range(4, 13) if "供水管网" in str(sheet.cell(row, at).value))
    sheet.cell(row, at, "自己加的一项")
    sheet.cell(row, number_of(sheet, "进展情况"), "做了")
    found = previewed(dropped(period, cast.cgj_reporter, saved(book)))
    assert counted(found) == {"invalid": 1, "unchanged": 8}
    assert "没有找到唯一的一项" in faults(found)[0]


def test_what_was_changed_in_the_browser_since_is_a_conflict(
    written: ReportingPeriod, cast: Cast
) -> None:
    out = workbook_of(written)
    save_draft(
        report=report_of(written, "12.1"),
        by=cast.cgj_colleague,
        content={"progress": "同事在网页上写的", "completion": 70},
        version=1,
    )
    content = filled_in(out, {("12.1", "进展情况"): "科室在表里写的", ("12.1", "备注"): "待核"})
    made = dropped(written, cast.cgj_reporter, content)
    report = str(report_of(written, "12.1").pk)
    assert counted(previewed(made)) == {"conflict": 1, "unchanged": 8}
    assert previewed(made).blocked == 1
    web, file = (changes_of(previewed(made, {report: key}))["12.1"] for key in ("web", "file0"))
    assert web == {"note": "待核"}
    assert file == {"note": "待核", "progress": "科室在表里写的"}


def test_a_field_that_only_the_browser_changed_stays(written: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(written), {("12.1", "备注"): "待核"})
    report = report_of(written, "12.1")
    save_draft(report=report, by=cast.cgj_colleague, content={"completion": 70}, version=1)
    found = previewed(dropped(written, cast.cgj_reporter, content))
    assert counted(found) == {"changed": 1, "unchanged": 8}
    assert changes_of(found) == {"12.1": {"note": "待核"}}


def test_the_conflict_is_seen_also_without_the_hidden_columns(
    written: ReportingPeriod, cast: Cast, now: Any
) -> None:
    out = workbook_of(written)
    now.shift(60)
    report = report_of(written, "12.1")
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事的"}, version=1)
    content = without_key(filled_in(out, {("12.1", "进展情况"): "科室的"}))
    assert counted(previewed(dropped(written, cast.cgj_reporter, content)))["conflict"] == 1


def test_both_wrote_the_same_is_no_conflict(written: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(written), {("12.1", "进展情况"): "同样的字"})
    report = report_of(written, "12.1")
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同样的字"}, version=1)
    found = previewed(dropped(written, cast.cgj_reporter, content))
    assert counted(found) == {"unchanged": 9}


@pytest.mark.parametrize("after", ["submitted", "filed", "closed"])
def test_what_was_filed_or_closed_meanwhile_is_locked_and_never_taken(
    written: ReportingPeriod, cast: Cast, after: str
) -> None:
    content = filled_in(workbook_of(written), {("12.1", "进展情况"): "晚来的"})
    report = report_of(written, "12.1")
    if after == "submitted":
        submitted(report, cast.cgj_reporter)
    elif after == "filed":
        filed(report, cast)
    else:
        close_period(period=written)
    found = previewed(dropped(written, cast.cgj_reporter, content))
    assert found.count(Kind.LOCKED) == 1
    assert found.taken == []


def test_offices_fill_in_their_own_rows_of_one_workbook(
    written: ReportingPeriod, cast: Cast
) -> None:
    out = workbook_of(written)
    one = filled_in(out, {("12.1", "进展情况"): "甲科写的", ("14.1", "备注"): "同样"})
    two = filled_in(out, {("12.1", "存在问题"): "乙科写的", ("14.1", "备注"): "同样"})
    found = previewed(dropped(written, cast.cgj_reporter, one, two))
    assert counted(found) == {"changed": 1, "new": 1, "unchanged": 7}
    assert changes_of(found)["12.1"] == {"progress": "甲科写的", "problems": "乙科写的"}


def test_two_files_that_fill_one_cell_differently_are_a_conflict(
    written: ReportingPeriod, cast: Cast
) -> None:
    out = workbook_of(written)
    files = [filled_in(out, {("12.1", "进展情况"): said}) for said in ("甲科写的", "乙科写的")]
    made = dropped(written, cast.cgj_reporter, *files)
    report = str(report_of(written, "12.1").pk)
    found = previewed(made)
    assert counted(found) == {"conflict": 1, "unchanged": 8}
    assert found.of(Kind.CONFLICT)[0].options == ["web", "file0", "file1"]
    for key, said in (("file0", "甲科写的"), ("file1", "乙科写的")):
        assert changes_of(previewed(made, {report: key}))["12.1"] == {"progress": said}
    assert changes_of(previewed(made, {report: "web"})) == {}


def test_a_file_that_is_no_fill_in_workbook_is_told_so(period: ReportingPeriod, cast: Cast) -> None:
    from tests.workbooks import plain

    made = dropped(period, cast.cgj_reporter, plain(), b"no zip", workbook_of(period))
    refusals = [file.refusal for file in made.files.all()]
    assert "没有找到填报表" in refusals[0]
    assert refusals[1]
    assert refusals[2] == ""
    assert made.state == WorkbookImport.State.READY
    alone = dropped(period, cast.cgj_reporter, plain())
    assert alone.state == WorkbookImport.State.REFUSED


def test_the_same_file_twice_is_read_once(period: ReportingPeriod, cast: Cast) -> None:
    out = workbook_of(period)
    made = dropped(period, cast.cgj_reporter, out, out)
    assert "内容相同" in made.files.last().refusal  # type: ignore[union-attr]
    assert counted(previewed(made)) == {"unchanged": 9}


def test_what_is_incomplete_is_still_a_draft(period: ReportingPeriod, cast: Cast) -> None:
    content = filled_in(workbook_of(period), {("12.1", "进展情况"): "只写了一半"})
    assert counted(previewed(dropped(period, cast.cgj_reporter, content)))["new"] == 1
    with pytest.raises(Exception, match="请选择推进状态"):
        submit_report(report=report_of(period, "12.1"), by=cast.cgj_reporter)


def test_every_department_can_bring_back_its_own(period: ReportingPeriod, cast: Cast) -> None:
    from tests.cast import person

    for code in ("slj", "jxw"):
        by = cast.slj_reporter if code == "slj" else person("jxw_reporter", "reporter", "jxw")
        made = dropped(period, by, workbook_of(period, code), code=code)
        owed = Report.objects.filter(
            period=period, department=Department.objects.get(code=code)
        ).count()
        assert counted(previewed(made)) == {"unchanged": owed}
