"""Texts in a sheet: whole where a cell can hold them, told where it can't, never a formula."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from reports.ledger.reading.strings import unescape
from reports.ledger.roll import Roll
from reports.ledger.sheet import CUT, MAX_CELL_UNITS, escape, put_text, saved
from reports.text import utf16_units


def written(text: str) -> object:
    book = Workbook()
    put_text(book.worksheets[0], 1, 1, text)
    return load_workbook(io.BytesIO(saved(book))).worksheets[0]["A1"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "=HYPERLINK()"])
def test_a_text_stays_a_text_also_after_somebody_edits_it(text: str) -> None:
    cell = written(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)  # type: ignore[attr-defined]


def test_a_text_that_no_cell_can_hold_is_cut_with_a_remark() -> None:
    value = str(written("水💧" * 20_000).value)  # type: ignore[attr-defined]
    assert value.endswith(CUT)
    assert utf16_units(value) <= MAX_CELL_UNITS
    assert value.startswith("水💧水💧")


def test_the_longest_text_that_fits_is_whole() -> None:
    text = "水" * MAX_CELL_UNITS
    assert written(text).value == text  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b", "_x005F_x0041_", "_x005F_", "_x004", "_"])
def test_what_looks_like_an_escape_is_written_so_that_excel_shows_it(text: str) -> None:
    assert unescape(escape(text)) == text


def test_a_control_character_in_an_old_text_does_not_stop_the_export() -> None:
    assert written("完\x0b成").value == "完成"  # type: ignore[attr-defined]


def test_a_roll_writes_what_a_sheet_would_and_never_goes_back() -> None:
    roll = Roll("台账")
    put_text(roll, 1, 2, "一")
    roll.row_dimensions[1].height = 30
    put_text(roll, 3, 1, "三")
    with pytest.raises(ValueError, match="left already"):
        roll.cell(row=2, column=1)
    roll.finish()
    sheet = load_workbook(io.BytesIO(saved(roll.book))).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [None, "一"],
        [None, None],
        ["三", None],
    ]
    assert sheet.row_dimensions[1].height == 30
