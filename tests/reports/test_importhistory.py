"""``importhistory``: what is sure comes in; what is not is listed, and nothing is written."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from departments.models import AuditEvent
from reports.actions import history_read
from reports.actions.history import answer_history
from reports.models import HistoryImport, Report, ReportingPeriod
from tasks.models import Plan
from tests.cast import Cast
from tests.reports.history_reading import content_of
from tests.reports.history_styles import STYLES, Style, told
from tests.reports.test_history_import import bring, broken
from tests.workbooks import FILE_DEFECTS, spoilt

pytestmark = pytest.mark.django_db
KEYED, ANNEX, OTHER = STYLES[0], STYLES[1], STYLES[4]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path, cast: Cast, now: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def run(style: Style, folder: Path, *words: str, user: str = "admin") -> str:
    path = folder / style.file_name
    if not path.exists():
        path.write_bytes(content_of(style, folder)[0])
    out = StringIO()
    code = style.half_year.code
    call_command("importhistory", str(path), code, "--user", user, *words, stdout=out)
    return out.getvalue()


def test_a_sure_ledger_comes_in(folder: Path) -> None:
    said = run(KEYED, folder)
    assert "新写入 53 项，已有且相同 0 项" in said
    assert "已导入 53 项。" in said
    assert Report.objects.filter(imported=True).count() == 53
    assert AuditEvent.objects.filter(action="历史导入", username="admin").exists()


def test_a_second_time_there_is_nothing_new(folder: Path) -> None:
    run(KEYED, folder)
    said = run(KEYED, folder)
    assert "已有且相同 53 项" in said
    assert "没有可以导入的内容。" in said
    assert HistoryImport.objects.filter(state="open").count() == 0


def test_a_dry_run_writes_nothing_and_keeps_nothing(folder: Path) -> None:
    said = run(KEYED, folder, "--dry-run")
    assert "新写入 53 项" in said
    assert "已导入" not in said
    assert not ReportingPeriod.objects.exists()
    assert HistoryImport.objects.get().content is None


@pytest.mark.parametrize(
    ("style", "doubts"),
    [
        (ANNEX, ["台账 第 19 行：没有分别写明牵头单位", "写法“进行中”（推进状态）：4 处"]),
        (OTHER, ["列“完成投资（万元）”：认不出是什么", "写法“推进中”（推进状态）：10 处"]),
    ],
    ids=["rows", "columns"],
)
def test_what_is_doubtful_is_listed_and_nothing_is_written(
    folder: Path, style: Style, doubts: list[str]
) -> None:
    with pytest.raises(CommandError) as refused:
        run(style, folder)
    for doubt in doubts:
        assert doubt in str(refused.value)
    assert "逐处核对后导入" in str(refused.value)
    assert not Report.objects.exists()
    assert HistoryImport.objects.get().state == "dropped"


def test_rows_that_are_wrong_stop_it_unless_one_says_otherwise(folder: Path) -> None:
    (folder / KEYED.file_name).write_bytes(broken(KEYED, told(KEYED.half_year)))
    with pytest.raises(CommandError, match="有 1 项有误，没有写入"):
        run(KEYED, folder)
    assert not Report.objects.exists()
    assert "已导入 52 项。" in run(KEYED, folder, "--valid-only")


def on_the_web(style: Style, folder: Path, plan: Plan, cast: Cast) -> HistoryImport:
    """The same file, brought to the page by the same admin."""
    content = content_of(style, folder)[0]
    (folder / style.file_name).write_bytes(content)
    return bring(plan, cast.admin, style, content)


def test_an_import_under_way_on_the_web_keeps_its_answers(
    folder: Path, plan: Plan, cast: Cast
) -> None:
    history = on_the_web(ANNEX, folder, plan, cast)
    answer_history(history=history, by=cast.admin, said={"rows": {"0:6": "skip"}})
    for words in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match="拿不准"):
            run(ANNEX, folder, *words)
    history.refresh_from_db()
    assert (history.state, history.answers) == ("open", {"rows": {"0:6": "skip"}})
    assert history.sheets


def test_one_with_nothing_new_stays_too(folder: Path, plan: Plan, cast: Cast) -> None:
    run(KEYED, folder)
    history = bring(plan, cast.admin, KEYED, (folder / KEYED.file_name).read_bytes())
    assert "没有可以导入的内容。" in run(KEYED, folder)
    history.refresh_from_db()
    assert history.state == "open"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is uploaded on the web waits for the background."""
    monkeypatch.setattr(history_read, "AT_ONCE_BYTES", 0)


def test_one_that_waits_there_is_read_here(
    folder: Path, plan: Plan, cast: Cast, large: None
) -> None:
    history = on_the_web(KEYED, folder, plan, cast)
    assert "新写入 53 项" in run(KEYED, folder, "--dry-run")
    history.refresh_from_db()
    assert history.state == "open"
    assert "已导入 53 项。" in run(KEYED, folder)


def test_one_that_is_being_read_there_is_left_alone(
    folder: Path, plan: Plan, cast: Cast, large: None
) -> None:
    history = on_the_web(KEYED, folder, plan, cast)
    HistoryImport.objects.update(state="reading")
    with pytest.raises(CommandError, match="正在读取"):
        run(KEYED, folder)
    history.refresh_from_db()
    assert history.state == "reading"


def test_one_that_waits_and_can_not_be_read_says_why(
    folder: Path, plan: Plan, cast: Cast, large: None
) -> None:
    (folder / KEYED.file_name).write_bytes(b"PK not a workbook")
    bring(plan, cast.admin, KEYED, b"PK not a workbook")
    with pytest.raises(CommandError, match=KEYED.file_name):
        run(KEYED, folder)
    assert HistoryImport.objects.get().state == "refused"


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ("nobody", "没有用户名为「nobody」"),
        ("cgj_reporter", "历史导入由管理员办理"),
        ("slj_coordinator", "历史导入由管理员办理"),
    ],
)
def test_it_can_do_no_more_than_its_user(folder: Path, user: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(KEYED, folder, user=user)
    assert not HistoryImport.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("没有.xlsx", "2020H1"), "读不了"),
        (("没有.xlsx", "2020"), "不是报告期"),
        (("没有.xlsx", "2020H1", "--plan", "x"), "没有代码为「x」的方案"),
    ],
)
def test_what_is_not_there_is_said(plan: Plan, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("importhistory", *words, "--user", "admin")


@pytest.mark.parametrize("defect", [*FILE_DEFECTS][::6], ids=lambda defect: defect.__name__)
def test_a_file_that_the_reader_refuses_is_one_sentence(
    folder: Path, defect: Callable[[bytes], bytes]
) -> None:
    (folder / KEYED.file_name).write_bytes(spoilt(defect))
    with pytest.raises(CommandError, match=FILE_DEFECTS[defect]):
        run(KEYED, folder)
    assert not HistoryImport.objects.exists()
