"""An old ledger through the pages: upload, columns, rows, leave and come back, confirm."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reports.actions import history_read
from reports.actions.workbook_sweep import work_on_imports
from reports.calendar import HalfYear
from reports.models import HistoryImport, Report, ReportingPeriod
from reports.states import Status
from tests.browser.accessible import check
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast
from tests.reports.history_steps import unknown
from tests.reports.history_styles import STYLES, Style, saved, told

OTHER, ANNEX = STYLES[4], STYLES[1]


def upload(page: Page, style: Style, folder: Path) -> None:
    """From the home page, as an admin finds it."""
    path = folder / style.file_name
    path.write_bytes(saved(style.build(told(style.half_year))))
    page.goto("/")
    page.get_by_role("link", name="历史导入").click()
    page.get_by_label("报告期").select_option(label=style.half_year.label)
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name="上传并核对").click()


@pytest.fixture
def page(period: ReportingPeriod, cast: Cast, visit: Open) -> Page:
    return visit(cast.admin)


def test_columns_then_words_then_confirm(
    page: Page, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    upload(page, OTHER, tmp_path)
    expect(page.get_by_text("待定 2 处")).to_be_visible()
    progress = page.get_by_label("本期工作进展情况（截至6月30日）", exact=True)
    expect(progress).to_have_value("")
    progress.select_option(label="进展情况（建议）")
    page.get_by_label("完成投资（万元）", exact=True).select_option(label="附在进展情况之后")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="这些写法是什么意思")).to_be_visible()
    page.get_by_label("滞后", exact=True).select_option(label="进展滞后（建议）")
    page.get_by_role("button", name="采用全部建议").click()
    expect(page.get_by_role("button", name="确认导入 53 项")).to_be_visible()
    assert not Report.objects.filter(imported=True).exists()
    page.get_by_role("button", name="确认导入 53 项").dblclick()
    expect(page.get_by_role("status").get_by_text("已导入 53 项。")).to_be_visible()
    reports = Report.objects.filter(imported=True, status=Status.ACCEPTED)
    assert reports.count() == 53
    assert reports.filter(state="behind").count() == 10
    page.get_by_role("link", name="全部导入").click()
    page.get_by_role("link", name="2022年上半年").click()
    expect(page.get_by_role("link", name=OTHER.file_name)).to_be_visible()
    period = ReportingPeriod.objects.get(year=2022, half=1)
    page = visit(cast.slj_coordinator)
    page.goto(f"/plans/{period.plan.slug}/periods/{period.code}/")
    expect(page.get_by_text("本期由历史导入建立")).to_be_visible()


def test_what_was_chosen_is_kept_by_itself_when_the_page_is_left(
    page: Page, tmp_path: Path
) -> None:
    upload(page, ANNEX, tmp_path)
    row = page.get_by_label("台账 第 19 行是哪一项")
    expect(row).to_have_value("")
    page.wait_for_load_state()  # what is chosen before the script listens is not saved by itself
    row.select_option(index=1)
    chosen = row.input_value()
    expect(page.get_by_text("已自动保存")).to_be_visible()
    page.goto("/")
    page.goto(f"/history/{HistoryImport.objects.get().pk}/rows/")
    expect(page.get_by_label("台账 第 19 行是哪一项")).to_have_value(chosen)
    expect(page.get_by_text("您定的")).to_be_visible()


def test_a_sure_row_is_found_by_the_keyboard_and_settled_otherwise(
    page: Page, tmp_path: Path
) -> None:
    upload(page, ANNEX, tmp_path)
    page.get_by_text("有把握的 54 行").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="改认 台账 第 6 行").focus()
    page.keyboard.press("Enter")
    row = page.get_by_label("台账 第 6 行是哪一项")
    expect(row).to_be_visible()
    row.select_option(label="不导入这一行")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存，可以离开")).to_be_visible()
    answers = HistoryImport.objects.get().answers
    assert answers["rows"] == {"0:6": "skip"}
    assert HistoryImport.objects.get().half_year == HalfYear(2020, 2)


def test_a_large_ledger_is_read_while_its_page_waits(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_read, "AT_ONCE_BYTES", 0)
    upload(page, ANNEX, tmp_path)
    expect(page.get_by_text("您可以离开本页")).to_be_visible()
    work_on_imports()
    expect(page.get_by_role("link", name="1 工作表和列")).to_be_visible()


def test_waiting_refused_and_many_questions_are_accessible_and_fit(
    period: ReportingPeriod,
    cast: Cast,
    visit: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = HalfYear(2020, 2)
    facts = {"plan": period.plan, "half_year": half, "by": cast.admin, "name": "台账.xlsx"}
    many = history_read.open_history(**facts, content=unknown(70))
    monkeypatch.setattr(history_read, "AT_ONCE_BYTES", 0)
    refused = history_read.open_history(**facts, content=b"PK")
    work_on_imports()
    waiting = history_read.open_history(**facts, content=unknown(3))
    addresses = [
        f"/plans/{period.plan.slug}/history/",
        f"/history/{many.pk}/rows/?page=2",
        f"/history/{refused.pk}/",
        f"/history/{waiting.pk}/",
    ]
    page, sizes = visit(cast.admin), (PHONE, DESKTOP)
    wrong = [fault for address in addresses for fault in check(page, address, sizes=sizes)]
    assert not wrong, "\n".join(wrong)
