"""The ledger as a workbook: the annex to the character, what was filed, and nothing more."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import AuditEvent, User
from reports.actions.approval import approve_reports
from reports.actions.filing import submit_report
from reports.ledger.columns import COLUMNS
from reports.ledger.workbook import FIRST_ROW, HEADER_ROW
from reports.models import Report, ReportingPeriod
from tasks.models import Assignment
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
TEXT = {"progress": "=1+1 完成 6.1 公里\n第二行 💧", "state": "on_track", "completion": 60}


def export(path: Path, *args: str) -> Worksheet:
    call_command("exportledger", "2026H2", str(path), *args, verbosity=0)
    return load_workbook(path).worksheets[0]


def filed(report: Report, cast: Cast) -> Report:
    submit_report(report=report, by=cast.cgj_reporter, content=dict(TEXT))
    approve_reports(reports=[report], by=cast.cgj_approver)
    report.refresh_from_db()
    return report


def unmerged(sheet: Worksheet, row: int, column: int) -> str:
    """The value a reader sees in a cell, also where it is merged."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            row, column = area.min_row, area.min_col
    return str(sheet.cell(row=row, column=column).value or "")


def test_an_empty_period_gives_53_rows_with_the_plans_own_cells(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    sheet = export(tmp_path / "ledger.xlsx")
    leads = Assignment.objects.leads().order_by(
        "work_item__task__number", "work_item__row", "order"
    )
    assert sheet.max_row - HEADER_ROW == 53
    for row, lead in enumerate(leads.select_related("work_item__task"), FIRST_ROW):
        item = lead.work_item
        cells = [unmerged(sheet, row, column) for column in range(1, 6)]
        assert cells == [
            str(item.task.number),
            item.task.title,
            item.text,
            item.lead_cell,
            item.responsible_cell,
        ]


def test_number_and_task_are_merged_over_the_tasks_rows(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    merged = {str(area) for area in export(tmp_path / "a.xlsx").merged_cells.ranges}
    assert "A5:A8" in merged
    assert "B5:B8" in merged


def test_the_two_leads_of_8_2_share_their_annex_cells(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    sheet = export(tmp_path / "a.xlsx")
    rows = [
        row
        for row in range(FIRST_ROW, sheet.max_row + 1)
        if unmerged(sheet, row, 4).startswith("区水利局[直接取水企业]")
    ]
    assert len(rows) == 2
    assert f"C{rows[0]}:C{rows[1]}" in {str(area) for area in sheet.merged_cells.ranges}


def test_user_text_is_text_and_never_a_formula(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    filed(report_of(period, "12.1"), cast)
    sheet = export(tmp_path / "a.xlsx", "--department", "cgj")
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == TEXT["progress"]]
    assert [cell.data_type for cell in cells] == ["s"]


def test_what_is_not_filed_stays_with_its_department(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    submit_report(report=report_of(period, "12.1"), by=cast.cgj_reporter, content=dict(TEXT))
    sheet = export(tmp_path / "a.xlsx")
    assert not any("6.1 公里" in str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_a_departments_ledger_holds_its_nine_items(period: ReportingPeriod, tmp_path: Path) -> None:
    assert export(tmp_path / "a.xlsx", "--department", "cgj").max_row - HEADER_ROW == 9


def test_the_sheet_is_set_up_for_a3(period: ReportingPeriod, tmp_path: Path) -> None:
    sheet = export(tmp_path / "a.xlsx")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "C4"


def test_an_unknown_period_is_one_clear_sentence(plan: object, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="还没有开放"):
        call_command("exportledger", "2031H1", str(tmp_path / "a.xlsx"))
    with pytest.raises(CommandError, match="不是报告期"):
        call_command("exportledger", "2031", str(tmp_path / "a.xlsx"))


def test_the_coordinator_downloads_all_and_it_is_recorded(
    period: ReportingPeriod, cast: Cast, login: Callable[[User], Client]
) -> None:
    address = f"/plans/{period.plan.slug}/periods/2026H2/ledger/?format=xlsx"
    answer = login(cast.slj_coordinator).get(address)
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row - HEADER_ROW == 53
    assert AuditEvent.objects.filter(action="导出台账", user=cast.slj_coordinator).exists()


def test_a_department_gets_its_own_and_no_other(
    period: ReportingPeriod, cast: Cast, login: Callable[[User], Client]
) -> None:
    address = f"/plans/{period.plan.slug}/periods/2026H2/ledger/"
    client = login(cast.cgj_reporter)
    assert client.get(address).content.decode().count("<tr>") == 10
    assert client.get(address, {"department": "zjw"}).status_code == 403
    assert login(cast.swj_reporter).get(address).status_code == 403


def test_columns_can_be_chosen(
    period: ReportingPeriod, cast: Cast, login: Callable[[User], Client]
) -> None:
    address = f"/plans/{period.plan.slug}/periods/2026H2/ledger/?column=progress"
    page = login(cast.auditor).get(address).content.decode()
    assert "<th>进展情况</th>" in page
    assert "<th>存在问题</th>" not in page


def test_queries_do_not_grow_with_what_was_filed(
    period: ReportingPeriod,
    cast: Cast,
    login: Callable[[User], Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for code in ("12.1", "14.1", "20.4"):
        filed(report_of(period, code), cast)
    client = login(cast.slj_coordinator)
    with django_assert_max_num_queries(22):  # type: ignore[attr-defined]
        client.get(f"/plans/{period.plan.slug}/periods/2026H2/ledger/")


def test_every_heading_is_unique() -> None:
    assert len({column.heading for column in COLUMNS}) == len(COLUMNS) == 23
