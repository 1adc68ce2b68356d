"""Every broken and hostile workbook through the page and through the command: the same sentence,
and nothing written."""

import functools
import html
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import strip_tags

from departments.models import User
from reports.actions.workbook_read import read_workbooks
from reports.ledger.fill_in import ITEMS_SHEET
from reports.models import Report, ReportingPeriod, ReportRevision, WorkbookImport
from tests import workbook_cells as cells
from tests.cast import Cast, report_of
from tests.reports.workbook_steps import number_of, opened, row_of, workbook_of
from tests.workbooks import FILE_DEFECTS, spoilt

pytestmark = [pytest.mark.django_db, pytest.mark.once]
Login = Callable[[User], Client]
SHEET = "xl/worksheets/sheet2.xml"
"""The part of the items; the guide comes first."""
FILES = list(FILE_DEFECTS.items())
BATCHES = [FILES[at : at + 16] for at in range(0, len(FILES), 16)]
NOT_TRUSTED, DAMAGED = "公式的结果不能采信", "是错误值或损坏的内容"


def number(raw: str) -> Callable[[bytes, str, str], bytes]:
    return lambda good, at, part: cells.number(good, at, raw, part)


DEFECTS: dict[str, tuple[Callable[[bytes, str, str], bytes], str, str]] = {
    "formula with a cached value": (cells.formula_with_a_cached_value, "完成率", NOT_TRUSTED),
    "formula without one": (cells.formula_without_a_cached_value, "完成率", NOT_TRUSTED),
    "formula in a text": (cells.formula_without_a_cached_value, "进展情况", NOT_TRUSTED),
    "shared formula": (cells.shared_formula_of_another_cell, "完成率", NOT_TRUSTED),
    "error value": (cells.error_value, "进展情况", DAMAGED),
    "index beyond the strings": (cells.shared_string_beyond_the_table, "进展情况", DAMAGED),
    "index before the strings": (cells.shared_string_before_the_table, "进展情况", DAMAGED),
    "odd index": (cells.shared_string_by_an_odd_number, "进展情况", DAMAGED),
    "unknown kind": (cells.kind_that_does_not_exist, "完成率", DAMAGED),
    "text over the limit": (cells.text_over_the_limit, "进展情况", "最多 20000 字"),
    "text for a number": (cells.text_where_a_number_belongs, "完成率", "不是数字"),
    "NaN": (number("NaN"), "完成率", DAMAGED),
    "1e400": (number("1e400"), "完成率", DAMAGED),
    "-1": (number("-1"), "完成率", "0 到 100 之间"),
    "101": (number("101"), "完成率", "0 到 100 之间"),
    "45.5": (number("45.5"), "完成率", "整数"),
}


@functools.cache
def place(content: bytes, heading: str, code: str = "12.1") -> str:
    """The cell of an item under a heading, as Excel names it."""
    sheet = opened(content)[ITEMS_SHEET]
    return str(sheet.cell(row_of(sheet, code), number_of(sheet, heading)).coordinate)


def through_the_page(client: Client, period: ReportingPeriod, *contents: bytes) -> str:
    """What the page says after the files were dropped on it."""
    uploads = [SimpleUploadedFile(f"{at}.xlsx", one) for at, one in enumerate(contents)]
    address = f"/periods/{period.pk}/imports/?department=cgj"
    answer = client.post(address, {"files": uploads})
    assert answer.status_code == 302
    read_workbooks(workbook_import=WorkbookImport.objects.latest("pk"))
    return html.unescape(strip_tags(client.get(answer["Location"]).content.decode()))


def through_the_command(folder: Path, *contents: bytes) -> str:
    """What the command prints, its error included, as long as it fails."""
    paths = [folder / f"{at}.xlsx" for at in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    said = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command("importledger", *map(str, paths), "--user", "cgj_reporter", stdout=said)
    return f"{said.getvalue()}{error.value}"


def written() -> bool:
    """Whether anything reached a report."""
    return ReportRevision.objects.exists() or Report.objects.exclude(version=0).exists()


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0][0].__name__)
def test_a_hostile_file_is_refused_alike_by_page_and_command(
    period: ReportingPeriod, cast: Cast, login: Login, tmp_path: Path,
    batch: list[tuple[Callable[[bytes], bytes], str]],
) -> None:  # fmt: skip
    contents = [workbook_of(period), *(spoilt(defect) for defect, _ in batch)]
    page = through_the_page(login(cast.cgj_reporter), period, *contents)
    said = through_the_command(tmp_path, *contents)
    for at, (defect, words) in enumerate(batch, 1):
        for told in (page, said):
            own = [line for line in told.splitlines() if f"「{at}.xlsx」" in line]
            assert any(words in line or "内容相同" in line for line in own), defect.__name__
    assert not written()


