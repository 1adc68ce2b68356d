"""The matrix with mouse and keyboard: a cell opens its report, a row its history."""

import pytest
from playwright.sync_api import Page, expect

from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from tests.browser.conftest import PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.steps import filed

URL = "/plans/wanzhou-2020-50/matrix/"


@pytest.fixture
def before(period: ReportingPeriod) -> ReportingPeriod:
    """2026H1 beside the current half-year."""
    return open_period(plan=period.plan, half_year=HalfYear(2026, 1))[0]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('href')"))


def test_a_coordinator_follows_a_red_cell_to_the_report_and_comes_back(
    before: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    page = visit(cast.slj_coordinator)
    page.goto(f"{URL}?section=4&state=overdue")
    row = page.locator("tr", has=page.get_by_role("link", name="12.1", exact=True))
    row.get_by_role("link", name="逾期").click()
    page.wait_for_url(f"**/reports/{report_of(before, '12.1').pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("12.1")
    page.go_back()
    page.wait_for_url("**/matrix/?section=4&state=overdue")


def test_the_table_is_one_stop_for_tab_and_arrows_move_in_it(
    before: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    page = visit(cast.slj_coordinator)
    page.goto(URL)
    page.locator(".heat").focus()
    page.keyboard.press("Tab")
    assert focused(page) == page.get_by_role("link", name="1.1", exact=True).get_attribute("href")
    page.keyboard.press("End")
    now = f"/reports/{report_of(before.plan.periods.get(year=2026, half=2), '1.1').pk}/"
    assert focused(page) == now
    page.keyboard.press("ArrowLeft")
    assert focused(page) == f"/reports/{report_of(before, '1.1').pk}/"
    page.keyboard.press("ArrowDown")
    assert focused(page) == f"/reports/{report_of(before, '2.1').pk}/"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page).endswith("/periods/2026H1/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert focused(page) == page.get_by_role("link", name="1.1", exact=True).get_attribute("href")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-grid]')") is None
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{now}")


def test_a_phone_shows_the_newest_half_year_first(
    before: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    page = visit(cast.slj_coordinator, size=PHONE)
    page.goto(URL)
    box = page.locator("thead th").last.bounding_box()
    assert box
    assert box["x"] + box["width"] <= PHONE["width"]


def test_a_row_opens_its_history_and_that_leads_back_to_the_report(
    before: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = filed(report_of(before, "12.1"), cast)
    page = visit(cast.slj_coordinator)
    page.goto(f"{URL}?section=4")
    page.get_by_role("link", name="12.1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/12.1/")
    expect(page.get_by_role("img", name="完成率折线图")).to_be_visible()
    page.get_by_role("row", name="2026年上半年").get_by_role("link").click()
    expect(page.locator("#\\32 026H1")).to_be_in_viewport()
    page.locator("#\\32 026H1").get_by_role("link", name="打开报告").click()
    page.wait_for_url(f"**/reports/{report.pk}/")


def test_a_reporter_finds_in_history_only_what_is_theirs(
    before: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    filed(report_of(before, "12.1"), cast)
    page = visit(cast.zjw_reporter)
    page.goto(URL)
    expect(page.locator("tbody th[scope=row]")).to_have_count(3)
    page.get_by_role("link", name="11.2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("11.2")
    page.goto("/plans/wanzhou-2020-50/items/12.1/")
    expect(page.locator("section[id^='2026']")).to_have_count(1)
    page.goto("/plans/wanzhou-2020-50/items/1.1/")
    expect(page.get_by_text("没有您可以查看的报送内容")).to_be_visible()
