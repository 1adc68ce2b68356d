"""A reporter searches: what is theirs is found and marked, what is another's draft is not."""

import datetime

from playwright.sync_api import Page, expect

from reports.actions.drafts import save_draft
from reports.actions.entries import log_entry
from reports.models import ReportingPeriod
from tests.browser.accessible import check
from tests.browser.conftest import PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.steps import filed


def lived(period: ReportingPeriod, cast: Cast) -> None:
    """12.1 filed by 区城管局, 14.1 a draft of theirs, 11.2 a draft of 区住房城乡建委; an entry."""
    filed(report_of(period, "12.1"), cast, progress="更换老旧阀门三十只，漏损下降")
    save_draft(
        report=report_of(period, "14.1"), by=cast.cgj_reporter, version=0,
        content={"progress": "草稿：老旧阀门待招标"},
    )  # fmt: skip
    save_draft(
        report=report_of(period, "11.2"), by=cast.zjw_reporter, version=0,
        content={"progress": "外单位草稿：老旧阀门预算"},
    )  # fmt: skip
    log_entry(
        item=report_of(period, "12.1").assignment.work_item, by=cast.zjw_reporter,
        happened_on=datetime.date(2026, 12, 20), text="小区内老旧阀门已排查",
    )  # fmt: skip


def look_for(page: Page, words: str) -> None:
    page.get_by_role("link", name="搜索").click()
    page.get_by_label("查什么", exact=True).fill(words)
    page.get_by_role("main").get_by_role("button", name="搜索").click()


def test_a_reporter_finds_only_what_is_theirs(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    lived(period, cast)
    page = visit(cast.cgj_reporter)
    page.goto("/")
    look_for(page, "老旧阀门")
    main = page.get_by_role("main")
    expect(main.get_by_text("找到 3 项")).to_be_visible()
    expect(main.locator("mark").first).to_have_text("老旧阀门")
    expect(main.get_by_text("外单位草稿")).to_have_count(0)
    expect(main.get_by_text("工作稿，未报送")).to_be_visible()
    main.get_by_role("link", name="进展情况 2").click()
    page.wait_for_url("**kind=reports")
    main.get_by_role("link", name="12.1").click()
    page.wait_for_url(f"**/reports/{report_of(period, '12.1').pk}/")
    page.go_back()
    expect(main.locator("mark")).to_have_count(2)


def test_an_outsider_finds_no_text_at_all(period: ReportingPeriod, cast: Cast, visit: Open) -> None:
    lived(period, cast)
    page = visit(cast.swj_reporter, size=PHONE)
    page.goto("/")
    look_for(page, "老旧阀门")
    expect(page.get_by_text("没有找到“老旧阀门”")).to_be_visible()
    look_for(page, "水")
    expect(page.get_by_text("请至少写两个字")).to_be_visible()
    assert check(page, "/search/?q=漏损") == []
