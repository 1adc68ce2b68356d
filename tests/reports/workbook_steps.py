"""A clerk's way with a workbook: download, fill in with openpyxl standing in for Excel, drop."""

import io
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import Department, User
from reports.actions.workbook_import import confirm_import
from reports.actions.workbook_read import receive_workbooks
from reports.ledger.columns import FILL_IN, INDICATORS
from reports.ledger.fill_in import (
    INDICATORS_SHEET,
    ITEMS_SHEET,
    Paper,
    fill_in_workbook,
    line_of,
)
from reports.ledger.fill_in_rows import fill_in_rows, indicator_rows
from reports.ledger.preview import Kind, Preview
from reports.ledger.sheet import FIRST_ROW, HEADER_ROW, saved
from reports.models import ReportingPeriod, WorkbookImport
from reports.selectors.workbook_import import preview_of, reports_of, rows_of

Cells = Mapping[tuple[str, str], Any]


_DRAWN: dict[str, bytes] = {}
"""Workbooks by all that stands in them: most tests begin with one and the same."""


def workbook_of(period: ReportingPeriod, code: str = "cgj") -> bytes:
    """The department's workbook as it goes out now."""
    department = Department.objects.get(code=code)
    paper = Paper(period, department, timezone.localtime())
    rows = fill_in_rows(period, department, None)
    whose = (period.plan_id, period.code, period.due_on, department.code, paper.at)
    lines = [line_of(row, FILL_IN) for row in rows]
    measured = [line_of(row, INDICATORS) for row in indicator_rows(rows)]
    drawn = repr((whose, lines, measured))
    if drawn not in _DRAWN:
        _DRAWN[drawn] = fill_in_workbook(paper, rows)
    return _DRAWN[drawn]


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def number_of(sheet: Worksheet, heading: str) -> int:
    """The column with ``heading``."""
    return next(cell.column for cell in sheet[HEADER_ROW] if cell.value == heading)


def row_of(sheet: Worksheet, code: str) -> int:
    """The row whose hidden key says the item ``code`` (12.1)."""
    at = number_of(sheet, "系统编号")
    rows = range(FIRST_ROW, sheet.max_row + 1)
    return next(row for row in rows if f"/{code}/" in str(sheet.cell(row, at).value))


def filled_in(content: bytes, cells: Cells) -> bytes:
    """``content`` with ``cells`` ((item, heading) → value) written into it."""
    book = opened(content)
    for (code, heading), value in cells.items():
        sheet = book[INDICATORS_SHEET if heading == "本期完成值" else ITEMS_SHEET]
        cell = sheet.cell(row_of(sheet, code), number_of(sheet, heading))
        cell.value = value
        if isinstance(value, str) and heading != "公式":
            cell.data_type = "s"
    return saved(book)


def without_key(content: bytes) -> bytes:
    """``content`` after somebody deleted the hidden columns."""
    book = opened(content)
    for sheet in book.worksheets[1:]:
        for heading in ("版本", "系统编号"):
            sheet.delete_cols(number_of(sheet, heading))
    return saved(book)


def dropped(
    period: ReportingPeriod, by: User, *contents: bytes, code: str = "cgj"
) -> WorkbookImport:
    """The workbooks dropped together."""
    uploads = [
        SimpleUploadedFile(f"{'甲乙丙丁'[at]}科.xlsx", content)
        for at, content in enumerate(contents)
    ]
    return receive_workbooks(
        period=period, department=Department.objects.get(code=code), by=by, uploads=uploads
    )


def previewed(made: WorkbookImport, choices: Mapping[str, str] | None = None) -> Preview:
    rows = rows_of(made)
    return preview_of(rows, reports_of(rows), choices or {})


def counted(found: Preview) -> dict[str, int]:
    """How many of each kind; those that do not occur are left out."""
    return {kind.value: found.count(kind) for kind in Kind if found.count(kind)}


def changes_of(found: Preview) -> dict[str, dict[str, Any]]:
    """Item → what would be written."""
    return {
        item.report.assignment.work_item.code: item.content for item in found.items if item.content
    }


def confirmed(made: WorkbookImport, by: User, **more: Any) -> WorkbookImport:
    """Confirm what the preview shows now."""
    choices = more.pop("choices", {})
    seen = previewed(made, choices).seen
    return confirm_import(workbook_import=made, by=by, choices=choices, seen=seen, **more)
