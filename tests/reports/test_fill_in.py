"""A department's fill-in workbook: what it holds, what is open, what is locked."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import AuditEvent, User
from reports.actions.drafts import save_draft
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.ledger.columns import FILL_IN, INDICATORS, Column
from reports.ledger.fill_in import INDICATORS_SHEET, ITEMS_SHEET
from reports.ledger.fill_in_guide import GUIDE_SHEET
from reports.ledger.sheet import FIRST_ROW, HEADER_ROW
from reports.models import ReportingPeriod
from reports.states import Progress
from tests.cast import Cast, report_of
from tests.reports.steps import filed
from tests.reports.test_export_ledger import unmerged

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


def export(folder: Path, code: str = "cgj") -> Workbook:
    call_command("exportworkbook", "2026H2", code, str(folder / "a.xlsx"), verbosity=0)
    return load_workbook(folder / "a.xlsx")


def number_of(sheet: Worksheet, heading: str) -> int:
    """The column with ``heading``."""
    return next(cell.column for cell in sheet[HEADER_ROW] if cell.value == heading)


def row_of(sheet: Worksheet, key: str) -> int:
    """The row whose hidden key says the item ``key`` (12.1)."""
    at = number_of(sheet, "系统编号")
    rows = range(FIRST_ROW, sheet.max_row + 1)
    return next(row for row in rows if f"/{key}/" in str(sheet.cell(row, at).value))


def test_it_begins_with_how_to_fill_it_in_and_until_when(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    book = export(tmp_path)
    assert book.sheetnames[:2] == [GUIDE_SHEET, ITEMS_SHEET]
    said = "\n".join(str(cell.value) for row in book[GUIDE_SHEET].iter_rows() for cell in row)
    assert "区城管局" in said
    assert "2027年1月15日（星期五）24时" in said
    for column in (*FILL_IN, *INDICATORS):
        if column.input:
            assert column.heading in said
            assert column.input.help in said


def test_the_nine_items_stand_in_the_annexs_layout(period: ReportingPeriod, tmp_path: Path) -> None:
    sheet = export(tmp_path)[ITEMS_SHEET]
    headings = [cell.value for cell in sheet[HEADER_ROW]]
    assert headings == [column.heading for column in FILL_IN]
    assert sheet.max_row - HEADER_ROW == 9
    row = row_of(sheet, "20.5")
    item = report_of(period, "20.5").assignment.work_item
    cells = [unmerged(sheet, row, column) for column in range(1, 6)]
    assert cells == ["20", item.task.title, item.text, item.lead_cell, item.responsible_cell]
    assert f"A{row - 1}:A{row}" in {str(area) for area in sheet.merged_cells.ranges}


def test_last_half_years_text_stands_beside(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1), now=period.opened_at)
    filed(report_of(before, "12.1"), cast, progress="上期完成 3 公里", completion=30)
    sheet = export(tmp_path)[ITEMS_SHEET]
    row = row_of(sheet, "12.1")
    shown = [
        sheet.cell(row, number_of(sheet, heading)).value
        for heading in ("上期推进状态", "上期完成率", "上期进展情况")
    ]
    assert shown == ["正常推进", "30%", "上期完成 3 公里"]


def test_the_working_copy_stands_in_the_inputs(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    content = {"progress": "=写到一半", "state": "on_track", "completion": 60, "note": "待核"}
    save_draft(report=report_of(period, "12.1"), by=cast.cgj_reporter, content=content, version=0)
    sheet = export(tmp_path)[ITEMS_SHEET]
    row = row_of(sheet, "12.1")
    cells = {
        name: sheet.cell(row, number_of(sheet, name))
        for name in ("进展情况", "推进状态", "完成率", "备注", "版本")
    }
    assert [cell.value for cell in cells.values()] == ["=写到一半", "正常推进", 60, "待核", "1"]
    assert cells["进展情况"].data_type == "s"
    assert cells["进展情况"].quotePrefix


def open_columns(sheet: Worksheet, row: int) -> list[str]:
    return [
        str(sheet.cell(HEADER_ROW, cell.column).value)
        for cell in sheet[row]
        if not cell.protection.locked
    ]


def headings_of(columns: tuple[Column, ...]) -> list[str]:
    return [column.heading for column in columns if column.input]


def test_only_the_inputs_of_what_may_still_be_written_are_open(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    filed(report_of(period, "14.1"), cast)
    book = export(tmp_path)
    sheet = book[ITEMS_SHEET]
    assert all(each.protection.sheet for each in book.worksheets)
    assert open_columns(sheet, row_of(sheet, "12.1")) == headings_of(FILL_IN)
    assert open_columns(sheet, row_of(sheet, "14.1")) == []


def test_state_is_chosen_from_a_list_and_the_rate_has_bounds(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    sheet = export(tmp_path)[ITEMS_SHEET]
    rules = {rule.promptTitle: rule for rule in sheet.data_validations.dataValidation}
    assert rules["推进状态"].formula1 == f'"{",".join(Progress.labels)}"'
    rate = rules["完成率"]
    assert (rate.type, rate.formula1, rate.formula2) == ("whole", "0", "100")
    at = number_of(sheet, "完成率")
    assert sheet.cell(FIRST_ROW + 8, at).coordinate in rate.sqref


def test_key_and_version_are_hidden(period: ReportingPeriod, tmp_path: Path) -> None:
    sheet = export(tmp_path)[ITEMS_SHEET]
    for name in ("系统编号", "版本"):
        letter = sheet.cell(HEADER_ROW, number_of(sheet, name)).column_letter
        assert sheet.column_dimensions[letter].hidden
    key = sheet.cell(row_of(sheet, "12.1"), number_of(sheet, "系统编号")).value
    assert key == f"{period.plan.slug}/2026H2/12.1/cgj"


def test_its_indicators_stand_on_a_sheet_of_their_own(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    sheet = export(tmp_path)[INDICATORS_SHEET]
    row = row_of(sheet, "12.1")
    assert sheet.cell(row, number_of(sheet, "指标")).value == "城市公共供水管网漏损率"
    assert open_columns(sheet, row) == headings_of(INDICATORS)


def test_a_value_that_excel_would_round_or_shorten_stays_a_text(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    report = report_of(period, "12.1")
    code = report.assignment.work_item.indicators.get().code
    for value in ("9.30", "9.000000"):
        content = {"indicator_values": {code: value}}
        save_draft(report=report, by=cast.cgj_reporter, content=content, version=None)
        sheet = export(tmp_path)[INDICATORS_SHEET]
        assert sheet.cell(row_of(sheet, "12.1"), number_of(sheet, "本期完成值")).value == value


def test_the_file_knows_whose_it_is(period: ReportingPeriod, tmp_path: Path) -> None:
    book = export(tmp_path)
    own = {each.name: each.value for each in book.custom_doc_props.props}
    assert (own["单位代码"], own["单位"], own["报告期代码"]) == ("cgj", "区城管局", "2026H2")
    assert own["导出时间"].startswith("2027-01-05T10:00")


def test_a_clerk_downloads_it_from_home_and_it_is_recorded(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    address = f"/periods/{period.pk}/workbook/?department=cgj"
    for page in ("/", f"/periods/{period.pk}/table/"):
        assert address in client.get(page).content.decode()
    answer = client.get(address)
    assert load_workbook(BytesIO(answer.content)).sheetnames[0] == GUIDE_SHEET
    assert "%E5%8C%BA%E5%9F%8E%E7%AE%A1%E5%B1%80_2026" in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(action="导出填报表", user=cast.cgj_reporter).exists()


def test_nobody_gets_another_departments_drafts(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    address = f"/periods/{period.pk}/workbook/?department=cgj"
    assert login(cast.zjw_reporter).get(address).status_code == 404
    assert login(cast.cgj_approver).get(address).status_code == 403
    assert login(cast.slj_coordinator).get(address).status_code == 403


def test_the_command_says_what_is_wrong(period: ReportingPeriod, tmp_path: Path) -> None:
    for args, sentence in (
        (("2031H1", "cgj"), "还没有开放"),
        (("2026H2", "xyz"), "没有代码为「xyz」的单位"),
        (("2026H2", "swj"), "没有牵头的事项"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("exportworkbook", *args, str(tmp_path / "a.xlsx"))


def test_queries_do_not_grow_with_the_number_of_items(
    period: ReportingPeriod, cast: Cast, login: Login, django_assert_max_num_queries: Callable
) -> None:
    for user, code in ((cast.zjw_reporter, "zjw"), (cast.slj_reporter, "slj")):
        client = login(user)
        with django_assert_max_num_queries(18):
            client.get(f"/periods/{period.pk}/workbook/?department={code}")
