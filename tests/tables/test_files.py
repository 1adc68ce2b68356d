"""The files themselves: encodings, what is no such file, and that no formula leaves."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from departments.models import Department, User
from departments.resources.bodies import DepartmentResource
from departments.tables.console import TableAdmin
from departments.tables.csvfile import read_csv, write_csv
from departments.tables.escapes import escape, unescape
from reports.models import Measurement, WorkingDay
from tasks.models import Assignment, Indicator
from tests.cast import Cast
from tests.tables.steps import Table, as_csv, as_xlsx, fates, text_of
from tests.workbooks import FILE_DEFECTS, spoilt

Login = Callable[[User], Client]
TABLES = (Department, User, Assignment, Indicator, Measurement, WorkingDay)
HEAD = ["日期", "上班或放假", "说明"]
NEW_YEAR = ["2027-02-07", "上班", "春节调休"]


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def days(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "reports/workingday")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_chinese_is_read_in_each_encoding_that_offices_use(
    days: Table, encoding: str, separator: str
) -> None:
    text = "\r\n".join(separator.join(row) for row in (HEAD, [*NEW_YEAR[:2], "㐀春節"]))
    answer = days.send(text.encode(encoding))
    assert fates(answer)["新增"] == 1, text_of(answer)
    assert "㐀春節" in text_of(answer)


def test_an_export_opens_in_excel_as_utf8(days: Table) -> None:
    content = days.export("csv")
    assert content.startswith("\ufeff日期".encode())
    assert content.endswith(b"\r\n")


HOSTILE = [
    (b"", "表.csv", "是空文件（0 字节）"),
    (b"PK\x03\x04rest", "表.csv", "的内容不是 .csv"),
    ("日期,上班或放假".encode("utf-16"), "表.csv", "UTF-16（Unicode 文本）"),
    (b"\xff\x00\xfe\x81\x30", "表.csv", "既不是 UTF-8 也不是 GB18030"),
    ("日期,上班或放假\n2027-02-07,上班\x00".encode(), "表.csv", "既不是 UTF-8 也不是 GB18030"),
    ("日期,上班或放假\n2027-02-07,".encode() + b"x" * 140_000, "表.csv", "读不懂"),
    (as_csv([["日期", "上班或放假", *["x"] * 99]]), "表.csv", "有超过 100 列的行"),
    (b"x" * (5 * 1024 * 1024 + 1), "表.csv", "超过 5 MB"),
    (as_csv([["说明"], ["春节"]]), "表.csv", "没有找到表头"),
    (as_csv([HEAD]), "表.csv", "表头下面没有数据"),
    (as_csv([[*HEAD, "说明"], NEW_YEAR]), "表.csv", "表头里「说明」出现了两次"),
    (
        as_csv([HEAD, *[NEW_YEAR] * 1001]),
        "表.csv",
        "共 1001 行，一次最多 1000 行：请拆成几个文件",
    ),
    (b"<html><table>", "表.html", "请另存为 .csv、.xlsx 之一"),
    (b"\xd0\xcf\x11\xe0" * 200, "表.xls", "请另存为 .csv、.xlsx 之一"),
    (b"no workbook", "表.xlsx", "「表.xlsx」"),
    (as_csv([HEAD, NEW_YEAR]), "表.xlsx", "「表.xlsx」"),
]


@pytest.mark.parametrize(
    ("content", "name", "said"), HOSTILE, ids=[f"{row[1]} {row[2]}" for row in HOSTILE]
)
def test_what_is_no_such_file_is_refused_with_a_sentence(
    days: Table, content: bytes, name: str, said: str
) -> None:
    answer = days.send(content, name)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert 'role="alert"' in answer.content.decode()


SPOILT = [one for one in FILE_DEFECTS if one.__name__ in {
    "truncated_zip", "xls_renamed", "csv_renamed", "encrypted_workbook", "xlsm", "external_links",
    "zip_bomb_by_ratio", "zip_bomb_by_real_bytes",
}]  # fmt: skip
"""One of each sort; tests/reports/test_hostile_workbooks.py tries all on the reader itself."""


@pytest.mark.once
@pytest.mark.parametrize("spoil", SPOILT, ids=[one.__name__ for one in SPOILT])
def test_a_hostile_workbook_is_refused_as_by_the_ledgers_reader(
    days: Table, spoil: Callable[[bytes], bytes]
) -> None:
    answer, said = days.send(spoilt(spoil), "表.xlsx"), FILE_DEFECTS[spoil]
    assert answer.status_code == 400
    assert said in text_of(answer)


def test_no_file_at_all_is_asked_for(days: Table) -> None:
    answer = days.client.post(f"{days.address}import/", {})
    assert answer.status_code == 400
    assert "请选择文件" in text_of(answer)


def formula_book() -> bytes:
    return as_xlsx([HEAD, ["2027-02-07", '=IF(1,"上班","放假")', "x"], ["2027-02-08", "放假", "y"]])


def test_a_formula_in_a_workbook_is_not_trusted(days: Table) -> None:
    page = text_of(days.send(formula_book(), "表.xlsx"))
    assert "第 2 行 2027-02-07 上班或放假 单元格 B2 是公式" in page


def test_a_title_above_and_columns_in_another_order_do_no_harm(days: Table) -> None:
    rows = [["2027年放假安排"], [], ["说明", "序号", "上班或放假", " 日期* "]]
    answer = days.send([*rows, ["春节", "1", "放假", "2027年2月5日"]])
    assert fates(answer)["新增"] == 1
    assert "本表没有「序号」列，没有读取" in text_of(answer)


def test_other_sheets_are_not_read_and_said_so(days: Table) -> None:
    book = load_workbook(io.BytesIO(as_xlsx([HEAD, NEW_YEAR], "工作日")))
    book.create_sheet("说明").append(["列"])
    book.create_sheet("去年").append(["2026-02-07", "上班"])
    stream = io.BytesIO()
    book.save(stream)
    page = text_of(days.send(stream.getvalue(), "表.xlsx"))
    assert "只读取了工作表「工作日」，没有读取「去年」" in page


@given(st.text(max_size=20))
def test_escaping_comes_off_exactly(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30),
                min_size=1, max_size=5))  # fmt: skip
def test_whatever_is_written_as_csv_is_read_again(cells: list[str]) -> None:
    content = write_csv(["甲"] * len(cells), [cells])
    [sheet] = read_csv(content, "x.csv")
    assert sheet.rows[1].cells == [cell.strip() for cell in cells]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@sum", "\t=1", "'=1", "''@x"])
def test_no_formula_leaves_and_the_text_comes_back(days: Table, text: str) -> None:
    from departments.resources import DepartmentResource
    from departments.tables.workbook import write_xlsx

    columns = DepartmentResource.columns()
    out = write_csv(["甲"], [[text]])
    [_, [cell]] = csv.reader(io.StringIO(out.decode("utf-8-sig"), newline=""))
    assert cell == ("'" + text)
    assert read_csv(out, "x.csv")[0].rows[1].cells == [text.strip()]
    book = write_xlsx("表", columns[:1], [[text]], room=1)
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()


def test_control_characters_do_not_break_the_workbook() -> None:
    from departments.resources import DepartmentResource
    from departments.tables.workbook import write_xlsx

    book: Any = write_xlsx("表", DepartmentResource.columns()[:1], [["a\x0bb"]], room=1)
    assert load_workbook(io.BytesIO(book)).worksheets[0]["A2"].value == "ab"


@pytest.mark.parametrize("model", TABLES, ids=[model.__name__ for model in TABLES])
def test_every_tables_page_and_the_documents_name_its_limit(
    cast: Cast, login: Login, model: type[Model]
) -> None:
    table = admin.site.get_model_admin(model)
    assert isinstance(table, TableAdmin)
    at_once, most = table.resource_class.at_once, table.resource_class.most_rows
    page = text_of(login(cast.admin).get(table.address("import")))
    assert f"最多 {at_once} 行的文件当场核对；更长的（最多 {most} 行）在后台办理" in page
    names = {50: "50 行", 100: "指标 100 行", 300: "工作日 300 行", 400: "分工 400 行"}
    for file in ("roles/admin.md", "decisions/admin-tables.md"):
        text = (settings.BASE_DIR / "docs" / file).read_text(encoding="utf-8")
        assert names[at_once] in text
        assert f"最多 {most:,} 行" in text


def test_a_row_too_many_is_refused_before_any_is_tried(cast: Cast, login: Login) -> None:
    head = ["代码", "简称", "类别"]
    rows = [[f"d{number}", f"第{number}街道", "镇街"] for number in range(1001)]
    bodies = Table(login(cast.admin), "departments/department")
    with mock.patch.object(DepartmentResource, "import_row") as tried:
        assert "共 1001 行，一次最多 1000 行" in text_of(bodies.send([head, *rows]))
        assert bodies.send([head, *rows[:51]]).status_code == 302
    tried.assert_not_called()
    assert fates(bodies.send([head, *rows[:50]]))["新增"] == 50
