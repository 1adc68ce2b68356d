"""The pages on which workbooks are dropped, previewed, confirmed and undone."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from departments.models import AuditEvent, User
from reports.actions.drafts import save_draft
from reports.ledger.fill_in import ITEMS_SHEET
from reports.models import ReportingPeriod, WorkbookImport
from tests.cast import Cast, report_of
from tests.reports.steps import filed
from tests.reports.workbook_steps import dropped, filled_in, number_of, row_of, workbook_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
GOOD = {("12.1", "进展情况"): "完成 9.1 公里", ("14.1", "备注"): "待核"}
BAD = {**GOOD, ("20.4", "完成率"): 101}


def address(period: ReportingPeriod) -> str:
    return f"/periods/{period.pk}/imports/?department=cgj"


def drop(client: Client, period: ReportingPeriod, *contents: bytes) -> Any:
    files = [SimpleUploadedFile(f"{n}科.xlsx", one) for n, one in enumerate(contents, 1)]
    return client.post(address(period), {"files": files})


def page_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def seen_in(page: str) -> str:
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_the_upload_page_tells_how_to_fill_in_and_lists_earlier_imports(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    dropped(period, cast.cgj_colleague, workbook_of(period))
    page = page_of(client.get(address(period)))
    assert "累计完成的百分比，0 到 100 的整数" in page
    assert "甲科.xlsx" in page
    assert "待确认" in page
    for where in ("/", f"/periods/{period.pk}/table/"):
        assert f"/periods/{period.pk}/imports/" in page_of(client.get(where))


def test_from_dropping_to_the_result(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), GOOD))
    preview = page_of(client.get(answer.url))
    assert "还没有写入任何内容" in preview
    assert "完成 9.1 公里" in preview
    assert report_of(period, "12.1").progress == ""
    done = client.post(f"{answer.url}confirm/", {"seen": seen_in(preview)})
    assert done.status_code == 302
    result = page_of(client.get(done.url))
    assert "2 项" in result
    assert f'href="/periods/{period.pk}/table/?department=cgj"' in result
    assert report_of(period, "12.1").progress == "完成 9.1 公里"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"上传填报表", "导入填报表"} <= actions


def test_the_difference_is_marked(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    report, client = report_of(period, "12.1"), login(cast.cgj_reporter)
    text = {"progress": "完成 6.1 公里管网改造"}
    save_draft(report=report, by=cast.cgj_reporter, content=text, version=0)
    cells = {("12.1", "进展情况"): "完成 9.3 公里管网改造"}
    answer = drop(client, period, filled_in(workbook_of(period), cells))
    page = page_of(client.get(answer.url))
    assert '<del><span class="sr">删去：</span>6.1</del>' in page
    assert '<ins><span class="sr">新增：</span>9.3</ins>' in page


def test_a_refused_file_and_a_faulty_cell_say_what_to_do(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), BAD), b"x")
    page = page_of(client.get(answer.url))
    assert "完成率应在 0 到 100 之间" in page
    assert "2科.xlsx" in page
    assert "只导入有效的行" in page
    assert "确认导入" not in page
    refused = client.post(f"{answer.url}confirm/", {"seen": seen_in(page)})
    assert refused.status_code == 400
    assert "有 1 行不能导入，什么都没有写入" in page_of(refused)
    assert report_of(period, "12.1").progress == ""


def test_what_was_not_taken_comes_back_with_the_reason_beside(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), BAD))
    seen = seen_in(page_of(client.get(answer.url)))
    client.post(f"{answer.url}confirm/", {"seen": seen, "valid_only": "1"})
    assert "下载退回的填报表" in page_of(client.get(answer.url))
    returned = client.get(f"{answer.url}rejected/")
    sheet = load_workbook(io.BytesIO(returned.content))[ITEMS_SHEET]
    assert sheet.max_row == 4
    row = row_of(sheet, "20.4")
    assert "完成率应在 0 到 100 之间" in str(
        sheet.cell(row, number_of(sheet, "未导入的原因")).value
    )
    rate = sheet.cell(row, number_of(sheet, "完成率"))
    assert (rate.value, rate.protection.locked) == (101, False)


def test_the_workbook_that_came_back_is_mended_and_taken(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), BAD))
    seen = seen_in(page_of(client.get(answer.url)))
    client.post(f"{answer.url}confirm/", {"seen": seen, "valid_only": "1"})
    returned = client.get(f"{answer.url}rejected/").content
    again = drop(client, period, filled_in(returned, {("20.4", "完成率"): 100}))
    seen = seen_in(page_of(client.get(again.url)))
    client.post(f"{again.url}confirm/", {"seen": seen})
    assert report_of(period, "20.4").completion == 100


def test_a_row_that_fits_nothing_comes_back_as_it_was_typed(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    foreign = filled_in(workbook_of(period, "zjw"), {("11.2", "进展情况"): "别家写的"})
    answer = drop(client, period, foreign, filled_in(workbook_of(period), GOOD))
    seen = seen_in(page_of(client.get(answer.url)))
    client.post(f"{answer.url}confirm/", {"seen": seen, "valid_only": "1"})
    returned = client.get(f"{answer.url}rejected/")
    texts = {
        str(cell.value)
        for row in load_workbook(io.BytesIO(returned.content))[ITEMS_SHEET].iter_rows()
        for cell in row
    }
    assert "别家写的" in texts
    assert any("是区住房城乡建委2026年下半年的" in text for text in texts)


def test_a_conflict_shows_both_texts_and_takes_the_chosen_one(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, report = login(cast.cgj_reporter), report_of(period, "12.1")
    content = filled_in(workbook_of(period), GOOD)
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事的字"}, version=0)
    answer = drop(client, period, content)
    page = page_of(client.get(answer.url))
    assert "同事的字" in page
    assert "cgj colleague" in page
    choice = f"choice-{report.pk}"
    assert page.count(f'name="{choice}"') == 2
    form = {"seen": seen_in(page)}
    undecided = client.post(f"{answer.url}confirm/", form)
    assert undecided.status_code == 400
    client.post(f"{answer.url}confirm/", {**form, choice: "file0"})
    report.refresh_from_db()
    assert report.progress == "完成 9.1 公里"


def test_what_somebody_filed_meanwhile_is_shown_and_not_touched(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), GOOD))
    seen = seen_in(page_of(client.get(answer.url)))
    filed(report_of(period, "12.1"), cast)
    late = client.post(f"{answer.url}confirm/", {"seen": seen})
    assert late.status_code == 409
    assert "又有改动" in page_of(late)
    assert "本项已报送待审核" in page_of(late)
    assert report_of(period, "14.1").note == ""


def test_a_double_click_does_it_once(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), GOOD))
    form = {"seen": seen_in(page_of(client.get(answer.url)))}
    codes = [client.post(f"{answer.url}confirm/", form).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert report_of(period, "12.1").version == 1


def test_an_import_is_undone_or_given_up_by_a_button(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    answer = drop(client, period, filled_in(workbook_of(period), GOOD))
    form = {"seen": seen_in(page_of(client.get(answer.url)))}
    client.post(f"{answer.url}confirm/", form)
    assert "整体撤销这次导入" in page_of(client.get(answer.url))
    assert client.post(f"{answer.url}undo/").status_code == 302
    assert report_of(period, "12.1").progress == ""
    other = drop(client, period, filled_in(workbook_of(period), GOOD))
    assert client.post(f"{other.url}discard/").status_code == 302
    assert "已放弃" in page_of(client.get(other.url))
    assert client.post(f"{other.url}burn/").status_code == 404


def test_without_a_file_the_page_says_so(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    answer = login(cast.cgj_reporter).post(address(period), {})
    assert answer.status_code == 400
    assert "请选择要导入的填报表" in page_of(answer)


def test_drafts_on_their_way_in_are_seen_by_the_department_alone(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    made = dropped(period, cast.cgj_reporter, filled_in(workbook_of(period), GOOD))
    where = f"/imports/{made.pk}/"
    for user in (cast.zjw_reporter, cast.slj_coordinator, cast.auditor, cast.admin):
        assert login(user).get(where).status_code == 404
        assert login(user).post(f"{where}confirm/").status_code == 404
    leader = login(cast.cgj_approver)
    assert leader.get(where).status_code == 200
    assert "确认导入" not in page_of(leader.get(where))
    assert leader.post(f"{where}confirm/").status_code == 403
    assert leader.post(f"{where}undo/").status_code == 403


def test_the_preview_asks_as_many_questions_for_eighteen_items_as_for_one(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    counts = []
    for user, code in ((cast.zjw_reporter, "zjw"), (cast.slj_reporter, "slj")):
        made = dropped(period, user, workbook_of(period, code), code=code)
        client = login(user)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/imports/{made.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16


def test_the_page_of_a_busy_import_can_be_left_and_returned_to(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    made = dropped(period, cast.cgj_reporter, workbook_of(period))
    WorkbookImport.objects.update(state="reading", rows_read=4)
    client = login(cast.cgj_reporter)
    page = page_of(client.get(f"/imports/{made.pk}/"))
    assert "正在读取" in page
    assert "您可以离开本页" in page
    said = client.get(f"/imports/{made.pk}/", headers={"X-Background": "1"}).json()
    assert said == {"busy": True, "state": "正在读取", "rows": 4}
