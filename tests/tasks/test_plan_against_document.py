"""The plan as loaded, compared cell by cell with a second reading of the document."""

import datetime
import itertools
from collections import Counter
from decimal import Decimal

import pytest

from departments.models import Department
from tasks.models import Assignment, Indicator, Plan, Target, Task, WorkItem
from tests.tasks import document

ROWS_PER_TASK = [
    *(1, 4, 2, 1, 1, 1, 2, 2, 3, 2, 2, 1, 4, 1, 1, 2),
    *(1, 1, 1, 5, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3),
]
LEADS = {
    "区水利局": 18,
    "区城管局": 9,
    "区发展改革委": 5,
    "区经济信息委": 4,
    "区农业农村委": 3,
    "区住房城乡建委": 3,
    "区教委": 2,
    "区财政局": 2,
    "区规划自然资源局": 1,
    "区卫生健康委": 1,
    "区机关事务管理中心": 1,
    "区科技局": 1,
    "区市场监管局": 1,
    "人行万州中心支行": 1,
    "团区委": 1,
}
SECTIONS = {
    ("三、重点行动", "（一）总量强度双控"): (1, 3),
    ("三、重点行动", "（二）农业节水增效"): (4, 7),
    ("三、重点行动", "（三）工业节水减排"): (8, 10),
    ("三、重点行动", "（四）城镇节水降损"): (11, 16),
    ("三、重点行动", "（五）科技创新引领"): (17, 17),
    ("四、深化体制机制改革", "（一）政策制度推动"): (18, 22),
    ("四、深化体制机制改革", "（二）市场机制创新"): (23, 26),
    ("五、保障措施", "保障措施"): (27, 31),
}


def work_items() -> list[WorkItem]:
    return list(WorkItem.objects.select_related("task__section").order_by("task__number", "row"))


def test_every_cell_of_the_annex_is_as_printed_character_by_character(plan: Plan) -> None:
    for item, row in itertools.zip_longest(work_items(), document.annex_rows()):
        assert (item.task.number, item.row) == (row.task, row.row)
        assert item.task.title == row.title
        assert item.text == row.text, row.code
        assert item.lead_cell == row.lead_cell, row.code
        assert item.responsible_cell == row.responsible_cell, row.code


def test_nothing_of_the_annex_is_left_out_and_nothing_added(plan: Plan) -> None:
    ours = "".join(
        ("" if item.row > 1 else f"{item.task.number}{item.task.title}")
        + item.text + item.lead_cell + item.responsible_cell
        for item in work_items()
    )  # fmt: skip
    printed = "".join("".join(document.annex_lines()).split())
    assert printed == "序号目标任务工作内容牵头单位责任单位" + ours


def test_it_has_31_tasks_and_52_rows(plan: Plan) -> None:
    per_task = Counter(WorkItem.objects.values_list("task__number", flat=True))
    assert [per_task[number] for number in range(1, 32)] == ROWS_PER_TASK
    assert sum(ROWS_PER_TASK) == WorkItem.objects.count() == 52


def test_sections_are_those_of_the_body(plan: Plan) -> None:
    headings = document.body_sections()
    for task in Task.objects.select_related("section").exclude(number=15):
        assert (task.section.chapter, task.section.title) == headings[task.title]
    for (chapter, title), (first, last) in SECTIONS.items():
        tasks = Task.objects.filter(section__chapter=chapter, section__title=title)
        assert [task.number for task in tasks] == list(range(first, last + 1))
    assert [(s.chapter, s.title) for s in plan.sections.all()] == list(SECTIONS)


def test_task_15_stands_in_the_annex_only(plan: Plan) -> None:
    assert Task.objects.get(number=15).title not in document.body_sections()


def test_there_are_53_leads_of_15_departments(plan: Plan) -> None:
    leads = Assignment.objects.leads()
    assert Counter(leads.values_list("department__name", flat=True)) == LEADS
    assert leads.count() == sum(LEADS.values()) == 53


def test_row_8_2_has_two_leads_with_their_scopes(plan: Plan) -> None:
    scoped = Assignment.objects.leads().exclude(scope="")
    assert [(str(a.work_item.code), a.printed_name, a.scope, a.order) for a in scoped] == [
        ("8.2", "区水利局", "直接取水企业", 1),
        ("8.2", "区城管局", "自来水供水企业", 2),
    ]


@pytest.mark.parametrize("kind", Assignment.Kind.values)
def test_assignments_are_the_parse_of_the_cell_in_its_order(plan: Plan, kind: str) -> None:
    found: dict[str, list[str]] = {}
    for part in Assignment.objects.filter(kind=kind).select_related("work_item__task"):
        found.setdefault(part.work_item.code, []).append(part.printed_name)
    for row in document.annex_rows():
        cell = row.lead_cell if kind == Assignment.Kind.LEAD else row.responsible_cell
        assert found[row.code] == document.printed_names(cell)


