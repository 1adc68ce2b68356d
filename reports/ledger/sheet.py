"""Drawing a sheet in the annex's layout: what ledger and fill-in workbook have in common."""

import enum
import io
import math
import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import (
    Alignment,
    Border,
    Font,
    NamedStyle,
    PatternFill,
    Protection,
    Side,
)
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.ledger.columns import Column
from reports.ledger.roll import Roll
from reports.text import clean, utf16_units

Grid = Worksheet | Roll
HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
LINE_POINTS = 14.5
MAX_POINTS = 409.0
"""Excel's own limit for the height of a row."""
MAX_CELL_UNITS = 32_767
"""Excel's own limit for the text of a cell, in UTF-16 units."""
CUT = "……（全文请在系统中查看）"
NARROW = 11
"""Columns up to this width hold a word or a number, and are centred."""

_THIN = Side(style="thin", color="808080")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
BODY = Font(name="宋体", size=10)
TEXT = Alignment(wrap_text=True, vertical="top")
CENTRE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def put_text(sheet: Grid, row: int, column: int, text: str) -> Cell | MergedCell:
    """User text is always text: never a formula, also after somebody edits the cell in Excel.

    What no cell can hold is told: a text over Excel's limit ends in a remark.
    """
    cell = sheet.cell(row=row, column=column)
    if text and isinstance(cell, Cell):
        written = escape(fit(text))
        try:
            cell.value = written
        except IllegalCharacterError:
            cell.value = clean(written).text
        cell.data_type = "s"
        if text.startswith(_FORMULA):
            cell.quotePrefix = True
    return cell


def escape(text: str) -> str:
    """``_x0041_`` stands for a character in a workbook's XML, so that a literal one is escaped."""
    return _ESCAPED.sub("_x005F_", text)


def fit(text: str) -> str:
    """``text``, cut with a remark where it is longer than a cell can hold."""
    if utf16_units(text) <= MAX_CELL_UNITS:
        return text
    room = MAX_CELL_UNITS - len(CUT)
    kept = text.encode("utf-16-le")[: room * 2].decode("utf-16-le", errors="ignore")
    return kept + CUT


def write_head(sheet: Grid, title: str, subtitle: str, columns: Sequence[Column]) -> None:
    """Title and subtitle over the whole width, and the row of headings; row after row."""
    for number, column in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.hidden = column.width, column.hidden
    sheet.row_dimensions[1].height, sheet.row_dimensions[HEADER_ROW].height = 32, 30
    for row, text, font, side in (
        (1, title, Font(name="黑体", size=18), "center"),
        (2, subtitle, Font(name="宋体", size=11), "left"),
    ):
        cell = put_text(sheet, row, 1, text)
        cell.font, cell.alignment = font, Alignment(horizontal=side, vertical="center")
        merge(sheet, CellRange(min_col=1, max_col=len(columns), min_row=row, max_row=row))
    for number, column in enumerate(columns, 1):
        cell = put_text(sheet, HEADER_ROW, number, column.heading)
        cell.font = Font(name="黑体", size=11)
        cell.alignment, cell.border = CENTRE, BORDER
        cell.fill = PatternFill("solid", start_color="E4F0F8")


class Look(enum.StrEnum):
    """How a cell of the body looks: read, to be filled in, or locked although it is an input."""

    PLAIN = "台账"
    OPEN = "填写"
    SHUT = "锁定"


FILLS = {
    Look.OPEN: PatternFill("solid", start_color="FFFBE6"),
    Look.SHUT: PatternFill("solid", start_color="F3F6F9"),
}


def dress(cell: Cell | MergedCell, column: Column, look: Look = Look.PLAIN) -> None:
    """Font, border, fill and alignment of a cell of the body, as a named style of its book.

    One name costs a fraction of three or four single properties, which openpyxl compares anew for
    every cell; in a long ledger that was most of the time.
    """
    centred = column.width <= NARROW
    name = f"{look.value}{'居中' if centred else '正文'}"
    book: Any = cell.parent.parent
    if name not in book.named_styles:
        book.add_named_style(_named_style(name, look, CENTRE if centred else TEXT))
    quoted = cell.quotePrefix
    cell.style = name
    if quoted:
        cell.quotePrefix = True


def _named_style(name: str, look: Look, alignment: Alignment) -> NamedStyle:
    style = NamedStyle(name=name, font=BODY, border=BORDER, alignment=alignment)
    if look in FILLS:
        style.fill = FILLS[look]
    style.protection = Protection(locked=look is not Look.OPEN)
    return style


class _Widths(dict[str, int]):
    """Character → 2 where it is as wide as a Chinese one, else 1; each is looked up once."""

    def __missing__(self, character: str) -> int:
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        self[character] = width
        return width


_WIDTHS = _Widths()


def row_height(texts: Sequence[tuple[str, int]]) -> float:
    """The height in points that shows ``texts`` (text, width of its column) whole, if Excel can."""
    lines = max((_lines(text, width) for text, width in texts), default=1)
    return min(MAX_POINTS, lines * LINE_POINTS + 4)


def _lines(text: str, width: int) -> int:
    """How many lines ``text`` takes in a column of ``width`` characters; a Chinese one counts 2."""
    total = 0
    for line in text.split("\n"):
        units = sum(map(_WIDTHS.__getitem__, line))
        total += max(1, math.ceil(units / max(1, width - 1)))
    return total


def merge(sheet: Grid, area: CellRange) -> None:
    """Merge ``area``; whoever draws its other cells leaves them blank.

    Not ``merge_cells``: it compares each area with all earlier ones, so that a long ledger takes
    the square of its length, and draws anew the borders that every cell has already.
    """
    sheet.merged_cells.ranges.add(area)


def runs(column: int, keys: Sequence[Hashable]) -> Iterator[CellRange]:
    """The areas of ``column`` in the body whose neighbouring rows have the same key."""
    at = FIRST_ROW
    for _, group in groupby(keys):
        last = at + len(list(group)) - 1
        if last > at:
            yield CellRange(min_col=column, max_col=column, min_row=at, max_row=last)
        at = last + 1


def merge_runs(sheet: Worksheet, column: int, keys: Sequence[Hashable]) -> None:
    """Merge the cells of ``column`` where neighbouring rows have the same key."""
    for area in runs(column, keys):
        for row in range(area.min_row + 1, area.max_row + 1):
            sheet.cell(row=row, column=column).value = None
        merge(sheet, area)


def set_up_page(sheet: Worksheet, rows: int, columns: int) -> None:
    """A3 landscape, as wide as the page, the head repeated, pages numbered; the head is frozen."""
    sheet.freeze_panes = f"C{FIRST_ROW}"
    sheet.print_title_rows = f"1:{HEADER_ROW}"
    sheet.print_area = f"A1:{get_column_letter(columns)}{max(FIRST_ROW, HEADER_ROW + rows)}"
    sheet.page_setup.paperSize = 8  # A3
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.page_margins.left = sheet.page_margins.right = 0.4


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
