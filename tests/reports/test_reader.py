"""Reading a workbook from outside: every cell's kind, and nothing lost."""

import datetime
import re
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from reports.ledger.reader import Book, CellKind, SheetCell, read_book
from tests import workbook_cells as cells
from tests.workbooks import changed, plain, replaced, saved, with_part

SHARED = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<si><t>一</t></si><si><t>二</t></si></sst>"
)


def read(content: bytes) -> Book:
    return read_book(content, "台账.xlsx")


def cell(content: bytes, row: int = 4, column: int = 3) -> SheetCell:
    """What stands in C4, or where the test says."""
    return next(found for found in read(content).sheets[0].rows if found.number == row).cell(column)


def kind_and_text(content: bytes) -> tuple[CellKind, str]:
    found = cell(content)
    return found.kind, found.text


def one_row(*values: object, formats: dict[int, str] | None = None, mac: bool = False) -> bytes:
    book = Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.append(list(values))
    for column, code in (formats or {}).items():
        sheet.cell(row=1, column=column).number_format = code
    return saved(book)


def texts(content: bytes) -> list[tuple[CellKind, str]]:
    return [(found.kind, found.text) for found in read(content).sheets[0].rows[0].cells.values()]


def test_each_cell_tells_what_it_holds() -> None:
    assert texts(one_row("文字", 45, 0.1, "=1+1", "#REF!", True, formats={3: "0%"})) == [
        (CellKind.TEXT, "文字"),
        (CellKind.NUMBER, "45"),
        (CellKind.PERCENT, "10%"),
        (CellKind.FORMULA, "=1+1"),
        (CellKind.ERROR, "#REF!"),
        (CellKind.BOOLEAN, "TRUE"),
    ]


def test_a_cell_that_is_not_there_is_blank_and_knows_its_place() -> None:
    row = read(plain()).sheets[0].rows[2]
    assert row.cell(28) == SheetCell(3, 28, CellKind.BLANK)
    assert row.cell(28).at == "AB3"
    assert row.cell(3).at == "C3"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        *(("0.30000000000000004", "0.3"), ("45.0", "45"), ("1E3", "1000"), ("007", "7")),
        *(("-0.0", "0"), ("1e-7", "0.0000001"), ("101", "101"), ("-1", "-1")),
        *((" 45\n", "45"), ("123456789012345678", "123456789012346000")),
    ],
)
def test_a_number_is_shown_without_the_noise_of_floats(raw: str, text: str) -> None:
    assert kind_and_text(cells.number(plain(), "C4", raw)) == (CellKind.NUMBER, text)


@pytest.mark.parametrize("raw", ["NaN", "INF", "1e400", "1_000", "1,0", "１２", "0x10", "--1"])
def test_what_is_no_number_in_a_number_cell_is_an_error(raw: str) -> None:
    assert kind_and_text(cells.number(plain(), "C4", raw)) == (CellKind.ERROR, raw)


@pytest.mark.parametrize(
    ("code", "text"), [("0%", "45.5%"), ('0.0"个"%', "45.5%"), ('0.0_);"低"0%', "0.455")]
)
def test_a_percentage_is_told_by_the_format_in_force(code: str, text: str) -> None:
    assert texts(one_row(0.455, formats={1: code}))[0][1] == text


