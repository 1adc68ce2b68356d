"""The pages of a history import: upload, columns, rows, preview, confirm, result."""

import html as html_lib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from departments.models import AuditEvent, Department, Membership, Role, User
from reports.actions.history_read import MOST
from reports.actions.workbook_sweep import work_on_imports
from reports.models import HistoryImport, Report, ReportingPeriod
from reports.selectors.history_rows import PER_PAGE
from reports.states import Status
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.history_reading import content_of
from tests.reports.history_styles import STYLES, Style, saved, told
from tests.reports.test_history_import import broken, first_only
from tests.workbooks import FILE_DEFECTS, empty_file, plain

pytestmark = pytest.mark.django_db
ANNEX, FLAT, OTHER, EASY = STYLES[1], STYLES[2], STYLES[4], STYLES[5]
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def client(plan: Plan, cast: Cast, login: Login, now: object) -> Client:
    return login(cast.admin)


def upload(client: Client, content: bytes, code: str, name: str = "台账.xlsx") -> Any:
    data = {"half_year": code, "file": SimpleUploadedFile(name, content)}
    return client.post("/plans/wanzhou-2020-50/history/", data)


def bring(client: Client, style: Style, folder: Path) -> str:
    """Upload the style's file; returns where the product leads."""
    content, _ = content_of(style, folder)
    answer = upload(client, content, style.half_year.code, style.file_name)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def selects(html: str) -> dict[str, str]:
    """The selects of the page: name → value that is selected, or empty."""
    found = {}
    for name, inner in re.findall(r'<select name="([^"]+)"(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def column(html: str, heading: str) -> str:
    """The field in which the column ``heading`` is told."""
    found = re.search(rf'<select name="([^"]+)"[^>]*aria-label="{re.escape(heading)}"', html)
    assert found
    return found[1]


PROGRESS, MONEY = "本期工作进展情况（截至6月30日）", "完成投资（万元）"


def proposed(html: str) -> dict[str, str]:
    """What is proposed where nothing is said: name → value."""
    found = {}
    for name, inner in re.findall(r'<select name="([^"]+)"(.*?)</select>', html, re.DOTALL):
        best = re.search(r'<option value="([^"]*)" >[^<]*（建议）', inner)
        if best:
            found[name] = best[1]
    return found


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


def test_doubtful_columns_come_first_and_nothing_is_chosen_for_anybody(
    client: Client, tmp_path: Path
) -> None:
    address = bring(client, OTHER, tmp_path)
    assert address.endswith("/columns/")
    html = page(client, address)
    chosen = selects(html)
    assert (chosen[column(html, PROGRESS)], chosen[column(html, MONEY)]) == ("", "")
    assert chosen[column(html, "任务编号")] == "number"
    assert proposed(html) == {column(html, PROGRESS): "progress"}
    assert "像是“进展情况”，70%" in html
    assert "完成投资（万元）" in html
    preview = page(client, address.replace("columns/", ""))
    assert "现在不能确认" in preview
    assert "将要写入的" not in preview


def test_answers_are_kept_when_the_page_is_left(client: Client, tmp_path: Path) -> None:
    address = bring(client, OTHER, tmp_path)
    progress, money = (column(page(client, address), head) for head in (PROGRESS, MONEY))
    saved_so_far = client.post(address, {progress: "progress", "save": "1"})
    assert saved_so_far.url == address
    html = page(client, address)
    assert selects(html)[progress] == "progress"
    assert "您定的" in html
    background = client.post(address, {money: "append"}, headers={"X-Background": "1"})
    assert background.json()["errors"] == []
    assert selects(page(client, address))[money] == "append"
    following = client.post(address, {})
    assert following.url.endswith("/rows/")


def test_wordings_are_asked_once_with_a_proposal(client: Client, tmp_path: Path) -> None:
    address = bring(client, OTHER, tmp_path)
    html = page(client, address)
    told_so = {column(html, PROGRESS): "progress", column(html, MONEY): "append"}
    rows = client.post(address, told_so).url
    html = page(client, rows)
    for word in ("推进中", "滞后", "完成"):
        assert f'<b class="text">{word}</b>' in html
    assert html.count("（建议）") == 3
    after = client.post(rows, {**dict.fromkeys(selects(html), ""), "accept": "1"})
    assert re.fullmatch(r"/history/\d+/", after.url)
    assert "确认导入 53 项" in page(client, after.url)
    html = page(client, rows)
    assert html.count("您定的") == 3
    (behind,) = [name for name, value in selects(html).items() if value == "behind"]
    client.post(rows, {behind: "on_track", "save": "1"})
    assert list(selects(page(client, rows)).values()).count("on_track") == 2


def test_a_row_is_asked_with_what_it_says_of_itself(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    assert address.endswith("/rows/")
    html = page(client, address)
    assert "台账 第 19 行" in html
    assert "没有分别写明牵头单位，按先后这一行像是区水利局[直接取水企业]的" in html
    assert "有把握的 54 行" in html
    names = [name for name in selects(html) if name.startswith("rows:")]
    assert names == ["rows:0:19", "rows:0:20"]
    unanswered = client.post(address, {"rows:0:19": "skip"})
    assert unanswered.url == address
    html = page(client, address)
    assert selects(html)["rows:0:19"] == "skip"


def test_a_sure_row_can_be_settled_otherwise(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    html = page(client, f"{address}?row=0:6")
    assert selects(html)["rows:0:6"] != ""
    client.post(f"{address}?row=0:6", {"rows:0:6": "skip", "save": "1"})
    assert selects(page(client, address))["rows:0:6"] == "skip"


def test_what_is_not_asked_is_not_answered(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    client.post(address, {"rows:0:6": "skip", "rows:9:9": "skip", "rows:0:19": "rubbish"})
    answers = HistoryImport.objects.get().answers
    assert "rows" not in answers


def test_what_can_not_be_is_said_and_the_rest_is_kept(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    answer = client.post(address, {"rows:0:19": "rubbish", "rows:0:20": "skip"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "有 1 处不能采用，其余已保存：请从下拉框中选择。" in html
    assert selects(html)["rows:0:20"] == "skip"


def unknown(rows: int) -> bytes:
    """A ledger whose rows name no item that the plan has."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "台账"
    sheet.append(["序号", "工作内容", "推进状态", "进展情况"])
    for number in range(1, rows + 1):
        sheet.append([f"甲{number}", f"别处的工作{number}", "正常推进", f"做了 {number} 件"])
    return saved(book)


def device_key(html: str) -> str:
    """The name under which the device keeps what is typed on the page."""
    found = re.search(r'data-key="([^"]+)"', html)
    assert found
    return found[1]


def test_many_questions_are_asked_a_page_at_a_time(client: Client) -> None:
    address = f"{upload(client, unknown(PER_PAGE + 5), '2022H2').url}"
    first = selects(page(client, address))
    assert len(first) == PER_PAGE
    assert "要问的共 65 处" in page(client, address)
    second = selects(page(client, f"{address}?page=2"))
    assert device_key(page(client, address)) != device_key(page(client, f"{address}?page=2"))
    assert len(second) == 5
    assert not first.keys() & second.keys()
    answer = client.post(address, dict.fromkeys(first, "skip"), follow=True)
    assert selects(answer.content.decode()) == second
    assert set(selects(page(client, f"{address}?page=1")).values()) == {"skip"}
    answer = client.post(f"{address}?page=2", dict.fromkeys(second, "skip"))
    assert answer.url == address.removesuffix("rows/")
    assert len(HistoryImport.objects.get().answers["rows"]) == PER_PAGE + 5


def test_a_row_that_is_to_be_settled_otherwise_is_on_the_page_that_opens(client: Client) -> None:
    address = upload(client, unknown(PER_PAGE + 5), "2022H2").url
    html = page(client, f"{address}?row=0:{PER_PAGE + 4}")
    assert f"rows:0:{PER_PAGE + 4}" in selects(html)


def test_the_longest_ledger_that_is_taken_makes_no_heavy_page(client: Client) -> None:
    address = upload(client, unknown(MOST["rows"] - 1), "2022H2").url
    assert len(client.get(address).content) < 500_000
    refused = upload(client, unknown(MOST["rows"]), "2022H2")
    assert refused.status_code == 400
    assert f"最多 {MOST['rows']} 行" in refused.content.decode()


def test_names_that_nobody_bears_are_asked(client: Client, tmp_path: Path) -> None:
    address = bring(client, FLAT, tmp_path)
    html = page(client, address)
    assert "区发改委" in html
    assert "像是“区发展改革委”" in html
    after = client.post(address, {**dict.fromkeys(selects(html), ""), "accept": "1"})
    assert "确认导入 53 项" in page(client, after.url)


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


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .xlsx"),
        ("台账.xlsx", b"", "是空的"),
        ("台账.xlsx", b"<html></html>", "台账.xlsx"),
    ],
)
def test_a_file_that_can_not_be_taken_is_refused_at_its_field(
    client: Client, name: str, content: bytes, sentence: str
) -> None:
    answer = upload(client, content, "2022H2", name)
    assert answer.status_code in {400, 422}
    html = answer.content.decode()
    assert sentence in html
    assert '<option value="2022H2" selected' in html
    assert not HistoryImport.objects.exists()


NOT_EMPTY = [(defect, words) for defect, words in FILE_DEFECTS.items() if defect != empty_file]


@pytest.mark.once
@pytest.mark.parametrize(
    ("defect", "words"), NOT_EMPTY, ids=[defect.__name__ for defect, _ in NOT_EMPTY]
)
def test_every_file_that_the_reader_refuses_is_refused_here(
    client: Client, defect: Callable[[bytes], bytes], words: str
) -> None:
    answer = upload(client, defect(plain()), "2022H2")
    if answer.status_code == 302:  # a large one
        work_on_imports()
        answer = client.get(answer.url)
    else:
        assert answer.status_code in {400, 422}
    assert words in html_lib.unescape(answer.content.decode())
    assert not HistoryImport.objects.exclude(state="refused").exists()
    assert not ReportingPeriod.objects.exists()


def test_a_workbook_of_something_else_asks_and_writes_nothing(client: Client) -> None:
    address = upload(client, plain(), "2022H2").url
    assert address.endswith("/columns/")
    assert "没有找到表头" in page(client, address)


@pytest.mark.parametrize("code", ["", "2026H2", "2019H1", "x"])
def test_only_past_half_years_can_be_chosen(client: Client, tmp_path: Path, code: str) -> None:
    content, _ = content_of(ANNEX, tmp_path)
    assert upload(client, content, code).status_code == 422


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
