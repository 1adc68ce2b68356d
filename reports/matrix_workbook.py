"""The matrix as a workbook: a sheet per kind of row and light, all half-years, ready for A3."""

import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from reports.calendar import SHAPES
from reports.selectors.current import SHOWN
from reports.selectors.matrix import Cell, Line, Matrix
from tasks.models import Plan

HEADINGS = (("板块", 20), ("编号", 7), ("目标任务", 28), ("牵头单位", 24))
"""The columns before the half-years, with their widths; of a department only the last is filled."""
HEADER_ROW = 2
HALF_YEAR_WIDTH = 11

_THIN = Side(style="thin", color="BFC9D2")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(vertical="center", wrap_text=True)
_BODY, _HEAD = Font(name="宋体", size=10), Font(name="黑体", size=10)
_FILLS = {
    hue: PatternFill("solid", start_color=colour)
    for hue, colour in (
        ("red", "F2B8B5"), ("yellow", "FFE3A3"), ("green", "CDEBD6"), ("blue", "CFE0F7"),
        ("grey", "E9EDF1"), ("head", "E4F0F8"),
    )
}  # fmt: skip


def matrix_workbook(plan: Plan, sheets: Sequence[tuple[str, Matrix]]) -> bytes:
    """The .xlsx bytes of ``sheets``: the title of each, and its matrix."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = f"{plan.title}历期一览", "万州节水行动"
    for title, matrix in sheets:
        sheet = book.create_sheet(title)
        _set_up(sheet, len(matrix.window.half_years))
        for row in _rows(sheet, plan, title, matrix):
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(sheet: Any, plan: Plan, title: str, matrix: Matrix) -> Iterator[list[Any]]:
    yield [
        _text(sheet, f"{plan.title}　{matrix.window.label}　{title}", Font(name="黑体", size=14))
    ]
    headings = [heading for heading, _ in HEADINGS]
    headings += [half_year.label for half_year in matrix.window.half_years]
    yield [_boxed(sheet, heading, _HEAD, "head") for heading in headings]
    for line in matrix.lines:
        yield [_boxed(sheet, word, _BODY) for word in _head_of(line)] + [
            _boxed(sheet, cell_text(cell), _BODY, cell.hue) for cell in line.cells
        ]


def _head_of(line: Line) -> tuple[str, str, str, str]:
    lead = line.lead
    if line.is_department:
        return "", "", "", lead.department_name
    return lead.section_name, lead.code, lead.title, lead.name


def cell_text(cell: Cell) -> str:
    """Shape, word and numbers: ``■ 逾期 7/9``; empty where nothing was owed."""
    shape = SHAPES.get(cell.hue, "")
    return " ".join(part for part in (shape, cell.word, cell.share) if part)


def _text(sheet: Any, text: str, font: Font) -> SheetCell:
    """User text is always text: never a formula, never a number."""
    cell: SheetCell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.font = "s", font
    return cell


def _boxed(sheet: Any, text: str, font: Font, fill: str = "") -> SheetCell:
    cell = _text(sheet, text, font)
    cell.border, cell.alignment = _BORDER, _CENTRE if fill else _LEFT
    if fill:
        cell.fill = _FILLS[fill]
    return cell


def _set_up(sheet: Any, half_years: int) -> None:
    widths = [width for _, width in HEADINGS] + [HALF_YEAR_WIDTH] * half_years
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"{get_column_letter(len(HEADINGS) + 1)}{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_title_cols = f"A:{get_column_letter(len(HEADINGS))}"
    sheet.page_setup.paperSize = 8  # A3
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = math.ceil(half_years / SHOWN), 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
