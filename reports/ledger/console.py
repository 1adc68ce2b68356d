"""The admin's tables as workbooks: read by the ledger's safe reader, never by openpyxl itself."""

from departments.errors import DomainError
from departments.tables.csvfile import MOST_COLUMNS
from departments.tables.sheets import RawRow, RawSheet
from reports.ledger.reader import CellKind, Sheet, SheetCell, SheetRow, read_book


def read_workbook(content: bytes, name: str) -> tuple[list[RawSheet], list[str]]:
    """The visible sheets of an .xlsx from outside, and notices on what nobody may have seen.

    Raises DomainError (``WorkbookRefused``) where the file can't be taken.
    """
    book = read_book(content, name)
    return [_sheet(sheet, name) for sheet in book.sheets if not sheet.hidden], book.notices


def _sheet(sheet: Sheet, name: str) -> RawSheet:
    widest = max((max(row.cells, default=0) for row in sheet.rows), default=0)
    if widest > MOST_COLUMNS:
        raise DomainError(
            f"「{name}」的工作表「{sheet.name}」有内容超过第 {MOST_COLUMNS} 列，"
            "不像是本系统的表；请下载空表，把内容贴进去。"
        )
    return RawSheet(sheet.name, [_row(row, widest) for row in sheet.rows])


def _row(row: SheetRow, widest: int) -> RawRow:
    cells = [row.cell(column) for column in range(1, widest + 1)]
    problems = {at: _problem(cell) for at, cell in enumerate(cells) if _problem(cell)}
    texts = ["" if at in problems else cell.text.strip() for at, cell in enumerate(cells)]
    return RawRow(row.number, texts, problems)


def _problem(cell: SheetCell) -> str:
    if cell.kind is CellKind.FORMULA:
        return f"单元格 {cell.at} 是公式，请复制后选择性粘贴为数值，或直接写上结果。"
    if cell.kind is CellKind.ERROR:
        return f"单元格 {cell.at} 是错误值 {cell.text[:20]}，请改正。"
    return ""
