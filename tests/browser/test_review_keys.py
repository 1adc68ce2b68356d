"""Through the review queue by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from reports.models import Report, ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports.steps import filed

Open = Callable[..., Page]


@pytest.fixture
def queued(period: ReportingPeriod, cast: Cast) -> list[Report]:
    return [filed(report_of(period, code), cast) for code in ("11.1", "12.1", "13.1")]


def at(report: Report) -> re.Pattern[str]:
    return re.compile(rf"/reports/{report.pk}/\?.*department=cgj")


def expect_at(page: Page, report: Report) -> None:
    """The page is there, and its deferred scripts listen."""
    expect(page).to_have_url(at(report))
    page.wait_for_load_state("load")


def test_j_and_k_walk_the_filtered_queue_but_not_while_one_types(
    queued: list[Report], cast: Cast, visit: Open
) -> None:
    page = visit(cast.slj_coordinator)
    page.goto("/review/?department=cgj")
    page.get_by_role("link", name="11.1").click()
    expect_at(page, queued[0])
    page.keyboard.press("j")
    expect_at(page, queued[1])
    page.get_by_label("意见").fill("")
    page.get_by_label("意见").press_sequentially("jk")
    expect(page.get_by_label("意见")).to_have_value("jk")
    expect(page).to_have_url(at(queued[1]))
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("k")
    expect(page).to_have_url(at(queued[0]))


def test_accepting_walks_on_and_ends_at_the_queue(
    queued: list[Report], cast: Cast, visit: Open
) -> None:
    page = visit(cast.slj_coordinator)
    page.goto("/review/?department=cgj")
    page.get_by_role("link", name="11.1").click()
    for following in (at(queued[1]), at(queued[2]), re.compile(r"/review/\?.*department=cgj")):
        page.get_by_role("button", name="审核通过").click()
        expect(page).to_have_url(following)
    expect(page.get_by_text("没有待审核的事项。")).to_be_visible()


def test_several_are_received_with_one_press(queued: list[Report], cast: Cast, visit: Open) -> None:
    page = visit(cast.slj_coordinator)
    page.goto("/review/")
    page.get_by_label("全选未签收的").check()
    page.get_by_role("button", name="签收所选").click()
    expect(page.get_by_text("已签收 3 项。")).to_be_visible()
    expect(page.get_by_text("✓ 已签收")).to_have_count(3)
