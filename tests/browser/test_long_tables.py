"""A whole table comes back: tried in the background, looked away from, confirmed, done."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from departments.jobs import work_on_tables
from reports.models import ReportingPeriod
from tasks.models import Assignment
from tasks.resources.assignments import AssignmentResource
from tests.browser.accessible import ADMIN_KNOWN, faults
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast
from tests.tables.steps import as_csv, read_csv

LIST = "/admin/tasks/assignment/"
AT_ONCE = 20
CHANGED = AT_ONCE + 1


@pytest.fixture(autouse=True)
def _long(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan's few hundred assignments count as many."""
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(AssignmentResource, "at_once", AT_ONCE)


def exported(page: Page, folder: Path) -> Path:
    """The table as it was exported, with another office in many rows and nobody in one."""
    page.goto(LIST)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 .csv").click()
    head, *rows = read_csv(Path(download.value.path()).read_bytes())
    for row in rows[:CHANGED]:
        row[6] = "节水科"
    rows[-1][7] = "没有的人"
    file = folder / "分工.csv"
    file.write_bytes(as_csv([head, *rows]))
    return file


def send(page: Page, file: Path) -> None:
    page.goto(f"{LIST}import/")
    page.get_by_label("选择文件").set_input_files(file)
    page.get_by_role("button", name="预览").click()


def test_a_whole_table_comes_back_while_the_admin_looks_away(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    page = visit(cast.admin)
    send(page, exported(page, tmp_path))
    expect(page.get_by_role("progressbar", name="进度")).to_be_visible()
    page.goto("/")
    page.goto(f"{LIST}import/")
    page.get_by_role("link", name="分工.csv").click()
    work_on_tables()
    page.get_by_role("button", name=f"只导入无误的 {CHANGED} 行").click()
    expect(page.get_by_role("status")).to_contain_text(f"等待写入，已办 0 / {CHANGED} 行")
    work_on_tables()
    expect(page.get_by_role("region", name="有误的行")).to_contain_text("没有的人")
    expect(page.locator("#content")).to_contain_text("已导入")
    assert Assignment.objects.filter(office="节水科").count() == CHANGED


def test_each_step_is_accessible_and_fits(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    wrong = {}
    for size in (DESKTOP, PHONE):
        Assignment.objects.update(office="")
        page, width = visit(cast.admin, size=size, bypass_csp=True), size["width"]
        send(page, exported(page, tmp_path))
        wrong[f"busy {width}"] = faults(page, ADMIN_KNOWN)
        address = page.url
        page.goto(f"{LIST}import/")
        work_on_tables()
        page.reload()
        wrong[f"list {width}"] = faults(page, ADMIN_KNOWN)
        page.goto(address)
        wrong[f"preview {width}"] = faults(page, ADMIN_KNOWN)
        page.get_by_role("button", name=f"只导入无误的 {CHANGED} 行").click()
        work_on_tables()
        expect(page.locator("#content")).to_contain_text("已导入")
        wrong[f"result {width}"] = faults(page, ADMIN_KNOWN)
        page.context.close()
    assert not any(wrong.values()), wrong


def test_it_goes_without_script(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    page = visit(cast.admin)
    file = exported(page, tmp_path)
    page.route("**/*.js", lambda route: route.abort())
    send(page, file)
    expect(page.get_by_role("status")).to_contain_text("等待核对")
    work_on_tables()
    page.get_by_role("link", name="刷新").click()
    expect(page.get_by_role("button", name=f"只导入无误的 {CHANGED} 行")).to_be_visible()
