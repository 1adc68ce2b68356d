"""Six half-years of one district's ledger, each typed as some office types its own.

A function per style builds the workbook from what was really reported (``told``), so that a test
knows what has to come out of it. ``SAYS`` is what a person answers where the product asks.
"""

import dataclasses
import datetime
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.calendar import SHANGHAI, HalfYear, deadline_moment
from tasks.models import Assignment

STATES = ("on_track", "behind", "done", "standing", "not_begun")
LABELS = {
    "on_track": "正常推进",
    "behind": "进展滞后",
    "done": "已完成",
    "standing": "长期坚持",
    "not_begun": "未启动",
}


@dataclasses.dataclass
class Told:
    """What one lead reported; ``filed`` and ``late`` as far as the ledger of that style says."""

    assignment: Assignment
    progress: str
    state: str = ""
    completion: int | None = None
    problems: str = ""
    next_steps: str = ""
    note: str = ""
    filed: datetime.datetime | None = None
    late: bool | None = None

    @property
    def code(self) -> str:
        return self.assignment.work_item.code

    @property
    def body(self) -> str:
        return self.assignment.department.name


def leads() -> list[Assignment]:
    rows = Assignment.objects.leads().select_related(
        "department", "work_item__task__section", "work_item__task__plan"
    )
    return list(rows.order_by("work_item__task__number", "work_item__row", "order"))


def told(half_year: HalfYear) -> list[Told]:
    """What every lead reported in ``half_year``: each text is like no other."""
    return [_told(lead, number, half_year) for number, lead in enumerate(leads())]


def _told(lead: Assignment, number: int, half_year: HalfYear) -> Told:
    state = STATES[(number + half_year.year) % 5]
    rate = {"done": 100, "standing": None, "not_begun": 0}.get(state, 20 + number)
    slow = state in {"behind", "not_begun"}
    return Told(
        assignment=lead,
        progress=f"{half_year.label}第 {number + 1} 件：{lead.department.name}完成 "
        f"{number * 3 + 7} 处，投入 {number + 1}.5 万元。\n下属各单位均已落实。",
        state=state,
        completion=rate,
        problems=f"第 {number + 1} 件资金缺口 {number + 2} 万元。" if slow else "",
        next_steps=f"第 {number + 1} 件年内补齐。" if slow else "",
    )


def on(day: datetime.date) -> datetime.datetime:
    """The moment that a day without a time counts as."""
    return deadline_moment(day) - datetime.timedelta(seconds=1)


def at(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


@dataclasses.dataclass(frozen=True)
class Style:
    """``build`` gives the file of a half-year, and notes in the list what that file says.

    ``asked`` is everything that the product has to ask, with what a person answers: subject →
    what is asked → answer. ``resaved`` by LibreOffice before it comes in.
    """

    name: str
    half_year: HalfYear
    build: Callable[[list[Told]], Workbook]
    asked: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    resaved: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.name}.xlsx"


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write(sheet: Worksheet, row: int, values: Sequence[Any]) -> None:
    for column, value in enumerate(values, 1):
        if value not in {None, ""}:
            sheet.cell(row=row, column=column, value=value)


def merge_down(sheet: Worksheet, column: int, first: int, last: int) -> None:
    if last > first:
        sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=column)


def merge_groups(sheet: Worksheet, columns: Sequence[int], keys: Sequence[Any], top: int) -> None:
    """Merge the cells of ``columns`` over neighbouring rows with the same key."""
    start = 0
    for place in range(1, len(keys) + 1):
        if place == len(keys) or keys[place] != keys[start]:
            for column in columns:
                merge_down(sheet, column, top + start, top + place - 1)
            start = place


# ── 2020H1: our own ledger in the annex's layout, with the hidden keys ──


def annex_with_keys(rows: list[Told]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "2020H1"
    plan = rows[0].assignment.work_item.task.plan
    sheet["A1"] = f"{plan.annex_title}（2020年上半年进展台账）"
    sheet["A2"] = "报送截止：2020年7月15日（星期三）24时"
    heads = ["序号", "目标任务", "工作内容", "牵头单位", "责任单位", "推进状态", "完成率",
             "进展情况", "存在问题", "下一步计划", "报送时间", "是否按时", "备注",
             "系统编号"]  # fmt: skip
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(heads))
    write(sheet, 3, heads)
    for number, one in enumerate(rows):
        item = one.assignment.work_item
        one.filed, one.late = at(2020, 7, 10, 9, 30 + number % 20), False
        if number == 4:
            one.filed, one.late = at(2020, 7, 20, 16, 5), True
        key = f"{plan.slug}/2020H1/{item.code}/{one.assignment.department.code}"
        rate = "" if one.completion is None else str(one.completion)
        write(sheet, 4 + number, [
            str(item.task.number), item.task.title, item.text, item.lead_cell,
            item.responsible_cell, LABELS[one.state], rate, one.progress, one.problems,
            one.next_steps, f"{one.filed:%Y-%m-%d %H:%M}", "迟报" if one.late else "按时",
            "线下报送" if number == 7 else "", key,
        ])  # fmt: skip
    items = [one.assignment.work_item for one in rows]
    merge_groups(sheet, [1, 2], [item.task_id for item in items], 4)
    merge_groups(sheet, [3, 4, 5], [item.pk for item in items], 4)
    sheet.column_dimensions[get_column_letter(len(heads))].hidden = True
    return book