def test_333_responsible_entries_under_28_names_of_27_bodies(plan: Plan) -> None:
    entries = Assignment.objects.filter(kind=Assignment.Kind.RESPONSIBLE)
    assert entries.count() == 333
    assert entries.order_by().values("printed_name").distinct().count() == 28
    assert entries.order_by().values("department").distinct().count() == 27
    printed = [document.printed_names(row.responsible_cell) for row in document.annex_rows()]
    assert sum(map(len, printed)) == 333


def test_both_names_of_the_tax_bureau_are_one_department(plan: Plan) -> None:
    tax = Department.objects.get(name="区税务局")
    names = Counter(tax.assignments.values_list("printed_name", flat=True))
    assert names == {"万州区税务局": 5, "区税务局": 1}
    assert tax.assignments.get(printed_name="区税务局").work_item.code == "29.1"


def test_the_full_width_comma_stands_in_the_two_rows_of_task_3_only(plan: Plan) -> None:
    commas = [item.code for item in work_items() if "，" in item.responsible_cell]
    assert commas == ["3.1", "3.2"]


def test_collectives_and_the_enterprise_are_no_offices(plan: Plan) -> None:
    kinds = {body.name: body.kind for body in Department.objects.exclude(kind="office")}
    assert kinds == {
        "长江水务集团": "enterprise",
        "区级有关部门": "collective",
        "万州经开区有关部门": "collective",
        "各镇乡人民政府": "collective",
        "各街道办事处": "collective",
    }


def test_the_head_is_as_printed(plan: Plan) -> None:
    text = document.full_text()
    for printed in (plan.title, plan.document_number, plan.annex_title, plan.reporting_rule):
        assert printed in text
    assert f"{plan.issued_on:%Y}年{plan.issued_on.month}月{plan.issued_on.day}日" in text
    assert plan.issued_on == datetime.date(2020, 5, 15)
    rows = {row.code: row for row in document.annex_rows()}
    assert rows[plan.reporting_rule_clause].text == plan.reporting_rule
    head = [line.strip() for line in text.split("\n")[:2]]
    assert [issuer.printed_name for issuer in plan.issuer_rows.all()] == head


def test_receivers_stand_in_order_and_are_those_of_the_rule(plan: Plan) -> None:
    receivers = [row.department for row in plan.receiver_rows.all()]
    assert [body.code for body in receivers] == ["slj", "fgw"]
    assert all(body.name in plan.reporting_rule for body in receivers)


S, E, M, W = "at_least", "reduced_by", "at_most", "worded"
TARGETS = [
    ("万元国内生产总值用水量", 2020, E, 21),
    ("万元国内生产总值用水量", 2022, E, 23),
    ("万元工业增加值用水量", 2020, E, 21),
    ("万元工业增加值用水量", 2022, E, 23),
    ("规模以上工业用水重复利用率", 2020, S, 70),
    ("农田灌溉水有效利用系数", 2020, S, "0.508"),
    ("农田灌溉水有效利用系数", 2022, S, "0.508"),
    ("城市公共供水管网漏损率", 2020, M, 10),
    ("用水总量", 2022, M, "4.84"),
    ("用水总量", 2035, M, "5.3"),
    ("8.2", 2022, S, 100),
    ("10.1", 2020, S, 4),
    ("10.1", 2022, S, 40),
    ("11.2", 2022, S, 15),
    ("13.2", 2022, S, 80),
    ("13.2", 2022, S, 35),
    ("13.4", 2022, S, 15),
    ("20.2", 2022, S, 60),
    ("21.1", 2022, S, 100),
    ("21.1", 2022, S, 100),
    ("2.1", 2022, W, None),
    ("6.1", 2022, W, None),
    ("9.1", 2022, W, None),
    ("20.1", 2022, W, None),
    ("24.1", 2022, W, None),
]


def test_targets_are_those_of_the_document_by_year(plan: Plan) -> None:
    of_the_body = {name for name, *_ in TARGETS if not name[0].isdigit()}
    found = Counter(
        (
            target.indicator.name
            if target.indicator.name in of_the_body
            else target.indicator.work_item.code,
            target.year,
            target.comparison,
            target.value,
        )
        for target in Target.objects.select_related("indicator__work_item__task")
    )
    wanted = [(*head, None if value is None else Decimal(value)) for *head, value in TARGETS]
    assert found == Counter(wanted)


def test_the_wording_of_every_target_stands_in_the_document(plan: Plan) -> None:
    goals = document.full_text().partition("二、主要目标")[2].partition("三、重点行动")[0]
    for target in Target.objects.select_related("indicator__work_item__task"):
        item = target.indicator.work_item
        assert target.text in goals or target.text in item.text
        assert target.base_year == (2015 if target.comparison == E else None)


def test_indicators_of_the_body_hang_on_the_row_that_does_the_work(plan: Plan) -> None:
    rows = {
        one.name: one.work_item.code
        for one in Indicator.objects.select_related("work_item__task").order_by("order")[:6]
    }
    assert rows == {
        "万元国内生产总值用水量": "1.1",
        "用水总量": "1.1",
        "万元工业增加值用水量": "8.1",
        "规模以上工业用水重复利用率": "8.1",
        "农田灌溉水有效利用系数": "4.1",
        "城市公共供水管网漏损率": "12.1",
    }
