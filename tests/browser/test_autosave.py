"""The form saves by itself, and keeps what is typed when network or session are gone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from departments.models import User
from reports.actions.drafts import save_draft
from reports.models import Report, ReportingPeriod
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


class Line:
    """A slow line: the server has saved, but its answers to the script lie here."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lying: list[tuple[Route, APIResponse]] = []
        self.slow = True
        page.route("**/*", self._take)

    def _take(self, route: Route) -> None:
        if self.slow and route.request.headers.get("x-background"):
            self.lying.append((route, route.fetch()))
        else:
            route.continue_()

    def wait(self) -> None:
        """Until the script has saved."""
        for _ in range(300):
            if self.lying:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("nothing was saved")

    def deliver(self) -> None:
        """The answers arrive, and those to come as well."""
        self.slow = False
        for route, answer in self.lying:
            route.fulfill(response=answer)

    def lose(self) -> None:
        """The answers get lost; from now on the line is good."""
        self.slow = False
        for route, _ in self.lying:
            route.abort()
        expect(self.page.locator("[data-autosave-status]")).to_contain_text("网络不通")

    def give_up(self) -> None:
        """The proxy answers in the server's place; from now on the line is good."""
        self.slow = False
        for route, _ in self.lying:
            route.fulfill(status=504)
        expect(self.page.locator("[data-autosave-status]")).to_contain_text("保存未成")


def test_what_is_typed_before_the_answer_is_there_is_saved_after_it(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page, line = under_way(visit, cast.cgj_reporter, report.pk)
    page.get_by_label("进展情况").fill("先写的，又写的")
    page.wait_for_timeout(4_000)
    assert len(line.lying) == 1
    line.deliver()
    wait_until_saved(page, report.pk, "先写的，又写的")


def open_report(visit: Open, user: User, report: int) -> Page:
    page: Page = visit(user)
    page.goto(f"/reports/{report}/")
    return page


def under_way(visit: Open, user: User, report: int) -> tuple[Page, Line]:
    """A form in which 先写的 was typed; the server has it, its answer lies in the line."""
    page = open_report(visit, user, report)
    line = Line(page)
    page.get_by_label("进展情况").fill("先写的")
    line.wait()
    return page, line


def wait_until_saved(page: Page, report: int, text: str) -> None:
    for _ in range(200):
        if Report.objects.get(pk=report).progress == text:
            break
        page.wait_for_timeout(100)
    assert Report.objects.get(pk=report).progress == text
    expect(page.locator("[data-autosave-status]")).not_to_contain_text("他人")


def test_so_does_the_table_of_all_items(period: ReportingPeriod, cast: Cast, visit: Open) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    page.goto(f"/periods/{period.pk}/table/")
    field = page.locator(f"[name=r{report.pk}-progress]")
    line = Line(page)
    field.fill("先写的")
    line.wait()
    field.fill("先写的，又写的")
    page.wait_for_timeout(4_000)
    assert len(line.lying) == 1
    line.deliver()
    wait_until_saved(page, report.pk, "先写的，又写的")


def test_a_button_pressed_before_the_answer_is_there_submits_what_stands_on_the_page(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    line = Line(page)
    steps.write(page, report.pk)
    line.wait()
    page.get_by_label("存在问题").fill("资金未到位")
    page.get_by_role("button", name="提交审签").dblclick()
    expect(page.locator("[data-autosave-status]")).to_contain_text("稍候")
    line.deliver()
    expect(page.get_by_text("已提交审签。")).to_be_visible()
    report.refresh_from_db()
    assert (report.problems, report.events.count()) == ("资金未到位", 1)


@pytest.mark.parametrize("trouble", [Line.lose, Line.give_up], ids=["lost", "proxy"])
def test_after_trouble_with_an_answer_one_goes_on_typing_without_a_conflict_with_oneself(
    trouble: Callable[[Line], None], period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page, line = under_way(visit, cast.cgj_reporter, report.pk)
    trouble(line)
    page.get_by_label("进展情况").fill("先写的，又写的")
    wait_until_saved(page, report.pk, "先写的，又写的")
    assert report.revisions.count() == 2


def test_after_a_lost_answer_and_a_fresh_page_what_was_kept_goes_on_from_what_arrived(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page, line = under_way(visit, cast.cgj_reporter, report.pk)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("进展情况").fill("先写的，又写的")
    line.lose()
    page.reload()
    expect(page.get_by_label("进展情况")).to_have_value("先写的")
    page.get_by_role("button", name="恢复").click()
    wait_until_saved(page, report.pk, "先写的，又写的")


def test_after_a_lost_answer_the_button_brings_the_newest_text(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page = visit(cast.cgj_reporter)
    line = Line(page)
    steps.write(page, report.pk)
    line.wait()
    line.lose()
    page.get_by_label("进展情况").fill("又写的")
    page.get_by_role("button", name="提交审签").click()
    expect(page.get_by_text("已提交审签。")).to_be_visible()
    report.refresh_from_db()
    assert report.progress == "又写的"


@pytest.mark.parametrize("status", [400, 500])
def test_what_the_server_refused_once_is_not_sent_for_ever(
    status: int, period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page = open_report(visit, cast.cgj_reporter, report.pk)

    def take(route: Route) -> None:
        if "not taken" in (route.request.post_data or ""):
            route.fulfill(status=status)
        else:
            route.continue_()

    page.route("**/save/", take)
    page.get_by_label("进展情况").fill("not taken")
    expect(page.locator("[data-autosave-status]")).to_contain_text("保存未成")
    page.get_by_label("进展情况").fill("改好的")
    wait_until_saved(page, report.pk, "改好的")


def test_another_persons_text_is_still_a_conflict(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    page = open_report(visit, cast.cgj_reporter, report.pk)
    line = Line(page)
    page.get_by_label("进展情况").fill("我写的")
    line.wait()
    line.lose()
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事写的"}, version=None)
    page.get_by_label("进展情况").fill("我又写的")
    expect(page.locator("[data-autosave-status]")).to_contain_text("他人修改")
    assert Report.objects.get(pk=report.pk).progress == "同事写的"