# ── 2020H2: the annex copied by hand: two-storey header, merged cells, totals, remarks ──


def annex_by_hand(rows: list[Told]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "台账"
    sheet["A1"] = "附件"
    sheet["A2"] = "万州区节水行动重点任务落实情况台账"
    sheet["A3"] = "填报单位：区水利局节水办        填报日期：2021年1月20日"
    for row in (2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=11)
    write(sheet, 4, ["序号", "目标任务", "工作内容", "责任分工", "", "2020年下半年落实情况", "", "",
                     "", "", "报送时间"])  # fmt: skip
    write(sheet, 5, ["", "", "", "牵头单位", "责任单位", "状态", "完成比例（%）", "进展情况",
                     "存在的问题", "下一步打算"])  # fmt: skip
    for column in (1, 2, 3, 11):
        merge_down(sheet, column, 4, 5)
    sheet.merge_cells("D4:E4")
    sheet.merge_cells("F4:J4")
    days = ("2021.1.12", "2021年1月13日", "2021/1/14", "2021-01-18", "1月11日")
    for number, one in enumerate(rows):
        item = one.assignment.work_item
        word = {"on_track": "进行中"}.get(one.state, LABELS[one.state]) if number > 30 else (
            LABELS[one.state])  # fmt: skip
        day = datetime.date(2021, 1, (12, 13, 14, 18, 11)[number % 5])
        one.filed, one.late = on(day), day.day > 15
        rate = f"{one.completion}%" if one.completion is not None else ""
        write(sheet, 6 + number, [
            item.task.number, item.task.title, item.text, item.lead_cell, item.responsible_cell,
            word, rate, one.progress, one.problems, one.next_steps, days[number % 5],
        ])  # fmt: skip
    items = [one.assignment.work_item for one in rows]
    merge_groups(sheet, [1, 2], [item.task_id for item in items], 6)
    merge_groups(sheet, [3, 4, 5], [item.pk for item in items], 6)
    last = 6 + len(rows)
    write(sheet, last, ["合计", "53 项"])
    sheet.cell(row=last + 1, column=1, value="注：完成比例为累计数。长期坚持的事项不填。")
    sheet.merge_cells(start_row=last + 1, end_row=last + 1, start_column=1, end_column=11)
    write(sheet, last + 2, ["填表人：张三", "", "审核人：李四", "", "", "联系电话：58123456"])
    return book


# ── 2021H1: one flat row per item, leads together, full-width digits, names as people say them ──

SHORT = {"区发展改革委": "区发改委", "区经济信息委": "区经信委", "区住房城乡建委": "区住建委"}


def flat(rows: list[Told]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Sheet1"
    sheet["A1"] = "２０２１年上半年节水行动工作进展情况表"
    write(sheet, 2, ["序号", "重点任务", "具体内容", "牵头部门", "完成情况", "完成率（％）",
                     "存在困难和问题", "下步工作", "按时报送"])  # fmt: skip
    row, count = 3, 0
    for one in rows:
        item = one.assignment.work_item
        twin = [other for other in rows if other.code == one.code]
        if one is not twin[0]:
            continue
        for other in twin[1:]:
            other.progress, other.state, other.completion = one.progress, "", one.completion
            other.problems, other.next_steps = one.problems, one.next_steps
        for each in twin:
            each.state, each.late = "", count % 6 == 0
        count += 1
        bodies = "、".join(SHORT.get(each.body, each.body) for each in twin)
        write(sheet, row, [
            _full_width(str(count)), item.task.title, item.text, bodies, one.progress,
            _full_width(str(one.completion)) if one.completion is not None else "",
            one.problems, one.next_steps, "否" if one.late else "是",
        ])  # fmt: skip
        row += 1
    return book


def _full_width(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


# ── 2021H2: a sheet per department, codes that Excel made numbers and dates of ──


def by_department(rows: list[Told]) -> Workbook:
    book = Workbook()
    cover = book.worksheets[0]
    cover.title = "填报说明"
    cover["A1"] = "一、本表由各牵头单位填写。"
    cover["A2"] = "二、每半年报送一次。"
    for body in dict.fromkeys(one.body for one in rows):
        sheet = book.create_sheet(body)
        sheet["A1"] = f"{body}2021年下半年节水工作情况"
        write(sheet, 2, ["编号", "工作内容", "进展", "进度", "问题", "下一步工作计划", "备注"])
        mine = [one for one in rows if one.body == body]
        for row, one in enumerate(mine, 3):
            item = one.assignment.work_item
            one.state = ""
            number: Any = float(item.code)
            if item.code == "12.1":
                number = datetime.datetime(2021, 12, 1)
            elif item.code == "8.1":
                number = "8-1"
            one.note = f"见 {item.code} 号文件" if item.row == 2 else ""
            write(sheet, row, [number, item.text, one.progress,
                               one.completion, one.problems, one.next_steps, one.note])  # fmt: skip
    return book


# ── 2022H1: other order, extra columns, words and days as people write them ──


def reordered(rows: list[Told]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "汇总"
    write(sheet, 1, ["责任科室", "牵头单位", "任务编号", "工作任务",
                     "本期工作进展情况（截至6月30日）", "工作状态", "完成百分比",
                     "完成投资（万元）", "上期进展情况", "存在问题",
                     "下一步工作打算", "上报日期", "联系人", "联系电话"])  # fmt: skip
    words = {"on_track": "推进中", "behind": "滞后", "done": "完成", "standing": "长期坚持",
             "not_begun": "未启动"}  # fmt: skip
    days = ("7.8", "7月12日", "22.7.13", "2022年7月19日", "")
    parsed = (8, 12, 13, 19, None)
    for number, one in enumerate(reversed(rows)):
        item = one.assignment.work_item
        day = parsed[number % 5]
        one.filed = on(datetime.date(2022, 7, day)) if day else None
        one.late = None if day is None else day > 15
        one.progress += f"\n完成投资（万元）：{number * 10}"
        text = item.text if number % 3 else item.text[: max(20, len(item.text) // 2)]
        write(sheet, 2 + number, [
            "节水科", f"万州{one.body}" if one.body.startswith("区") else one.body, item.code, text,
            one.progress.rsplit("\n", 1)[0], words[one.state], None, number * 10, "上期的文字",
            one.problems,
            one.next_steps, days[number % 5], "王五", "58120000",
        ])  # fmt: skip
        if one.completion is not None:
            cell = sheet.cell(row=2 + number, column=7, value=one.completion / 100)
            cell.number_format = "0%"
    return book


# ── 2022H2: re-saved by LibreOffice: hidden rows, group headings, repeated headers, serial days ──


def with_groups(rows: list[Told]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "2022年下半年"
    heads = ["序号", "目标任务", "工作内容", "牵头单位", "推进状态", "完成率", "进展情况",
             "存在问题", "下一步计划", "报送日期"]  # fmt: skip
    write(sheet, 1, ["节水行动台账"])
    write(sheet, 2, heads)
    row, section, shown = 3, None, 0
    for number, one in enumerate(rows):
        item = one.assignment.work_item
        if item.task.section.title != section:
            section = item.task.section.title
            write(sheet, row, [section])
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(heads))
            row += 1
        if number in {20, 40}:
            write(sheet, row, heads)
            row += 1
        one.filed = on(datetime.date(2023, 1, 10 + number % 8))
        one.late = number % 8 > 5
        serial = (datetime.date(2023, 1, 10 + number % 8) - datetime.date(1899, 12, 30)).days
        first = item.row == 1 and one.assignment.order == 1
        write(sheet, row, [
            item.task.number if first else None, item.task.title if first else None, item.text,
            one.assignment.printed_name, LABELS[one.state], one.completion, one.progress,
            one.problems, one.next_steps, serial,
        ])  # fmt: skip
        if number % 7 == 3:
            sheet.row_dimensions[row].hidden = True
        row += 1
        shown += 1
    write(sheet, row, ["小计", "", "", f"{shown} 项"])
    sheet.auto_filter.ref = f"A2:J{row}"
    return book


STYLES = (
    Style("附件版式带编号", HalfYear(2020, 1), annex_with_keys),
    Style(
        "手工附件版式",
        HalfYear(2020, 2),
        annex_by_hand,
        {
            "rows": {"台账 19": "8.2 区水利局", "台账 20": "8.2 区城管局"},
            "words": {"state:进行中": "on_track"},
        },
    ),
    Style(
        "一项一行",
        HalfYear(2021, 1),
        flat,
        {
            "rows": {"Sheet1 16": "8.2 区水利局、8.2 区城管局"},
            "names": {full: short for short, full in SHORT.items()},
        },
    ),
    Style("一单位一表", HalfYear(2021, 2), by_department, {"sheets": {"填报说明": "leave"}}),
    Style(
        "另一种次序",
        HalfYear(2022, 1),
        reordered,
        {
            "columns": {
                "本期工作进展情况（截至6月30日）": "progress",
                "完成投资（万元）": "append",
            },
            "words": {"state:推进中": "on_track", "state:滞后": "behind", "state:完成": "done"},
        },
    ),
    Style("金山另存", HalfYear(2022, 2), with_groups, resaved=True),
)
