"""The form saves by itself, and keeps what is typed when network or session are gone."""

from playwright.sync_api import expect

from reports.models import ReportingPeriod
from tests.browser import steps
from tests.browser.conftest import Open
from tests.cast import Cast, report_of


def test_it_saves_by_itself_and_says_when(period: ReportingPeriod, cast: Cast, visit: Open) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    page.goto(f"/reports/{report.pk}/")
    page.get_by_label("进展情况").fill(steps.TEXT)
    expect(page.locator("[data-autosave-status]")).to_contain_text("已自动保存")
    report.refresh_from_db()
    assert report.progress == steps.TEXT
    page.get_by_label("推进状态").select_option(label="正常推进")
    page.get_by_label("完成率").fill("60")
    page.get_by_role("button", name="提交审签").click()
    expect(page.get_by_text("已提交审签。")).to_be_visible()


def test_without_a_network_the_text_stays_on_the_device(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    page.goto(f"/reports/{report.pk}/")
    page.context.set_offline(True)
    page.get_by_label("进展情况").fill("断网时写的")
    expect(page.locator("[data-autosave-status]")).to_contain_text("网络不通")
    page.context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_contain_text("已自动保存")
    report.refresh_from_db()
    assert report.progress == "断网时写的"


def test_after_the_session_ended_the_text_comes_back(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    page.goto(f"/reports/{report.pk}/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("进展情况").fill("登录过期时写的")
    expect(page.locator("[data-autosave-status]")).to_contain_text("登录已过期")
    page.on("dialog", lambda dialog: dialog.accept())
    steps.log_in(page, cast.cgj_reporter)
    page.goto(f"/reports/{report.pk}/")
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_label("进展情况")).to_have_value("登录过期时写的")


def test_a_double_click_submits_once(period: ReportingPeriod, cast: Cast, visit: Open) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    steps.write(page, report.pk)
    page.get_by_role("button", name="提交审签").dblclick()
    expect(page.get_by_text("已提交审签。")).to_be_visible()
    assert report.events.count() == 1
