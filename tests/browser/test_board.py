"""The overview while it is open, and the way from a red figure to the press of 催办 and back."""

import datetime
import re

import time_machine
from playwright.sync_api import Page, expect

from reports.calendar import SHANGHAI
from reports.models import Notice, ReportingPeriod
from reports.reminders.kinds import Kind
from tests.browser.conftest import PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.steps import filed

LATE = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)


def half(period: ReportingPeriod) -> str:
    return f"/plans/{period.plan.slug}/periods/2026H2/"


def number(page: Page, label: str) -> str:
    return page.locator(".kpi").filter(has_text=label).locator("b").first.inner_text()


def renew(page: Page) -> dict[str, str]:
    """What the page does by itself every minute, now; gives back the request's headers."""
    with page.expect_response(lambda answer: answer.request.method == "GET") as caught:
        page.evaluate("htmx.trigger('#board', 'renew')")
    return caught.value.request.all_headers()


def test_it_renews_itself_without_a_jump(period: ReportingPeriod, cast: Cast, visit: Open) -> None:
    page = visit(cast.slj_coordinator, size={"width": 1280, "height": 500})
    page.goto(half(period))
    page.get_by_text("逐日数字", exact=True).click()
    page.evaluate("document.getElementById('lead-zjw').scrollIntoView({block: 'center'})")
    link = page.locator("#lead-zjw th a")
    link.focus()
    before = page.evaluate("[scrollY, document.activeElement.getBoundingClientRect().top]")
    filed(report_of(period, "12.1"), cast)
    headers = renew(page)
    expect(page.locator(".kpi").filter(has_text="已报").locator("b")).to_have_text("1")
    assert headers["x-background"] == "1"
    expect(page.locator("#filings-numbers table")).to_be_visible()
    expect(link).to_be_focused()
    after = page.evaluate("[scrollY, document.activeElement.getBoundingClientRect().top]")
    assert abs(after[1] - before[1]) < 40, "one more day in the table, no more"
    assert page.locator("[aria-live]").count() == 0


def test_what_is_gone_goes_and_what_is_new_comes(
    period: ReportingPeriod, cast: Cast, visit: Open, now: time_machine.Traveller
) -> None:
    now.move_to(LATE)
    page = visit(cast.slj_coordinator)
    page.goto(half(period))
    expect(page.locator("#part-attention")).to_contain_text("逾期未报 53")
    filed(report_of(period, "12.1"), cast)
    renew(page)
    expect(page.locator("#part-attention")).to_contain_text("逾期未报 52")
    assert number(page, "迟报") == "1"
    assert page.content().count('id="part-wall"') == 1
    fresh = visit(cast.slj_coordinator)
    fresh.goto(half(period))
    shown, expected = (
        re.sub(r"\s+", " ", each.locator("#board").inner_text()) for each in (page, fresh)
    )
    assert shown == expected


def test_when_the_session_has_ended_it_says_so_and_stays(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    page = visit(cast.slj_coordinator)
    page.goto(half(period))
    page.context.clear_cookies()
    renew(page)
    expect(page.get_by_text("登录已过期，数字不再更新")).to_be_visible()
    assert number(page, "应报") == "53"


def test_from_a_red_figure_to_the_report_to_the_press_and_back(
    period: ReportingPeriod, cast: Cast, visit: Open, now: time_machine.Traveller
) -> None:
    now.move_to(LATE)
    report = report_of(period, "12.1")
    for size in ({"width": 1280, "height": 600}, PHONE):
        page = visit(cast.slj_coordinator, size=size)
        page.goto(half(period))
        page.get_by_role("link", name=re.compile("^逾期未报 53")).first.click()
        page.locator(f"#report-{report.pk} th a").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("12.1")
        page.get_by_role("link", name="催办", exact=True).click()
        expect(page.get_by_text("cgj reporter（9 项）")).to_be_visible()
        page.get_by_label("附言").fill("请于今天下班前报送。")
        page.get_by_role("button", name="催办所选单位").click()
        expect(page.get_by_role("status")).to_contain_text("已催办区城管局（2 人）。")
        expect(page).to_have_url(re.compile(rf"/list/\?status=overdue#report-{report.pk}$"))
        expect(page.locator(f"#report-{report.pk}")).to_be_in_viewport()
        now.shift(datetime.timedelta(hours=2))
    told = Notice.objects.filter(user=cast.cgj_reporter, kind=Kind.URGE)
    assert [notice.text for notice in told] == ["请于今天下班前报送。"] * 2
