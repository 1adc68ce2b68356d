"""openpyxl alone, as one would write and read a ledger with it from its manual."""

import io
from copy import copy
from typing import Any

from openpyxl import Workbook, load_workbook

Drawn = tuple[list[tuple[int, int, Any, tuple[Any, ...]]], list[str], dict[int, float]]
"""Cells (row, column, value, style), merged areas, heights of rows."""


def drawn_of(content: bytes) -> Drawn:
    """What stands in the first sheet of a workbook, as plain data."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    looks: dict[int, tuple[Any, ...]] = {}
    cells = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.style_id not in looks:
                looks[cell.style_id] = tuple(
                    copy(part) for part in (cell.font, cell.border, cell.alignment, cell.fill)
                )
            cells.append((cell.row, cell.column, cell.value, looks[cell.style_id]))
    heights = {number: row.height for number, row in sheet.row_dimensions.items()}
    return cells, [str(area) for area in sheet.merged_cells.ranges], heights


def write(drawn: Drawn) -> bytes:
    """The same cells, styles and merges."""
    cells, merges, heights = drawn
    book = Workbook()
    sheet = book.worksheets[0]
    for row, column, value, (font, border, alignment, fill) in cells:
        cell = sheet.cell(row=row, column=column, value=value)
        cell.font, cell.border, cell.alignment, cell.fill = font, border, alignment, fill
    for number, height in heights.items():
        sheet.row_dimensions[number].height = height
    for area in merges:
        sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes) -> int:
    """Every cell's value, and the merges; how many cells hold something."""
    book = load_workbook(io.BytesIO(content))
    merges = sum(len(sheet.merged_cells.ranges) for sheet in book.worksheets)
    values = (value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    return sum(value is not None for value in values) + merges