@pytest.mark.parametrize(
    ("serial", "code", "text"),
    [
        (46204, "yyyy-mm-dd", "2026-07-01"),
        (46204, '[$-804]yyyy"年"m"月"d"日"', "2026-07-01"),
        (46204.5, "m/d/yy h:mm", "2026-07-01T12:00:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (0.375, "h:mm", "09:00:00"),
    ],
)
def test_a_date_is_read_as_excel_shows_it(serial: float, code: str, text: str) -> None:
    assert texts(one_row(serial, formats={1: code})) == [(CellKind.DATE, text)]


@pytest.mark.parametrize("serial", [60, -1, 3_000_000])
def test_a_date_that_never_was_is_an_error(serial: int) -> None:
    assert texts(one_row(serial, formats={1: "yyyy-mm-dd"}))[0][0] == CellKind.ERROR


@pytest.mark.parametrize("identifier", [14, 22, 27, 31, 36, 50, 57])
def test_the_dates_built_into_the_chinese_excel_are_dates(identifier: int) -> None:
    content = one_row(46204, formats={1: "0.00"})
    old, new = b'numFmtId="2"', b'numFmtId="%d"' % identifier
    assert texts(replaced(content, "xl/styles.xml", old, new)) == [(CellKind.DATE, "2026-07-01")]


def test_dates_of_a_workbook_that_counts_from_1904_are_right() -> None:
    day = datetime.date(2026, 7, 1)
    assert texts(one_row(day, mac=True)) == texts(one_row(day)) == [(CellKind.DATE, "2026-07-01")]


@pytest.mark.parametrize(
    "defect",
    [
        cells.formula_with_a_cached_value,
        cells.formula_without_a_cached_value,
        cells.shared_formula_of_another_cell,
    ],
)
def test_a_formula_is_a_formula_whatever_is_stored_beside_it(
    defect: Callable[[bytes, str], bytes],
) -> None:
    assert cell(defect(plain(), "C4")).kind == CellKind.FORMULA


@pytest.mark.parametrize(
    "defect",
    [
        cells.shared_string_beyond_the_table,
        cells.shared_string_before_the_table,
        cells.shared_string_by_an_odd_number,
        cells.kind_that_does_not_exist,
    ],
)
def test_a_damaged_cell_is_an_error_and_never_another_cells_text(
    defect: Callable[[bytes, str], bytes],
) -> None:
    content = replaced(
        with_part(plain(), "xl/sharedStrings.xml", SHARED.encode()),
        "xl/_rels/workbook.xml.rels",
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.'
        b'org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    good = cells.with_cell(content, "D4", 't="s"', "<v>1</v>")
    assert cell(good, column=4).text == "二"
    assert kind_and_text(defect(good, "C4")) == (CellKind.ERROR, "数据损坏")


def test_a_style_that_does_not_exist_makes_its_number_an_error() -> None:
    assert cell(cells.style_that_does_not_exist(plain(), "C4")).kind == CellKind.ERROR


def test_a_text_over_the_limit_comes_whole() -> None:
    assert len(cell(cells.text_over_the_limit(plain(), "C4")).text) == 32_768


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<is><t>一_x000D_\n二</t></is>", "一\r\n二"),
        ("<is><t>_x005F_x000D_</t></is>", "_x000D_"),
        ("<is><t>_xD83D__xDCA7_</t></is>", "💧"),
        ("<is><t>_xD83D_</t></is>", "\ud83d"),
        ('<is><r><t>红</t></r><r><rPr/><t xml:space="preserve"> 黑</t></r></is>', "红 黑"),
        ("<is><t>東京</t><rPh sb='0' eb='2'><t>とうきょう</t></rPh></is>", "東京"),
        ("<is><t>&lt;b&gt; &amp; 𠮷 👨‍👩‍👧</t></is>", "<b> & 𠮷 👨‍👩‍👧"),
        ("<is><t> 前后有空格 </t></is>", " 前后有空格 "),
    ],
)
def test_a_text_is_what_excel_shows(inside: str, text: str) -> None:
    found = cell(cells.with_cell(plain(), "C4", 't="inlineStr"', inside))
    assert (found.kind, found.text) == (CellKind.TEXT, text)


def test_merges_hidden_columns_and_filters_are_told() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["a", "b"])
    sheet.append(["c", "d"])
    sheet.merge_cells("A1:B1")
    sheet.column_dimensions["B"].hidden = True
    found = read(saved(book)).sheets[0]
    assert (found.merges, found.hidden_columns, found.filtered) == ([(1, 1, 1, 2)], [(2, 2)], False)
    assert read(cells.filtered(plain(), "A1:E4")).sheets[0].filtered


def test_what_a_person_may_not_have_seen_is_said() -> None:
    content = cells.hidden_row(cells.hidden_row(plain(), 2), 4)
    content = cells.filtered(cells.invisible_characters(content, "C4"), "A1:E4")
    book = read(content)
    assert [row.hidden for row in book.sheets[0].rows] == [False, True, False, True]
    assert book.notices == [
        "工作表“台账”正在筛选，没有显示的行也已读取。",
        "工作表“台账”有隐藏的行（第 2、4 行），已一并读取。",
        "工作表“台账”的 C4 单元格含有看不见的字符，请核对。",
    ]


def test_a_hidden_sheet_is_read_and_said() -> None:
    book = Workbook()
    book.create_sheet("口径").sheet_state = "veryHidden"
    found = read(saved(book))
    assert [sheet.hidden for sheet in found.sheets] == [False, True]
    assert found.notices == ["工作表“口径”是隐藏的，已一并读取。"]


def test_properties_come_by_name() -> None:
    book = Workbook()
    book.properties.title = "填报表"
    book.custom_doc_props.append(StringProperty(name="单位代码", value="cgj"))
    properties = read(saved(book)).properties
    assert (properties["title"], properties["单位代码"]) == ("填报表", "cgj")


def test_prefixed_and_strict_files_are_read_like_any_other() -> None:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = "xl/worksheets/sheet1.xml"
    strict = replaced(plain(), part, main, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert cell(strict).text == "40"

    def prefix(members: dict[str, bytes]) -> None:
        named = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", members[part])
        members[part] = named.replace(b'xmlns="', b'xmlns:x="')

    assert cell(changed(plain(), prefix)).text == "40"
