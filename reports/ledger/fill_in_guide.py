"""The first sheet of a fill-in workbook: how to fill it in, and until when."""

import datetime
from collections.abc import Iterator

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import Department
from reports.calendar import deadline_words
from reports.ledger.columns import FILL_IN, VALUE
from reports.ledger.docs import input_help
from reports.ledger.sheet import BORDER, put_text, row_height
from reports.models import ReportingPeriod

GUIDE_SHEET = "填写说明"
WIDTHS = (18, 92)
STEPS = (
    ("填哪里", "只填黄色格。灰色格是附件原文、上期内容和已经报送的内容，锁定不能改。"),
    ("不填的格", "空着的格不改动网页上已有的内容；要清空某一栏，请在网页上清空。"),
    (
        "分头填写",
        "可以把本表发给几个科室，各填各的行，收回后一起导入；不用合并，也不用删去别人的行。",
    ),
    (
        "不要动",
        "不要改工作表的列名、序号和工作内容，不要删除隐藏的列，不要合并单元格，不要填公式。",
    ),
    ("存成", ".xlsx（Excel 工作簿）。WPS、LibreOffice 也请选 .xlsx。"),
    ("交回", "登录系统，首页点“导入填报表”，把文件拖进去；系统先给出预览，确认后才写入。"),
    ("导入之后", "导入只存草稿。核对无误后，请在网页上提交审签。"),
    ("注意", "非涉密系统，严禁填写涉密、敏感信息。"),
)


def write_guide(
    sheet: Worksheet, period: ReportingPeriod, department: Department, at: datetime.datetime
) -> None:
    """Fill ``sheet``, which is locked whole; ``at`` is the moment of the export."""
    sheet.title = GUIDE_SHEET
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = WIDTHS
    put_text(sheet, 1, 1, f"{period.label}进展情况填报表 · 填写说明").font = Font(
        name="黑体", size=16
    )
    sheet.merge_cells("A1:B1")
    sheet.row_dimensions[1].height = 30
    number = 2
    for heading, rows in _parts(period, department, at):
        if heading:
            put_text(sheet, number, 1, heading).font = Font(name="黑体", size=12)
            sheet.row_dimensions[number].height = 24
            number += 1
        for name, text in rows:
            _write_row(sheet, number, name, text)
            number += 1
    _set_up(sheet)


def _parts(
    period: ReportingPeriod, department: Department, at: datetime.datetime
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    facts = [
        ("牵头单位", department.name),
        ("报告期", period.label),
        ("报送截止", deadline_words(period.due_on)),
        ("导出时间", f"{at:%Y-%m-%d %H:%M}，此后网页上的改动会在导入时逐项提示"),
    ]
    yield "", facts
    yield "怎么填", list(STEPS)
    yield "各栏", [(row.heading, input_help(row)) for row in (*FILL_IN, VALUE) if row.input]


def _write_row(sheet: Worksheet, number: int, name: str, text: str) -> None:
    for at, written in enumerate((name, text), 1):
        cell = put_text(sheet, number, at, written)
        cell.font = Font(name="黑体" if at == 1 else "宋体", size=11)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = BORDER
        if at == 1:
            cell.fill = PatternFill("solid", start_color="E4F0F8")
    sheet.row_dimensions[number].height = row_height([(text, WIDTHS[1])]) + 4


def _set_up(sheet: Worksheet) -> None:
    sheet.protection.sheet = True
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "portrait"  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
