"""An indicator's value is entered, refused, corrected, charted; and the page prints."""

from collections.abc import Callable
from decimal import Decimal

from playwright.sync_api import Page, expect

from reports.models import Measurement, ReportingPeriod
from reports.selectors.measurements import standing
from tests.browser import steps
from tests.browser.accessible import check
from tests.browser.conftest import PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.indicator_steps import LEAKAGE, LIST, half_year, put, series_for

PAGE = f"{LIST}{LEAKAGE}/"
Visit = Callable[..., Page]


def history(period: ReportingPeriod) -> None:
    """漏损率 from 2020H2 on, falling under its target of 10 in 2024."""
    year, half, value = 2020, 2, Decimal("11.2")
    while (year, half) < (2026, 2):
        put(series_for(), half_year(period.plan, year, half), str(value), is_final=half == 2)
        year, half, value = (year, 2, value) if half == 1 else (year + 1, 1, value)
        value -= Decimal("0.15")


def file_report(period: ReportingPeriod, cast: Cast, visit: Open) -> Page:
    """The clerk files 12.1 with a value that is odd at first; returns the clerk's page."""
    clerk, report = visit(cast.cgj_reporter), report_of(period, "12.1")
    steps.write(clerk, report.pk)
    clerk.get_by_label("城市公共供水管网漏损率").fill("93")
    clerk.get_by_role("button", name="提交审签").click()
    expect(clerk.get_by_text("超过一半。请核对单位和小数点").first).to_be_visible()
    expect(clerk.get_by_label("进展情况")).to_have_value(steps.TEXT)
    clerk.get_by_label("城市公共供水管网漏损率").first.fill("9.3")
    clerk.get_by_role("button", name="提交审签").click()
    expect(clerk.get_by_text("已提交审签。")).to_be_visible()
    steps.sign_all(visit(cast.cgj_approver))
    return clerk


def fill(page: Page, value: str, why: str = "") -> None:
    page.get_by_label("完成值").fill(value)
    page.get_by_label("数据来源").fill("供水企业年报")
    page.get_by_label("更正说明").fill(why)
    page.get_by_role("button", name="保存", exact=True).click()


def test_a_value_is_entered_refused_corrected_and_charted(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    history(period)
    clerk = file_report(period, cast, visit)
    clerk.goto(PAGE)
    clerk.get_by_role("link", name="填报 2026年下半年").click()
    fill(clerk, "940万立方米")
    expect(clerk.get_by_text("的单位是「万立方米」")).to_be_visible()
    fill(clerk, "9.4")
    expect(clerk.get_by_text("请写明更正说明")).to_be_visible()
    fill(clerk, "94", "年末复核")
    expect(clerk.get_by_text("超过一半").first).to_be_visible()
    expect(clerk.get_by_label("数据来源")).to_have_value("供水企业年报")
    clerk.get_by_label("完成值").fill("9.4")
    clerk.get_by_role("button", name="改好了，保存").click()
    expect(clerk.get_by_text("已保存2026年下半年的完成值")).to_be_visible()
    coordinator = visit(cast.slj_coordinator)
    coordinator.goto(PAGE)
    coordinator.get_by_role("link", name="核定 2026年下半年").click()
    fill(coordinator, "9.5", "按年报核定")
    row = coordinator.locator("#p2026H2")
    expect(row.get_by_text("核定数").first).to_be_visible()
    row.get_by_text("历次 3 个数").click()
    expect(row.get_by_text("年末复核")).to_be_visible()
    newest = standing(Measurement.objects.filter(period=period))
    assert newest is not None
    assert newest.value == Decimal("9.5")
    clerk.reload()
    point = clerk.get_by_role("link", name="2026年下半年，9.5%，核定数，达标")
    expect(point.locator("text")).to_have_text("9.5")


def test_the_chart_is_read_and_followed_with_the_keyboard(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    history(period)
    page = visit(cast.auditor)
    page.goto(PAGE)
    points = page.locator("svg a")
    assert points.count() == 12
    points.first.focus()
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name == "2020年下半年，11.2%，核定数，未达标"
    page.keyboard.press("Tab")
    assert "2021年上半年" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_url("**#p2021H1")
    title = page.locator("svg title").text_content() or ""
    assert "城市公共供水管网漏损率" in title


def test_it_fits_a_phone_and_a_sheet_of_paper(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    history(period)
    phone = visit(cast.slj_coordinator, size=PHONE)
    assert check(phone, PAGE) == []
    assert check(phone, LIST) == []
    page = visit(cast.slj_coordinator)
    assert check(page, PAGE) == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    chart = page.locator(".chart svg").first.bounding_box()
    assert chart is not None
    assert chart["x"] + chart["width"] <= 690
    assert page.evaluate("document.documentElement.scrollWidth") <= 690
    expect(page.get_by_role("link", name="核定 2026年下半年")).to_be_hidden()
