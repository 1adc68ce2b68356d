"""单位: departments with aliases and members out and in; the plan file keeps what is its own."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from departments.models import Department, DepartmentAlias, User
from tests.cast import Cast
from tests.tables.steps import Table, changes, fates, text_of

Login = Callable[[User], Client]
HEAD = ["代码", "简称", "类别", "排序", "报送须经审签", "办公电话", "别名", "成员单位"]
TOWN = ["gaofeng", "高峰街道", "镇街", "101", "否", "58120101", "高峰镇、高峰街道办", ""]
TOWNS = "各街道办事处"


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def bodies(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "departments/department")


def row_of(code: str, **cells: str) -> list[str]:
    return [{"代码": code, **cells}.get(heading, "") for heading in HEAD]


def collective() -> Department:
    return Department.objects.get(name=TOWNS)


def test_what_was_exported_comes_back_unchanged(bodies: Table) -> None:
    DepartmentAlias.objects.create(department=collective(), name="各街道")
    collective().members.set(Department.objects.filter(code__in=["cgj", "jw"]))
    rows = bodies.rows()
    assert rows[0] == HEAD
    [towns] = [row for row in rows if row[1] == TOWNS]
    assert towns[2] == "集合"
    assert towns[6].split("、") == sorted(towns[6].split("、"))
    assert "各街道" in towns[6].split("、")
    assert set(towns[7].split("、")) == {"区城管局", "区教委"}
    for kind in ("csv", "xlsx"):
        found = fates(bodies.send(bodies.export(kind), f"单位.{kind}"))
        assert found == {"新增": 0, "修改": 0, "未变": Department.objects.count(), "有误": 0}


def test_new_departments_become_members_in_the_same_file(bodies: Table, cast: Cast) -> None:
    second = ["longdu", "龙都街道", "镇街", "", "", "", "", ""]
    members = row_of(collective().code, 成员单位="高峰镇，龙都街道")
    assert bodies.import_rows([HEAD, TOWN, second, members]).status_code == 302
    town = Department.objects.get(code="gaofeng")
    assert (town.name, town.kind, town.order) == ("高峰街道", "town", 101)
    assert (town.needs_approval, town.telephone) == (False, "58120101")
    assert {alias.name for alias in town.aliases.all()} == {"高峰镇", "高峰街道办"}
    assert town.history.get().history_user == cast.admin
    assert {body.code for body in collective().members.all()} == {"gaofeng", "longdu"}
    log = changes()
    assert log[0].startswith(f"变更集合成员 {TOWNS}：")
    assert log[1].startswith("导入单位 「表.csv」SHA-256 ")


def test_the_settings_of_a_department_in_the_plan_change(bodies: Table, cast: Cast) -> None:
    row = row_of("cgj", 排序="7", 报送须经审签="否", 办公电话="5812０２００", 简称="区城管局")
    assert fates(bodies.send([HEAD, row]))["有误"] == 0
    bodies.import_rows([HEAD, row])
    cgj = Department.objects.get(code="cgj")
    assert (cgj.order, cgj.needs_approval) == (7, False)
    assert cgj.history.first().history_user == cast.admin


WRONG = [
    (row_of("cgj", 简称="城管局"), "简称", "以方案文件为准，不能在这里改；请改方案文件"),
    (row_of("cgj", 类别="镇街"), "类别", "以方案文件为准"),
    (row_of("gaofeng"), "简称", "新增的行须填「简称」"),
    (row_of("高峰", 简称="高峰街道", 类别="镇街"), "代码", "由字母，数字，下划线或连字符"),
    (row_of("gf", 简称="高峰街道", 类别="乡镇"), "类别", "可以填：部门、镇街、企业、集合"),
    (row_of("gf", 简称="区水利局", 类别="部门"), "简称", "已存在"),
    (row_of("gf", 简称="万州区税务局", 类别="部门"), "简称", "的名称或别名，请核对"),
    (row_of("cgj", 排序="第一"), "排序", "「第一」不是整数，请只填阿拉伯数字"),
    (row_of("cgj", 排序="-1"), "排序", "不能小于 0"),
    (row_of("cgj", 报送须经审签="可"), "报送须经审签", "可以填：是、否"),
    (row_of("cgj", 办公电话="1" * 31), "办公电话", "有 31 字，最多 30 字"),
    (row_of("jw", 别名="区水利局"), "别名", "「区水利局」已是「区水利局」（slj）的名称或别名"),
    (row_of("swj2", 别名="旧称"), "简称", "新增的行须填"),
    (row_of("jw", 成员单位="区水利局"), "成员单位", "「区教委」不是集合，没有成员单位"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_row_is_named_with_column_and_cure(
    bodies: Table, row: list[str], column: str, said: str
) -> None:
    count = Department.objects.count()
    answer = bodies.send([HEAD, row])
    assert fates(answer)["有误"] == 1
    page = text_of(answer).split("原因和改法")[1]
    assert page.startswith(f" 第 2 行 {row[0]} {column} ")
    assert said in page
    assert Department.objects.count() == count
    assert changes() == []


def test_an_alias_is_not_lost_by_leaving_it_out(bodies: Table) -> None:
    body = Department.objects.get(code="jw")
    DepartmentAlias.objects.create(department=body, name="区教育局")
    page = text_of(bodies.send([HEAD, row_of("jw", 别名="教委")]))
    assert "别名只增不删，请在格中保留「区教育局」" in page
    assert bodies.import_rows([HEAD, row_of("jw", 别名="区教育局；教委")]).status_code == 302
    assert set(body.aliases.values_list("name", flat=True)) == {"区教育局", "教委"}


def test_a_collective_has_no_collective_within(bodies: Table) -> None:
    row = row_of(collective().code, 成员单位="各镇乡人民政府")
    assert "本身是集合，不能作成员单位" in text_of(bodies.send([HEAD, row]))


def test_only_the_valid_rows_are_imported_where_one_says_so(bodies: Table) -> None:
    answer = bodies.send([HEAD, TOWN, row_of("cgj", 排序="第一")])
    assert "只导入无误的 1 行" in answer.content.decode()
    assert "确认导入" not in answer.content.decode()
    bodies.confirm(answer)
    assert Department.objects.filter(code="gaofeng").exists()


def test_the_preview_marks_what_was_and_what_will_be(bodies: Table) -> None:
    Department.objects.filter(code="jw").update(telephone="58120300")
    answer: Any = bodies.send([HEAD, row_of("jw", 办公电话="58120301")])
    page = answer.content.decode()
    assert "<del>58120300</del>" in page
    assert "<ins>58120301</ins>" in page
    assert " style=" not in page
