"""A department's fill-in workbook: the annex's layout, its inputs open, all else locked."""

import dataclasses
import datetime
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import Department
from reports.calendar import deadline_words
from reports.ledger.columns import FILL_IN, INDICATORS, Column
from reports.ledger.fill_in_guide import write_guide
from reports.ledger.fill_in_rows import FillInRow, indicator_rows
from reports.ledger.sheet import (
    FIRST_ROW,
    Look,
    dress,
    merge_runs,
    put_text,
    row_height,
    saved,
    set_up_page,
    write_head,
)
from reports.models import ReportingPeriod
from reports.text import parse_decimal

ITEMS_SHEET, INDICATORS_SHEET = "进展情况填报表", "指标完成值"
PERIOD, DEPARTMENT, EXPORTED_AT = "报告期代码", "单位代码", "导出时间"
"""Names of the workbook's own properties, by which the way in knows what it is."""
EXCEL_DIGITS = 15
"""So many digits of a number Excel keeps."""


@dataclasses.dataclass(frozen=True)
class Line:
    """A row as it is drawn: texts by column key; ``spans`` (task, item) say what is merged."""

    cells: Mapping[str, str]
    is_open: bool
    spans: tuple[Hashable, Hashable]


@dataclasses.dataclass(frozen=True)
class Paper:
    """Whose workbook of which half-year it is, and the moment at which it was read."""

    period: ReportingPeriod
    department: Department
    at: datetime.datetime

    @property
    def file_name(self) -> str:
        return f"节水行动填报表_{self.department.name}_{self.period.label}.xlsx"


def fill_in_workbook(paper: Paper, rows: Sequence[FillInRow]) -> bytes:
    """The .xlsx bytes of the department's ``rows``, their indicators on a second sheet."""
    items = [line_of(row, FILL_IN) for row in rows]
    indicators = [line_of(row, INDICATORS) for row in indicator_rows(rows)]
    return draw(paper, {ITEMS_SHEET: (FILL_IN, items), INDICATORS_SHEET: (INDICATORS, indicators)})


def line_of(row: FillInRow, columns: Sequence[Column]) -> Line:
    """``row`` as the sheet with ``columns`` shows it."""
    cells = {column.key: row.typed(column) for column in columns}
    return Line(cells, row.is_open, (row.item.task_id, row.item.pk))


def draw(paper: Paper, sheets: Mapping[str, tuple[Sequence[Column], Sequence[Line]]]) -> bytes:
    """The workbook: the guide first, then ``sheets`` by name; those without a line are left out."""
    book = Workbook()
    write_guide(book.worksheets[0], paper.period, paper.department, paper.at)
    for name, (columns, lines) in sheets.items():
        if lines:
            _write_sheet(book.create_sheet(name), paper, columns, lines)
    _write_properties(book, paper)
    return saved(book)


def _write_properties(book: Any, paper: Paper) -> None:
    book.properties.title = f"{paper.department.name} {paper.period.label}填报表"
    book.properties.creator = "万州节水行动"
    for name, value in (
        (PERIOD, paper.period.code),
        (DEPARTMENT, paper.department.code),
        ("单位", paper.department.name),
        ("报告期", paper.period.label),
        (EXPORTED_AT, paper.at.isoformat()),
    ):
        book.custom_doc_props.append(StringProperty(name=name, value=value))


def _write_sheet(
    sheet: Worksheet, paper: Paper, columns: Sequence[Column], lines: Sequence[Line]
) -> None:
    title = f"{paper.department.name}{paper.period.label}{sheet.title}"
    due = f"报送截止：{deadline_words(paper.period.due_on)}"
    write_head(sheet, title, f"{due}　黄色格可填，其余锁定；填法见“填写说明”", columns)
    for at, line in enumerate(lines, FIRST_ROW):
        _write_line(sheet, at, line, columns)
    for number, column in enumerate(columns, 1):
        if column.annex:
            merge_runs(sheet, number, [line.spans[not column.task_wide] for line in lines])
        if column.input:
            _add_validation(sheet, number, column, len(lines))
    set_up_page(sheet, len(lines), len([column for column in columns if not column.hidden]))
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _write_line(sheet: Worksheet, at: int, line: Line, columns: Sequence[Column]) -> None:
    for number, column in enumerate(columns, 1):
        text = line.cells.get(column.key, "")
        cell = sheet.cell(row=at, column=number)
        if column.input and (figure := as_figure(text, column)) is not None:
            cell.value = figure
        else:
            put_text(sheet, at, number, text)
        dress(cell, column, _look(line, column))
    shown = [column for column in columns if not column.task_wide and not column.hidden]
    texts = [(line.cells.get(column.key, ""), column.width) for column in shown]
    sheet.row_dimensions[at].height = row_height(texts)


def _look(line: Line, column: Column) -> Look:
    if not column.input:
        return Look.PLAIN
    return Look.OPEN if line.is_open else Look.SHUT


def as_figure(text: str, column: Column) -> float | None:
    """``text`` as a number where the column asks for one and Excel gives it back unchanged."""
    if column.input is None or not (column.input.bounds or column.input.is_number):
        return None
    try:
        number = float(parse_decimal(text))
    except ValueError:
        return None
    whole = int(number) if number.is_integer() else number
    digits = sum(character.isdigit() for character in text)
    return whole if str(whole) == text and digits <= EXCEL_DIGITS else None


def _add_validation(sheet: Worksheet, number: int, column: Column, rows: int) -> None:
    """What Excel says at the cell, and what it refuses there."""
    assert column.input is not None
    rule = DataValidation(
        allow_blank=True,
        showInputMessage=True,
        promptTitle=column.heading,
        prompt=column.input.help[:255],
        showErrorMessage=True,
        errorTitle=column.heading,
        error=column.input.help[:255],
    )
    if column.input.choices:
        rule.type, rule.formula1 = "list", f'"{",".join(column.input.choices)}"'
    elif column.input.bounds:
        low, high = column.input.bounds
        rule.type, rule.operator = "whole", "between"
        rule.formula1, rule.formula2 = str(low), str(high)
    elif column.input.is_number:
        rule.type, rule.operator = "decimal", "between"
        rule.formula1, rule.formula2 = "-1E+12", "1E+12"
    letter = get_column_letter(number)
    rule.add(f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + rows - 1}")
    sheet.add_data_validation(rule)