@pytest.mark.parametrize("name", DEFECTS)
def test_a_faulty_cell_makes_its_row_invalid_alike_by_page_and_command(
    period: ReportingPeriod, cast: Cast, login: Login, tmp_path: Path, name: str
) -> None:
    defect, heading, words = DEFECTS[name]
    good = workbook_of(period)
    at = place(good, heading)
    bad = defect(good, at, SHEET)
    page = through_the_page(login(cast.cgj_reporter), period, bad)
    said = through_the_command(tmp_path, bad)
    for told in (page, said):
        assert f"{at}「{heading}」" in told
        assert words in told
    assert "什么都没有写入" in said
    assert not written()


def key(code: str = "12.1", department: str = "cgj", half_year: str = "2026H2") -> str:
    plan = ReportingPeriod.objects.get(year=2026, half=2).plan.slug
    return f"{plan}/{half_year}/{code}/{department}"


@pytest.mark.parametrize(
    ("strange", "words"),
    [
        ({"code": "14.1"}, "对不上"),
        ({"department": "zjw"}, "区住房城乡建委"),
        ({"half_year": "2026H1"}, "2026年上半年"),
        ({"code": "99.9"}, "99.9"),
        ({"code": "../../12.1"}, "被改动过"),
    ],
)
def test_a_strange_key_makes_its_row_invalid_alike_by_page_and_command(
    period: ReportingPeriod, cast: Cast, login: Login, tmp_path: Path,
    strange: dict[str, str], words: str,
) -> None:  # fmt: skip
    good = workbook_of(period)
    bad = cells.text(good, place(good, "进展情况"), "完成", SHEET)
    bad = cells.text(bad, place(good, "系统编号"), key(**strange), SHEET)
    page = through_the_page(login(cast.cgj_reporter), period, bad)
    said = through_the_command(tmp_path, bad)
    assert words in page
    assert words in said
    assert not written()


def test_one_key_in_two_rows_makes_both_invalid(
    period: ReportingPeriod, cast: Cast, login: Login, tmp_path: Path
) -> None:
    good = workbook_of(period)
    bad = cells.text(good, place(good, "系统编号", "14.1"), key(), SHEET)
    bad = cells.text(bad, place(good, "工作内容", "14.1"), "", SHEET)
    bad = cells.text(bad, place(good, "进展情况"), "完成", SHEET)
    page = through_the_page(login(cast.cgj_reporter), period, bad)
    for told in (page, through_the_command(tmp_path, bad)):
        assert "同一项在这份表里出现了 2 次" in told
    assert not written()


def test_merged_inputs_are_invalid_alike_by_page_and_command(
    period: ReportingPeriod, cast: Cast, login: Login, tmp_path: Path
) -> None:
    good = workbook_of(period)
    at = place(good, "进展情况")
    below = f"{at.rstrip('0123456789')}{int(at.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) + 1}"
    bad = cells.merged(cells.text(good, at, "合在一起写的", SHEET), f"{at}:{below}", SHEET)
    page = through_the_page(login(cast.cgj_reporter), period, bad)
    for told in (page, through_the_command(tmp_path, bad)):
        assert "在合并的单元格里，分不清属于哪一行" in told
    assert not written()


def odd_but_good(period: ReportingPeriod) -> bytes:
    """A hidden row under a filter, a number typed as text, invisible characters in a text."""
    good = workbook_of(period)
    at = place(good, "进展情况")
    content = cells.invisible_characters(good, at, SHEET)
    content = cells.number_typed_as_text(content, place(good, "完成率"), SHEET)
    row = int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return cells.filtered(cells.hidden_row(content, row, SHEET), "A3:S12", SHEET)


NOTICES = ("正在筛选", "有隐藏的行", "看不见的字符", "是文本格式的数字，已按数字收下", "控制字符")


def test_what_is_odd_is_taken_with_a_notice_by_the_page(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    page = through_the_page(client, period, odd_but_good(period))
    assert [words for words in NOTICES if words not in page] == []
    made = WorkbookImport.objects.latest("pk")
    raw = client.get(f"/imports/{made.pk}/").content.decode()
    seen = raw.split('name="seen" value="')[1].split('"', maxsplit=1)[0]
    assert client.post(f"/imports/{made.pk}/confirm/", {"seen": seen}).status_code == 302
    report = report_of(period, "12.1")
    assert (report.progress, report.completion) == ("已\u200b完成", 45)


def test_what_is_odd_is_taken_with_a_notice_by_the_command(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    path, said = tmp_path / "填报表.xlsx", io.StringIO()
    path.write_bytes(odd_but_good(period))
    call_command("importledger", str(path), "--user", "cgj_reporter", stdout=said)
    assert [words for words in NOTICES if words not in said.getvalue()] == []
    report = report_of(period, "12.1")
    assert (report.progress, report.completion) == ("已\u200b完成", 45)
