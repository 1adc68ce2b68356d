"""The process that reads a workbook: what it may take is taken from it by the kernel, not asked."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import Workbook

from reports.ledger.reader import CellKind, WorkbookRefused, read_book
from reports.ledger.reading.limits import Limits
from tests.libreoffice import resaved
from tests.workbooks import SHEET, plain, replaced, saved, with_part

MANY = 10**9


def refusal(content: bytes, limits: Limits) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        read_book(content, "台账.xlsx", limits)
    return str(refused.value)


def restrained(then: str, limits: str = "") -> subprocess.CompletedProcess[str]:
    """A process like the reader's, with the product's own limits, that goes on with ``then``.

    ``limits`` are those that are to be others, as they are written in Python.
    """
    program = (
        f"import sys; sys.path.insert(0, {str(settings.BASE_DIR)!r})\n"
        "from reports.ledger.reading.child import restrain\n"
        "from reports.ledger.reading.limits import Limits\n"
        f"restrain(Limits({limits}))\n{then}"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def with_rows(count: int, row: bytes) -> bytes:
    return replaced(plain(), SHEET, b"</sheetData>", row * count + b"</sheetData>")


def test_five_seconds_of_work_are_the_end() -> None:
    asked = restrained("import resource; print(resource.getrlimit(resource.RLIMIT_CPU))")
    assert asked.stdout == "(5, 6)\n"
    ended = restrained("while True: pass", "cpu_seconds=1")
    assert ended.returncode == -24, "SIGXCPU"


def test_three_hundred_megabytes_are_the_end() -> None:
    assert restrained("bytearray(250 * 2**20); print('fits')").stdout == "fits\n"
    assert "MemoryError" in restrained("bytearray(320 * 2**20)").stderr


def test_it_can_write_no_file_of_more_than_its_output() -> None:
    ended = restrained("import resource; print(resource.getrlimit(resource.RLIMIT_FSIZE)[1])")
    assert ended.stdout == f"{Limits().output}\n"


def test_it_knows_neither_django_nor_the_secrets_of_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert restrained("import sys; print('django' in sys.modules)").stdout == "False\n"
    seen: dict[str, object] = {}
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: seen.update(k) or run(*a, **k))
    read_book(plain(), "台账.xlsx")
    assert seen["env"] == {}


def test_a_workbook_that_takes_too_long_is_refused_with_a_sentence() -> None:
    cells = b"<row>" + b"<c><v>1.5</v></c>" * 1000 + b"</row>"
    limits = Limits(cpu_seconds=1, rows=MANY, cells=MANY, ratio=MANY)
    assert "在限定时间内没有读完" in refusal(with_rows(3000, cells), limits)


def test_a_workbook_that_waits_too_long_is_refused_with_a_sentence() -> None:
    assert "在限定时间内没有读完" in refusal(plain(), Limits(wall_seconds=0))


def test_a_workbook_that_takes_too_much_memory_is_refused_with_a_sentence() -> None:
    text = "字" * 5_000_000
    row = f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()
    limits = Limits(memory=20 * 2**20, ratio=MANY)
    assert "内存超出上限" in refusal(with_rows(1, row), limits)


def test_a_workbook_that_says_too_much_is_refused_with_a_sentence() -> None:
    row = f'<row><c t="inlineStr"><is><t>{"字" * 5000}</t></is></c></row>'.encode()
    assert "内容过多" in refusal(with_rows(10, row), Limits(output=10_000))


def test_one_long_text_in_very_many_cells_is_refused() -> None:
    content = with_part(
        with_rows(1_100, b'<row><c t="s"><v>0</v></c></row>'),
        "xl/sharedStrings.xml",
        f"""<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
        <si><t>{"字" * 20_000}</t></si></sst>""".encode(),
    )
    content = replaced(
        content,
        "xl/_rels/workbook.xml.rels",
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.'
        b'org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    assert "文字总量过大" in refusal(content, Limits())


def test_a_single_cell_far_away_is_just_a_cell() -> None:
    book = Workbook()
    book.worksheets[0]["XFD2000"] = "远"
    rows = read_book(saved(book), "台账.xlsx").sheets[0].rows
    assert [(row.number, list(row.cells)) for row in rows] == [(2000, [16_384])]


def test_a_workbook_saved_by_libreoffice_reads_the_same(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["=不是公式", " 前后 ", "两\n行", "𠮷💧", "_x005F_x000D_", 45, 0.455])
    sheet["A1"].data_type = "s"
    sheet["G1"].number_format = "0.0%"
    sheet.append(["=1+1", "'引号", '"双"', "a_x005F_b"])
    sheet.merge_cells("A3:B4")
    ours = saved(book)
    before, after = (
        read_book(content, "台账.xlsx").sheets[0] for content in (ours, *resaved(tmp_path, ours))
    )
    assert list(after.rows) == list(before.rows)
    assert after.merges == before.merges == [(3, 1, 4, 2)]
    assert after.rows[1].cell(1).kind == CellKind.FORMULA
