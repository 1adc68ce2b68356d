"""A table as a workbook to be filled in: texts stay texts, fixed words come as drop-downs."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from departments.tables.columns import Column
from departments.tables.sheets import GUIDE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = Font(name="黑体", size=11)
_BODY = Font(name="宋体", size=11)
_FILL = PatternFill("solid", start_color="E4F0F8")
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_xlsx(
    title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, room: int
) -> bytes:
    """The bytes of a workbook with the table and a sheet that explains its columns; its drop-downs
    are there for ``room`` rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_cell(sheet, column.column_name, head=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    _drop_downs(sheet, columns, room)
    _guide(book.create_sheet(GUIDE), columns)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: object, text: str, *, head: bool = False) -> WriteOnlyCell:  # type: ignore[valid-type]
    """A text, never a formula, also after somebody has edited it: the format is that of text."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell = WriteOnlyCell(sheet, value=text or None)  # type: ignore[arg-type]
    if text:
        cell.data_type = "s"
    cell.font, cell.alignment, cell.number_format = _HEAD if head else _BODY, _WRAP, "@"
    if head:
        cell.fill = _FILL
    return cell


def _drop_downs(sheet: object, columns: Sequence[Column], room: int) -> None:
    for number, column in enumerate(columns, 1):
        if column.words:
            rule = DataValidation(type="list", formula1=f'"{",".join(column.words)}"')
            rule.allow_blank, rule.showErrorMessage = True, True
            rule.errorTitle, rule.error = "请从列表中选", f"可以填：{'、'.join(column.words)}"
            letter = get_column_letter(number)
            rule.add(f"{letter}2:{letter}{room + 1}")
            sheet.data_validations.append(rule)  # type: ignore[attr-defined]


def _guide(sheet: object, columns: Sequence[Column]) -> None:
    for letter, width in (("A", 16), ("B", 10), ("C", 80)):
        sheet.column_dimensions[letter].width = width  # type: ignore[attr-defined]
    lines = [("列", "新增时", "说明"), *((c.column_name, c.need, c.explanation) for c in columns)]
    for at, line in enumerate(lines):
        sheet.append([_cell(sheet, text, head=at == 0) for text in line])  # type: ignore[attr-defined]
