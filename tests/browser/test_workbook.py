"""A clerk's half-year in Excel: download, fill in, drop, preview, choose, confirm, submit."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from reports.actions.drafts import save_draft
from reports.models import Report, ReportingPeriod, WorkbookImport
from reports.states import Status
from tests.browser.accessible import check
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.steps import submitted
from tests.reports.workbook_steps import confirmed, dropped, filled_in, workbook_of

DROP = """([zone, name, content]) => {
    const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name));
    zone.dispatchEvent(new DragEvent("dragover", {bubbles: true, dataTransfer: data}));
    zone.dispatchEvent(new DragEvent("drop", {bubbles: true, dataTransfer: data}));
}"""
FILLED = {
    ("12.1", "进展情况"): "科室在表里写的：完成 9.1 公里",
    ("12.1", "推进状态"): "正常推进",
    ("12.1", "完成率"): 60,
    ("14.1", "进展情况"): "从严控制洗车用水定额",
    ("14.1", "推进状态"): "长期坚持",
}


def download(page: Page) -> bytes:
    """The workbook, by the button on home."""
    page.goto("/")
    with page.expect_download() as begun:
        page.get_by_role("link", name="下载填报表").first.click()
    assert begun.value.suggested_filename == "节水行动填报表_区城管局_2026年下半年.xlsx"
    return Path(begun.value.path()).read_bytes()


def drop(page: Page, content: bytes, name: str = "区城管局填报表.xlsx") -> None:
    page.goto("/")
    page.get_by_role("link", name="导入填报表").first.click()
    zone = page.locator("[data-drop-zone]").element_handle()
    page.wait_for_load_state()  # a file dropped before the script listens goes nowhere
    with page.expect_navigation():
        page.evaluate(DROP, [zone, name, base64.b64encode(content).decode()])


def test_from_the_download_to_everything_submitted(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    clerk, report = visit(cast.cgj_reporter), report_of(period, "12.1")
    content = filled_in(download(clerk), FILLED)
    theirs = {"progress": "同事在网页上写的"}
    save_draft(report=report, by=cast.cgj_colleague, content=theirs, version=0)
    drop(clerk, content)
    expect(clerk.get_by_text("还没有写入任何内容")).to_be_visible()
    expect(clerk.get_by_text("同事在网页上写的").first).to_be_visible()
    expect(clerk.get_by_text("从严控制洗车用水定额")).to_be_visible()
    clerk.get_by_label("用「区城管局填报表.xlsx」里的").check()
    clerk.get_by_role("button", name="确认导入").click()
    expect(clerk.get_by_role("heading", name=re.compile("已导入"))).to_be_visible()
    clerk.get_by_role("link", name="核对并提交").click()
    clerk.get_by_role("button", name="提交填好的各项").click()
    expect(clerk.get_by_text("提交 2 项")).to_be_visible()
    waiting = Report.objects.filter(period=period, status=Status.PENDING)
    assert {one.progress for one in waiting} == {
        FILLED[code, "进展情况"] for code in ("12.1", "14.1")
    }


def test_a_choice_must_be_made_before_confirming(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    clerk, report = visit(cast.cgj_reporter), report_of(period, "12.1")
    content = filled_in(download(clerk), FILLED)
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事的"}, version=0)
    drop(clerk, content)
    clerk.get_by_role("button", name="确认导入").click()
    expect(clerk.get_by_text("有 1 行不能导入，什么都没有写入")).to_be_visible()
    report.refresh_from_db()
    assert report.progress == "同事的"


def test_without_drag_and_drop_a_phone_chooses_the_files(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    clerk = visit(cast.cgj_reporter, size=PHONE)
    content = download(clerk)
    paths = []
    for name, said in (("甲科.xlsx", "甲科写的"), ("乙科.xlsx", "乙科写的")):
        path = tmp_path / name
        path.write_bytes(filled_in(content, {("12.1", "进展情况"): said}))
        paths.append(path)
    clerk.goto(f"/periods/{period.pk}/imports/")
    clerk.locator("input[type=file]").set_input_files(paths)
    expect(clerk.get_by_text("甲科.xlsx")).to_be_visible()
    clerk.get_by_role("button", name="上传并预览").click()
    clerk.get_by_label("用「乙科.xlsx」里的").check()
    clerk.get_by_role("button", name="确认导入").click()
    expect(clerk.get_by_role("heading", name=re.compile("已导入"))).to_be_visible()
    assert report_of(period, "12.1").progress == "乙科写的"


def test_a_wrong_workbook_is_mended_and_brought_again(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    clerk = visit(cast.cgj_reporter)
    drop(clerk, filled_in(download(clerk), {**FILLED, ("20.4", "完成率"): 101}))
    expect(clerk.get_by_text("完成率应在 0 到 100 之间")).to_be_visible()
    clerk.get_by_role("button", name="只导入有效的行").click()
    with clerk.expect_download() as begun:
        clerk.get_by_role("link", name="下载退回的填报表").click()
    drop(clerk, filled_in(Path(begun.value.path()).read_bytes(), {("20.4", "完成率"): 100}))
    clerk.get_by_role("button", name="确认导入").click()
    clerk.get_by_role("button", name="整体撤销这次导入").click()
    expect(clerk.get_by_text("已整体撤销")).to_be_visible()
    assert report_of(period, "20.4").completion is None
    assert report_of(period, "14.1").progress == FILLED["14.1", "进展情况"]


def imports_of_every_kind(period: ReportingPeriod, cast: Cast) -> list[WorkbookImport]:
    """One to be confirmed with all that can be in it, one done, one refused, one busy."""
    long = "完成改造。" * 60
    first = {"progress": long, "state": "on_track", "completion": 60}
    for code in ("12.1", "20.5"):
        report = report_of(period, code)
        save_draft(report=report, by=cast.cgj_reporter, content=first, version=0)
    out = workbook_of(period)
    save_draft(
        report=report_of(period, "12.1"),
        by=cast.cgj_colleague,
        content={"progress": long + "同事补充。"},
        version=1,
    )
    submitted(report_of(period, "21.2"), cast.cgj_reporter)
    cells = {
        ("12.1", "进展情况"): long + "科室补充。",
        ("20.5", "进展情况"): long.replace("改造", "新建"),
        ("21.2", "进展情况"): "晚来的",
        ("14.1", "备注"): "待核",
        ("20.4", "完成率"): 101,
        ("13.1", "推进状态"): "还行",
    }
    bad, good = filled_in(out, cells), filled_in(out, {("11.1", "备注"): "待核"})
    done = confirmed(dropped(period, cast.cgj_reporter, good), cast.cgj_reporter)
    refused = dropped(period, cast.cgj_reporter, b"no workbook")
    busy = dropped(period, cast.cgj_reporter, out)
    WorkbookImport.objects.filter(pk=busy.pk).update(state="reading")
    return [dropped(period, cast.cgj_reporter, bad, good, b"x"), done, refused, busy]


def test_every_page_of_an_import_is_accessible_and_fits(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    made = imports_of_every_kind(period, cast)
    addresses = [f"/periods/{period.pk}/imports/", *(f"/imports/{one.pk}/" for one in made)]
    page, sizes = visit(cast.cgj_reporter), (PHONE, DESKTOP)
    wrong = [fault for address in addresses for fault in check(page, address, sizes=sizes)]
    assert not wrong, "\n".join(wrong)


def test_a_page_that_waits_for_the_background_goes_on_by_itself(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    made = dropped(period, cast.cgj_reporter, workbook_of(period))
    WorkbookImport.objects.update(state="reading")
    page = visit(cast.cgj_reporter)
    page.goto(f"/imports/{made.pk}/")
    expect(page.get_by_text("您可以离开本页")).to_be_visible()
    WorkbookImport.objects.update(state="ready")
    expect(page.get_by_text("还没有写入任何内容")).to_be_visible()
