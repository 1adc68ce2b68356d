"""导出全部数据: the coordinator asks, looks away, comes back and takes the file."""

import zipfile
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from reports.jobs import export_plans
from reports.models import ReportingPeriod
from tests.browser.accessible import check
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast


def test_a_coordinator_exports_everything_and_fetches_it(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path
    page = visit(cast.slj_coordinator)
    page.goto(f"/plans/{period.plan.slug}/periods/")
    page.get_by_role("link", name="导出全部数据").click()
    page.get_by_role("button", name="开始导出").click()
    expect(page.get_by_role("progressbar", name="导出进度")).to_be_visible()
    page.get_by_role("link", name="总览").click()
    page.go_back()
    export_plans()
    expect(page.get_by_role("link", name="下载 .zip")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 .zip").click()
    assert download.value.suggested_filename.endswith(".zip")
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert "manifest.json" in names
    assert "表/进展情况.xlsx" in names


def test_the_page_is_accessible_and_fits_in_each_state(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path, settings: Any
) -> None:
    settings.VAR_DIR = tmp_path
    address = f"/plans/{period.plan.slug}/export/"
    wrong = []
    for size in (DESKTOP, PHONE):
        page = visit(cast.slj_coordinator, size=size)
        wrong += check(page, address)
        page.get_by_role("button", name="开始导出").click()
        wrong += check(page, address)
        export_plans()
        wrong += check(page, address)
        page.context.close()
    assert not wrong, "\n".join(wrong)
