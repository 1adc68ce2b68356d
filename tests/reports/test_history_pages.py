"""The pages of a history import: preview, confirm, result."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from departments.models import AuditEvent, Department, Membership, Role
from reports.models import HistoryImport, Report, ReportingPeriod
from reports.states import Status
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.history_reading import content_of
from tests.reports.history_steps import (
    ANNEX,
    EASY,
    FLAT,
    Login,
    bring,
    client,
    media,
    page,
    selects,
    upload,
)
from tests.reports.history_styles import STYLES, told
from tests.reports.test_history_import import broken, first_only

__all__ = ["client", "media"]
pytestmark = pytest.mark.django_db


def test_a_sure_ledger_goes_straight_to_the_preview(client: Client, tmp_path: Path) -> None:
    address = bring(client, EASY, tmp_path)
    assert re.fullmatch(r"/history/\d+/", address)
    html = page(client, address)
    assert "确认导入 53 项" in html
    assert "将要写入的 53 项" in html
    assert "2023年1月10日 按时" in html
    assert "2023年1月17日 迟报" in html
    assert "工作表“2022年下半年”有隐藏的行（第" in html
    assert "小计" not in html.split("将要写入的")[0]
    assert not Report.objects.exists()


def test_confirming_writes_and_shows_the_result(client: Client, cast: Cast, tmp_path: Path) -> None:
    address = bring(client, EASY, tmp_path)
    token = re.search(r'name="token" value="(\w+)"', page(client, address))
    assert token
    answer = client.post(f"{address}confirm/", {"token": token[1]}, follow=True)
    html = answer.content.decode()
    assert "已导入 53 项。" in html
    assert "已导入</span>" in html
    assert HistoryImport.objects.get().sha256 in html
    assert Report.objects.filter(imported=True, status=Status.ACCEPTED).count() == 53
    assert AuditEvent.objects.filter(action="历史导入", user=cast.admin).count() == 1
    again = client.post(f"{address}confirm/", {"token": token[1]}, follow=True)
    assert "已导入 53 项。" not in again.content.decode()
    assert AuditEvent.objects.filter(action="历史导入").count() == 1
    original = re.search(r'href="(/attachments/\d+/)"', html)
    assert original
    content, _ = content_of(EASY, tmp_path)
    assert client.get(original[1]).content == content


def test_a_wrong_half_year_is_seen_and_can_be_changed(client: Client, tmp_path: Path) -> None:
    content, _ = content_of(FLAT, tmp_path)
    address = upload(client, content, "2020H1").url
    assert address.endswith("/columns/")
    html = page(client, address)
    assert "表上写的是2021年上半年，不是2020年上半年" in html
    after = client.post(address, {"half_year": "2021H1"})
    assert after.url.endswith("/rows/")
    assert HistoryImport.objects.get().half_year.code == "2021H1"
    wrong = client.post(address, {"half_year": "2026H2"})
    assert wrong.status_code == 422
    assert "尚未截止" in wrong.content.decode()


def test_faults_say_cell_reason_and_cure_and_are_left_by_choice_only(
    client: Client, tmp_path: Path
) -> None:
    rows = told(EASY.half_year)
    address = upload(client, broken(EASY, rows), "2022H2").url
    html = page(client, address)
    assert "2022年下半年!G4" in html
    assert "是公式，缓存的结果不可信" in html
    assert "选择性粘贴→数值" in html
    token = re.search(r'name="token" value="(\w+)"', html)
    assert token
    refused = client.post(f"{address}confirm/", {"token": token[1]})
    assert refused.status_code == 400
    assert "有 1 项有误" in refused.content.decode()
    taken = client.post(f"{address}confirm/", {"token": token[1], "valid_only": "1"}, follow=True)
    html = taken.content.decode()
    assert "已导入 52 项。" in html
    assert "有误、没有导入的" in html


@pytest.mark.parametrize("reads", [False, True], ids=["admin", "admin-and-coordinator"])
def test_conflicts_show_both_texts_to_who_reads_reports(
    client: Client, cast: Cast, tmp_path: Path, reads: bool
) -> None:
    if reads:
        slj = Department.objects.get(code="slj")
        Membership.objects.create(
            user=cast.admin, department=slj, role=Role.COORDINATOR, since="2020-05-15"
        )
    first = bring(client, EASY, tmp_path)
    token = re.search(r'name="token" value="(\w+)"', page(client, first))
    assert token
    client.post(f"{first}confirm/", {"token": token[1]})
    address = upload(client, first_only(EASY, "另一段文字"), "2022H2").url
    html = page(client, address)
    assert "系统已有、台账不同的 1 项" in html
    assert "另一段文字" in html
    assert ("2022年下半年第 1 件" in html) is reads
    assert ("管理员看不到" in html) is not reads
    assert "没有可以导入的内容。" in html


def test_what_changed_since_the_preview_is_shown_again(client: Client, tmp_path: Path) -> None:
    address = bring(client, EASY, tmp_path)
    answer = client.post(f"{address}confirm/", {"token": "stale"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "预览之后有了变化" in html
    assert "确认导入 53 项" in html


def test_giving_up_deletes_what_was_read(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path).replace("rows/", "")
    answer = client.post(f"{address}drop/", follow=True)
    assert "没有写入任何内容" in answer.content.decode()
    assert HistoryImport.objects.get().content is None
    assert "文件已删除" in page(client, address)
    assert client.get(f"{address}rows/").status_code == 409
    assert client.post(f"{address}confirm/").status_code == 409


def test_the_page_of_half_years_leads_here_for_those_who_may(
    plan: Plan, cast: Cast, login: Login, now: object
) -> None:
    where = "/plans/wanzhou-2020-50/history/"
    for name, leads in (("admin", True), ("slj_coordinator", False), ("fgw_coordinator", False)):
        html = page(login(getattr(cast, name)), "/plans/wanzhou-2020-50/periods/")
        assert (where in html) is leads


def test_a_report_says_where_it_came_from(
    client: Client, cast: Cast, login: Login, tmp_path: Path
) -> None:
    address = bring(client, EASY, tmp_path)
    token = re.search(r'name="token" value="(\w+)"', page(client, address))
    assert token
    client.post(f"{address}confirm/", {"token": token[1]})
    report = report_of(ReportingPeriod.objects.get(), "12.1")
    for who in (cast.slj_coordinator, cast.auditor):
        html = page(login(who), f"/reports/{report.pk}/")
        assert "历史导入" in html
        assert "金山另存.xlsx" in html
        assert re.search(r'href="/attachments/\d+/"', html)
    own = page(login(cast.cgj_reporter), f"/reports/{report.pk}/")
    assert "2022年下半年 第" in own
    assert not re.search(r'href="/attachments/\d+/"', own)
    assert client.get(f"/reports/{report.pk}/").status_code == 404
    attachment = re.search(r"/attachments/\d+/", page(client, address))
    assert attachment
    assert login(cast.cgj_reporter).get(attachment[0]).status_code == 404


def test_what_was_imported_is_found_by_its_text_and_its_file(
    client: Client, cast: Cast, login: Login, tmp_path: Path
) -> None:
    address = bring(client, EASY, tmp_path)
    token = re.search(r'name="token" value="(\w+)"', page(client, address))
    assert token
    client.post(f"{address}confirm/", {"token": token[1]})
    for who in (cast.slj_coordinator, cast.auditor):
        found = page(login(who), "/search/?q=金山另存")
        assert "历史导入原件" in found
        assert "2022年下半年" in found
        assert "投入" in page(login(who), "/search/?q=下属各单位均已落实")
    assert "历史导入原件" not in page(login(cast.cgj_reporter), "/search/?q=金山另存")


def test_the_first_item_alone_leaves_the_rest_unrecorded(client: Client) -> None:
    address = upload(client, first_only(EASY, "只有这一项"), "2022H2").url
    html = page(client, address)
    assert "台账里没有的 52 项" in html
    assert "记作“无记录”" in html


@pytest.mark.parametrize("step", ["", "columns/", "rows/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, tmp_path: Path, django_assert_max_num_queries: Callable[..., Any], step: str
) -> None:
    small = upload(client, first_only(EASY, "只有这一项"), "2022H2").url
    large = bring(client, EASY, tmp_path)
    counted = []
    for address in (small, large):
        with django_assert_max_num_queries(26) as captured:
            page(client, f"{address}{step}")
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_a_book_with_a_sheet_per_department_asks_about_its_columns_once(
    client: Client, tmp_path: Path
) -> None:
    address = bring(client, STYLES[3], tmp_path)
    html = page(client, address)
    assert html.count("各列是什么</h2>") == 1
    assert "填报说明" in html
    assert selects(html)["sheets:0"] == ""
