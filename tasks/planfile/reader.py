"""Walks the plan file from top to bottom and collects every fault before it gives up."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from departments.models import Department
from tasks.models import Assignment, Plan, Target
from tasks.planfile.cells import Directory
from tasks.planfile.data import (
    DepartmentData,
    HeadData,
    IndicatorData,
    IssuerData,
    PlanData,
    RowData,
    SectionData,
    SettingsData,
    TargetData,
    TaskData,
)
from tasks.planfile.faults import Fault, PlanFileError
from tasks.planfile.table import Table

_TOML_PLACE = re.compile(
    r"^(?P<reason>.*?) \((?:at line (?P<line>\d+), column (?P<column>\d+))?.*\)$"
)
_PERIOD = r"20\d\d[H][12]"
_PERIOD_WORDS = "报告期，如 2020H1（上半年）、2020H2（下半年）"
LONGEST = {"name": 50, "title": 100, "long": 200, "text": 5000, "section": 60}


def read_plan_file(path: Path) -> PlanData:
    """Read and check the plan file at ``path`` (TOML, UTF-8).

    Raises PlanFileError with all faults found: each names its place, the reason and the cure.
    """
    faults: list[Fault] = []
    plan = _Reader(faults).plan(_parse(path))
    if faults:
        raise PlanFileError(path, faults)
    return plan


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        fault = Fault("文件", f"打不开（{error.strerror}）", "请核对路径和读取权限")
    except UnicodeDecodeError:
        fault = Fault("文件", "不是 UTF-8 编码的文本", "请另存为 UTF-8 编码")
    except tomllib.TOMLDecodeError as error:
        fault = _syntax_fault(str(error))
    except (ValueError, RecursionError):
        fault = Fault("文件", "TOML 写法有误：数字过大或括号嵌套过深", "请核对数字和括号")
    raise PlanFileError(path, [fault])


def _syntax_fault(message: str) -> Fault:
    match = _TOML_PLACE.match(message)
    if not match:
        return Fault("文件", f"TOML 写法有误（{message}）", "请核对引号、括号和等号")
    place = f"第{match['line']}行第{match['column']}列" if match["line"] else "文件末尾"
    return Fault(place, f"TOML 写法有误（{match['reason']}）", "请核对引号、括号、等号和重复的项")


class _Reader:
    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.directory = Directory(faults)

    def plan(self, raw: dict[str, Any]) -> PlanData:
        top = Table(raw, "文件", self.faults)
        departments = self.departments(top)
        sections = tuple(self.sections(top))
        items = {row.code for section in sections for task in section.tasks for row in task.rows}
        indicators = tuple(self.indicators(top, items))
        head = top.table("方案", "方案")
        plan = PlanData(
            head=self.head(head),
            settings=self.settings(head.table("设置", "方案设置")),
            issuers=tuple(self.issuers(head)),
            receivers=self.receivers(head),
            departments=departments,
            sections=sections,
            indicators=indicators,
        )
        head.close()
        top.close()
        return plan

    def head(self, table: Table) -> HeadData:
        return HeadData(
            slug=table.slug("代码", 50),
            title=table.text("名称", LONGEST["long"]),
            document_number=table.text("文号", 60),
            issued_on=table.day("印发日期"),
            annex_title=table.text("附件名称", LONGEST["long"]),
            reporting_rule=table.text("报送规定", LONGEST["text"]),
            reporting_rule_clause=table.text("报送规定出处", 20),
        )

    def settings(self, table: Table) -> SettingsData:
        settings = SettingsData(
            due_day=table.whole("半年结束后次月截止日", 1, 28) or 0,
            weekend_rule=table.one_of("节假日规则", Plan.WeekendRule.choices),
            return_working_days=table.whole("退回后补正工作日", 1, 60) or 0,
            show_ranking=table.flag("显示排名"),
            first_period=table.matching("首个报告期", _PERIOD, _PERIOD_WORDS),
            last_period=table.matching("最后报告期", _PERIOD, _PERIOD_WORDS),
        )
        if settings.last_period and settings.last_period < settings.first_period:
            table.fault("「最后报告期」早于「首个报告期」", "请核对两个报告期")
        table.close()
        return settings

    def issuers(self, head: Table) -> Iterator[IssuerData]:
        for number, raw in enumerate(head.tables("印发单位"), 1):
            table = Table(raw, f"第{number}个印发单位", self.faults)
            name = table.text("单位", LONGEST["name"])
            yield IssuerData(self.directory.code(name, table.place), table.text("印文名称", 100))
            table.close()

    def receivers(self, head: Table) -> tuple[str, ...]:
        names = head.names("汇总单位", LONGEST["name"], required=True)
        if len(names) == 1:
            head.fault("「汇总单位」只有一个", "请按序列出至少两个，以免牵头单位审核自己")
        return tuple(self.directory.code(name, "方案的汇总单位") for name in names)

    def departments(self, top: Table) -> tuple[DepartmentData, ...]:
        found = tuple(
            self.department(raw, order) for order, raw in enumerate(top.tables("单位"), 1)
        )
        codes = [body.code for body in found]
        for body in found:
            place = f"第{body.order}个单位（{body.name}）"
            self.directory.enter(body.code, (body.name, *body.aliases), place)
            if body.code and codes.index(body.code) < body.order - 1:
                self.faults.append(Fault(place, f"代码「{body.code}」重复", "请换一个代码"))
        return tuple(self.with_members(body) for body in found)

    def department(self, raw: dict[str, Any], order: int) -> DepartmentData:
        table = Table(raw, f"第{order}个单位", self.faults)
        body = DepartmentData(
            code=table.slug("代码", 20),
            name=table.text("名称", LONGEST["name"]),
            kind=table.one_of("类别", Department.Kind.choices),
            aliases=table.names("别名", LONGEST["name"]),
            members=table.names("成员", LONGEST["name"]),
            order=order,
        )
        if body.members and body.kind != Department.Kind.COLLECTIVE:
            table.fault("有「成员」而类别不是集合", "请删去「成员」或把类别改为集合")
        table.close()
        return body

    def with_members(self, body: DepartmentData) -> DepartmentData:
        place = f"第{body.order}个单位（{body.name}）的成员"
        codes = tuple(self.directory.code(name, place) for name in body.members)
        return DepartmentData(body.code, body.name, body.kind, body.aliases, codes, body.order)

    def sections(self, top: Table) -> Iterator[SectionData]:
        titles: set[tuple[str, str]] = set()
        numbers: set[int] = set()
        for order, raw in enumerate(top.tables("板块"), 1):
            table = Table(raw, f"第{order}个板块", self.faults)
            title = (table.text("章", LONGEST["section"]), table.text("节", LONGEST["section"]))
            if title in titles:
                table.fault(f"板块「{'·'.join(title)}」重复", "请合并或改正")
            titles.add(title)
            tasks = tuple(self.task(row, numbers, table.place) for row in table.tables("任务"))
            table.close()
            yield SectionData(*title, order, tasks)

    def task(self, raw: dict[str, Any], numbers: set[int], section: str) -> TaskData:
        table = Table(raw, f"{section}的任务", self.faults)
        number = table.whole("序号", 1, 999) or 0
        if number:
            table.place = f"任务{number}"
        if number in numbers:
            table.fault("序号重复", "每个序号只能有一项任务，请改正")
        numbers.add(number)
        title = table.text("目标任务", LONGEST["title"])
        rows: dict[int, RowData] = {}
        for position, one in enumerate(table.tables("事项"), 1):
            row = self.row(one, number, position, table.place)
            if row.row in rows:
                where = f"{table.place}第{row.row}行"
                self.faults.append(Fault(where, "行号重复", "每个行号只能有一行，请改正"))
            rows[row.row] = row
        table.close()
        return TaskData(number, title, tuple(rows.values()))

    def row(self, raw: dict[str, Any], task: int, position: int, place: str) -> RowData:
        table = Table(raw, f"{place}第{position}行", self.faults)
        number = table.whole("行", 1, 99) or position
        table.place = f"{place}第{number}行"
        text = table.text("工作内容", LONGEST["text"])
        lead_cell = table.text("牵头单位", LONGEST["text"])
        responsible_cell = table.text("责任单位", LONGEST["text"])
        leads = self.directory.parts(lead_cell, Assignment.Kind.LEAD, table.place)
        others = self.directory.parts(responsible_cell, Assignment.Kind.RESPONSIBLE, table.place)
        table.close()
        return RowData(task, number, text, lead_cell, responsible_cell, (*leads, *others))

    def indicators(self, top: Table, items: set[str]) -> Iterator[IndicatorData]:
        codes: set[str] = set()
        for order, raw in enumerate(top.tables("指标", required=False), 1):
            table = Table(raw, f"第{order}个指标", self.faults)
            code, name = table.slug("代码", 50), table.text("名称", LONGEST["title"])
            table.place = f"指标「{name or code}」"
            if code in codes:
                table.fault(f"代码「{code}」重复", "请换一个代码")
            codes.add(code)
            item = table.text("事项", 10, required=False)
            if item and item not in items:
                table.fault(f"所挂的事项「{item}」不存在", "应写 任务序号.行号，如 10.1")
            unit = table.text("单位", 20, required=False)
            highest, sums = table.number("最大值"), table.flag("年内累计", required=False)
            targets = self.targets(table)
            yield IndicatorData(code, name, unit, item, order, highest, sums, targets)
            table.close()

    def targets(self, indicator: Table) -> tuple[TargetData, ...]:
        found: dict[int, TargetData] = {}
        for raw in indicator.tables("目标值"):
            table = Table(raw, f"{indicator.place}的目标值", self.faults)
            target = self.target(table)
            if target.year in found:
                table.fault(f"{target.year}年的目标值重复", "一年只能有一个，请改正")
            found[target.year] = target
        return tuple(found.values())

    def target(self, table: Table) -> TargetData:
        target = TargetData(
            year=table.whole("年度", 2000, 2099) or 0,
            comparison=table.one_of("比较", Target.Comparison.choices),
            value=table.number("值"),
            base_year=table.whole("基准年", 2000, 2099, required=False),
            text=table.text("原文", LONGEST["long"]),
        )
        if (target.value is None) != (target.comparison == Target.Comparison.WORDED):
            table.fault("「值」与「比较」不符", "文字目标不写「值」，其他都要写")
        reduced = target.comparison == Target.Comparison.REDUCED_BY
        if reduced != (target.base_year is not None):
            table.fault("「基准年」与「比较」不符", "「较基准年降低」要写「基准年」，其他都不写")
        table.close()
        return target
