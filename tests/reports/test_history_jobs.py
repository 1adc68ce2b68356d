"""Large ledgers of past half-years are read in the background; what a crash leaves is put right."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from departments.background import BROKEN
from departments.errors import Conflict
from departments.models import User
from reports.actions import history_read
from reports.actions.background import AT_ONCE_BYTES
from reports.actions.history import confirm_history, drop_history
from reports.actions.history_read import read_history_file
from reports.actions.workbook_sweep import sweep_imports, work_on_imports
from reports.jobs import work_on_workbooks
from reports.ledger.reader import Book, WorkbookRefused, read_book
from reports.ledger.sheet import saved
from reports.models import HistoryImport, Report
from reports.selectors.history_preview import preview_of
from tasks.models import Plan
from tests.cast import Cast
from tests.reports.history_reading import content_of
from tests.reports.history_steps import upload
from tests.reports.history_styles import STYLES
from tests.reports.test_history_import import bring

pytestmark = pytest.mark.django_db
SIMPLE = STYLES[5]
State = HistoryImport.State
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, now: object) -> None:
    """Whatever is uploaded counts as large."""
    monkeypatch.setattr(history_read, "AT_ONCE_BYTES", 0)


@pytest.fixture
def waiting(plan: Plan, cast: Cast, large: None, tmp_path: Path) -> HistoryImport:
    content, _ = content_of(SIMPLE, tmp_path)
    return bring(plan, cast.admin, SIMPLE, content)


def claimed(history: HistoryImport, minutes: int) -> datetime.datetime:
    """A worker took it so many minutes ago; returns what the time is now."""
    now = timezone.now()
    history.claimed_at, history.state = now - datetime.timedelta(minutes=minutes), State.READING
    history.save()
    return now


def test_a_small_ledger_is_read_in_the_request(
    plan: Plan, cast: Cast, now: object, tmp_path: Path
) -> None:
    content, _ = content_of(SIMPLE, tmp_path)
    assert bring(plan, cast.admin, SIMPLE, content).is_open


def test_a_large_one_waits_and_comes_to_the_same(waiting: HistoryImport, cast: Cast) -> None:
    assert (waiting.state, waiting.sheets) == (State.WAITING, [])
    work_on_workbooks()
    waiting.refresh_from_db()
    assert waiting.is_open
    preview = preview_of(waiting, cast.admin)
    assert preview.counts["new"] == 53
    assert waiting.notices
    done = confirm_history(history=waiting, by=cast.admin, token=preview.token)
    assert (done.content, done.sheets) == (None, [])
    assert Report.objects.filter(imported=True).count() == 53


def test_the_page_says_how_far_it_is_and_then_shows_the_preview(
    plan: Plan, cast: Cast, login: Login, large: None, tmp_path: Path
) -> None:
    client = login(cast.admin)
    content, _ = content_of(SIMPLE, tmp_path)
    address = upload(client, content, SIMPLE.half_year.code).url
    html = client.get(address).content.decode()
    assert "等待读取" in html
    assert "data-watch" in html
    assert polled(client, address) == {"busy": True, "state": "等待读取"}
    assert client.get(f"{address}rows/").status_code == 409
    work_on_imports()
    assert polled(client, address) == {"busy": False, "state": "待核对"}
    assert "确认导入 53 项" in client.get(address).content.decode()


def polled(client: Client, address: str) -> Any:
    return client.get(address, headers={"X-Background": "1"}).json()


def test_what_the_background_refuses_says_why_on_its_page(
    plan: Plan, cast: Cast, login: Login, large: None
) -> None:
    client = login(cast.admin)
    address = upload(client, b"PK not a workbook", SIMPLE.half_year.code).url
    work_on_imports()
    assert polled(client, address) == {"busy": False, "state": "未能读取"}
    html = client.get(address).content.decode()
    assert "「台账.xlsx」" in html
    assert "文件已删除" in html
    assert "未能读取" in client.get("/plans/wanzhou-2020-50/history/").content.decode()
    history = HistoryImport.objects.get()
    assert (history.content, history.sheets) == (None, [])


def test_a_ledger_that_is_too_long_is_refused_there_too(
    waiting: HistoryImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(history_read.MOST, "rows", 40)
    work_on_imports()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content) == (State.REFUSED, None)
    assert "最多 40 行" in waiting.sentence


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        ("sheets", "0 张工作表"),
        ("rows", "0 行"),
        ("columns", "0 列"),
        ("cells", "0 格"),
        ("characters", "0 字"),
    ],
)
def test_the_refusal_names_the_limit_that_was_passed(
    waiting: HistoryImport, monkeypatch: pytest.MonkeyPatch, what: str, limit: str
) -> None:
    monkeypatch.setitem(history_read.MOST, what, 0)
    work_on_imports()
    waiting.refresh_from_db()
    assert f"（最多 {limit}）" in waiting.sentence


def test_so_it_does_for_merged_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(history_read.MOST, "merges", 0)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["序号", "工作内容"])
    sheet.merge_cells("A1:A2")
    with pytest.raises(WorkbookRefused, match="最多 0 处合并单元格"):
        history_read._read(saved(book), "台账.xlsx")


def test_a_fault_of_ours_ends_with_a_sentence_and_the_next_one_goes_on(
    waiting: HistoryImport, plan: Plan, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bring(plan, cast.admin, SIMPLE, bytes(waiting.content or b"") + b" ")

    def stumble(content: bytes, name: str) -> Book:
        if content == waiting.content:
            raise LookupError
        return read_book(bytes(waiting.content or b""), name)

    monkeypatch.setattr(history_read, "read_book", stumble)
    assert work_on_imports() == 2
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.state, waiting.sentence, waiting.content) == (State.REFUSED, BROKEN, None)
    assert other.is_open


def test_two_workers_read_it_once(waiting: HistoryImport) -> None:
    assert [read_history_file(history=waiting) for _ in range(2)] == [True, False]


def test_after_a_crash_the_upload_is_told_and_the_file_deleted(waiting: HistoryImport) -> None:
    now = claimed(waiting, minutes=11)
    sweep_imports(now)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content) == (State.REFUSED, None)
    assert "重新上传" in waiting.sentence
    sweep_imports(now)
    assert HistoryImport.objects.get().settled_at == waiting.settled_at


def test_a_reader_that_is_still_at_it_is_left_alone(waiting: HistoryImport) -> None:
    sweep_imports(claimed(waiting, minutes=9))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content is None) == (State.READING, False)


def test_who_comes_back_late_from_reading_brings_nothing_back(
    waiting: HistoryImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(content: bytes, name: str) -> Book:
        HistoryImport.objects.update(claimed_at=timezone.now() - datetime.timedelta(minutes=11))
        sweep_imports(timezone.now())
        return read_book(content, name)

    monkeypatch.setattr(history_read, "read_book", slowly)
    work_on_imports()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content, waiting.sheets) == (State.REFUSED, None, [])


def test_what_waits_can_be_given_up_and_what_is_being_read_not(
    waiting: HistoryImport, cast: Cast
) -> None:
    claimed(waiting, minutes=1)
    with pytest.raises(Conflict, match="正在读取"):
        drop_history(history=waiting, by=cast.admin)
    HistoryImport.objects.update(state=State.WAITING)
    drop_history(history=waiting, by=cast.admin)
    assert work_on_imports() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.content) == (State.DROPPED, None)


def test_the_same_file_again_while_it_waits_is_the_same_import(
    waiting: HistoryImport, plan: Plan, cast: Cast, tmp_path: Path
) -> None:
    content, _ = content_of(SIMPLE, tmp_path)
    assert bring(plan, cast.admin, SIMPLE, content) == waiting


def test_once_refused_it_can_be_sent_again(
    waiting: HistoryImport, plan: Plan, cast: Cast, tmp_path: Path
) -> None:
    sweep_imports(claimed(waiting, minutes=11))
    content, _ = content_of(SIMPLE, tmp_path)
    assert bring(plan, cast.admin, SIMPLE, content) != waiting


def test_the_documents_name_the_limits() -> None:
    most = history_read.MOST
    docs = settings.BASE_DIR / "docs"
    said = (docs / "ledger-format.md").read_text(encoding="utf-8")
    assert f"最多 {most['rows']} 行、{most['sheets']} 张工作表" in said
    assert (
        f"最多 {most['columns']} 列、{most['cells']:,} 格、{most['merges']:,} 处合并单元格" in said
    )
    assert f"{most['characters'] // 10_000} 万字" in said
    assert f"超过 {AT_ONCE_BYTES // 1024} KB 的文件在后台读取" in said
    decided = (docs / "decisions" / "history-import.md").read_text(encoding="utf-8")
    assert f"一份台账最多 {most['rows']} 行" in decided
