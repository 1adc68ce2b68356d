"""Workbooks from the command line: the same rules, the same sentences."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from departments.models import AuditEvent, Department
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_report
from reports.ledger.sheet import saved
from reports.models import ReportingPeriod, WorkbookImport, WorkbookRow
from tests.cast import Cast, report_of
from tests.reports.second_plan import beside
from tests.reports.steps import TEXT
from tests.reports.workbook_steps import filled_in, opened, without_key, workbook_of

pytestmark = pytest.mark.django_db
GOOD = {("12.1", "进展情况"): "完成 9.1 公里", ("14.1", "备注"): "待核"}
BAD = {**GOOD, ("20.4", "完成率"): 101}


def bring(path: Path, *args: str, user: str = "cgj_reporter") -> str:
    said = io.StringIO()
    call_command("importledger", str(path), "--user", user, *args, stdout=said)
    return said.getvalue()


@pytest.fixture
def good(period: ReportingPeriod, cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "填报表.xlsx"
    path.write_bytes(filled_in(workbook_of(period), GOOD))
    return path


@pytest.fixture
def bad(period: ReportingPeriod, cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "填报表.xlsx"
    path.write_bytes(filled_in(workbook_of(period), BAD))
    return path


def progress(period: ReportingPeriod) -> str:
    return report_of(period, "12.1").progress


def test_it_says_what_it_found_and_saves_drafts(
    period: ReportingPeriod, cast: Cast, good: Path
) -> None:
    said = bring(good)
    assert "区城管局2026年下半年：不能导入 0、已锁定 0、要选择 0、有改动 0、新填 2、未变 7" in said
    assert "已导入 2 项，存为草稿。" in said
    assert progress(period) == "完成 9.1 公里"
    assert AuditEvent.objects.filter(action="导入填报表", user=cast.cgj_reporter).exists()
    assert "填报表.xlsx" in report_of(period, "12.1").events.get().comment


def test_a_dry_run_writes_nothing(period: ReportingPeriod, good: Path) -> None:
    assert "新填 2" in bring(good, "--dry-run")
    assert progress(period) == ""
    assert not WorkbookImport.objects.exists()


def test_an_invalid_row_keeps_everything_out(period: ReportingPeriod, bad: Path) -> None:
    said = io.StringIO()
    with pytest.raises(CommandError, match="什么都没有写入"):
        call_command("importledger", str(bad), "--user", "cgj_reporter", stdout=said)
    assert "完成率应在 0 到 100 之间" in said.getvalue()
    assert "第 " in said.getvalue()
    assert progress(period) == ""
    assert not WorkbookRow.objects.exists()


def test_valid_only_takes_the_others(period: ReportingPeriod, bad: Path) -> None:
    assert "已导入 2 项" in bring(bad, "--valid-only")
    assert progress(period) == "完成 9.1 公里"


def test_a_conflict_keeps_everything_out_too(
    period: ReportingPeriod, cast: Cast, good: Path
) -> None:
    report = report_of(period, "12.1")
    save_draft(report=report, by=cast.cgj_colleague, content={"progress": "同事的"}, version=0)
    with pytest.raises(CommandError, match="什么都没有写入"):
        bring(good)
    assert "已导入 1 项" in bring(good, "--valid-only")
    assert progress(period) == "同事的"


def test_what_was_filed_meanwhile_is_never_overwritten(
    period: ReportingPeriod, cast: Cast, good: Path
) -> None:
    submit_report(report=report_of(period, "12.1"), by=cast.cgj_reporter, content=TEXT)
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("importledger", str(good), "--user", "cgj_reporter", stdout=said)
    assert "待审签" in said.getvalue()
    assert progress(period) == TEXT["progress"]


def test_several_files_come_in_together(
    period: ReportingPeriod, cast: Cast, good: Path, tmp_path: Path
) -> None:
    other = tmp_path / "乙科.xlsx"
    other.write_bytes(filled_in(workbook_of(period), {("20.5", "备注"): "乙科"}))
    said = io.StringIO()
    call_command("importledger", str(good), str(other), "--user", "cgj_reporter", stdout=said)
    assert "已导入 3 项" in said.getvalue()


def test_the_hidden_columns_are_not_needed(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(without_key(filled_in(workbook_of(period), GOOD)))
    assert "已导入 2 项" in bring(path)


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ("nobody", "没有用户名为「nobody」"),
        ("cgj_approver", "只能由本单位填报员导入"),
        ("zjw_reporter", "只能由本单位填报员导入"),
        ("admin", "只能由本单位填报员导入"),
    ],
)
def test_nobody_does_here_what_they_may_not(good: Path, user: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        bring(good, user=user)


def test_a_file_that_is_not_there_or_no_workbook_is_one_sentence(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="读不了"):
        bring(tmp_path / "没有.xlsx")
    path = tmp_path / "假.xlsx"
    path.write_text("你好", encoding="utf-8")
    with pytest.raises(CommandError, match="假"):
        bring(path)


@pytest.fixture
def other(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """The same half-year of a second plan, in which 区城管局 leads one item."""
    return beside(Department.objects.get(code="cgj"))


def without_properties(content: bytes) -> bytes:
    book = opened(content)
    for name in book.custom_doc_props.names:
        del book.custom_doc_props[name]
    return saved(book)


def test_of_several_plans_the_file_says_which(
    period: ReportingPeriod, cast: Cast, other: ReportingPeriod, good: Path
) -> None:
    assert "已导入 2 项" in bring(good)
    good.write_bytes(filled_in(workbook_of(other), {("1.1", "备注"): "开州的"}))
    assert "已导入 1 项" in bring(good)
    assert report_of(period, "12.1").progress == "完成 9.1 公里"


def test_where_it_does_not_say_so_it_is_asked(
    period: ReportingPeriod, cast: Cast, other: ReportingPeriod, good: Path
) -> None:
    good.write_bytes(without_key(good.read_bytes()))
    with pytest.raises(CommandError, match="有多个方案，请用 --plan 指明"):
        bring(good)
    assert "已导入 2 项" in bring(good, "--plan", period.plan.slug)


def test_the_plan_counts_also_where_no_half_year_is_named(
    period: ReportingPeriod, cast: Cast, other: ReportingPeriod, good: Path
) -> None:
    second = good.with_name("另一方案.xlsx")
    second.write_bytes(filled_in(workbook_of(other), {("1.1", "备注"): "开州的"}))
    for path, where, count in ((good, period, 2), (second, other, 1)):
        path.write_bytes(without_properties(without_key(path.read_bytes())))
        said = bring(path, "--plan", where.plan.slug, "--department", "cgj")
        assert f"已导入 {count} 项" in said
