"""分工 and 指标: what the plan file owns is told apart from what may change here."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from tasks.models import Assignment, Indicator, Plan, Target
from tests.cast import Cast, person
from tests.tables.steps import Table, changes, fates, read_xlsx, text_of

Login = Callable[[User], Client]
HEAD = ["序号", "单位", "分工", "责任科室", "经办人"]
PLAN_FILE = "以方案文件为准，不能经导入改；请改方案文件后执行 loadplan"


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def parts(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "tasks/assignment")


@pytest.fixture
def indicators(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "tasks/indicator")


def part(code: str = "12.1", department: str = "cgj", kind: str = "lead") -> Assignment:
    task, row = code.split(".")
    return Assignment.objects.get(
        work_item__task__number=task, work_item__row=row, department__code=department, kind=kind
    )


def test_what_was_exported_comes_back_unchanged(parts: Table, cast: Cast) -> None:
    Assignment.objects.filter(pk=part().pk).update(
        office="供水科", person_in_charge=cast.cgj_reporter
    )
    rows = parts.rows()
    [row] = [row for row in rows if row[1] == "12.1" and row[4] == "牵头单位"]
    assert row[3] == "区城管局"
    assert row[6:8] == ["供水科", "cgj reporter（cgj_reporter）"]
    for kind in ("csv", "xlsx"):
        answer = parts.send(parts.export(kind), f"分工.{kind}")
        assert fates(answer) == {"新增": 0, "修改": 0, "未变": Assignment.objects.count(),
                                 "有误": 0}, text_of(answer)  # fmt: skip


@pytest.mark.parametrize("who", ["cgj_reporter", "cgj reporter", "cgj reporter（cgj_reporter）"])
def test_office_and_person_change_with_history(parts: Table, cast: Cast, who: str) -> None:
    preview = parts.send([HEAD, ["12.1", "cgj", "牵头单位", "供水科", who]])
    assert "cgj reporter（cgj_reporter）" in text_of(preview)
    assert parts.confirm(preview).status_code == 302
    row = part()
    assert (row.office, row.person_in_charge) == ("供水科", cast.cgj_reporter)
    assert row.history.first().history_user == cast.admin
    assert changes()[-1].startswith("导入分工 「表.csv」")
    parts.import_rows([HEAD, ["12.1", "cgj", "牵头单位", "无", "无"]])
    row.refresh_from_db()
    assert (row.office, row.person_in_charge) == ("", None)


def test_someone_who_has_left_stays_until_another_is_named(parts: Table, cast: Cast) -> None:
    Assignment.objects.filter(pk=part().pk).update(person_in_charge=cast.zjw_reporter)
    parts.import_rows([HEAD, ["12.1", "cgj", "牵头单位", "供水科", ""]])
    assert part().person_in_charge == cast.zjw_reporter


WRONG = [
    (["12.1", "cgj", "牵头单位", "", "zjw_reporter"], "经办人", "没有叫「zjw_reporter」的人在任"),
    (["12.1", "区城管局", "牵头单位", "科" * 51, ""], "责任科室", "有 51 字，最多 50 字"),
    (["12.1", "区财政局", "牵头单位", "", ""], "整行", "方案里没有区财政局在 12.1 的这一分工"),
    (["99.1", "区城管局", "牵头单位", "", ""], "整行", PLAN_FILE),
    (["12", "区城管局", "牵头单位", "", ""], "整行", "写法同导出的表"),
    (["12.1", "区环保局", "牵头单位", "", ""], "整行", "写法同导出的表"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "column", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_row_is_named_with_column_and_cure(
    parts: Table, row: list[str], column: str, said: str
) -> None:
    answer = parts.send([HEAD, row])
    page = text_of(answer).split("原因和改法")[1]
    assert f" {column} " in page
    assert said in page
    assert fates(answer)["有误"] == 1


def test_of_two_people_with_one_name_the_user_name_decides(parts: Table, cast: Cast) -> None:
    twin = person("cgj_twin", "reporter", "cgj")
    User.objects.filter(pk=twin.pk).update(name="cgj reporter")
    page = text_of(parts.send([HEAD, ["12.1", "cgj", "牵头单位", "", "cgj reporter"]]))
    assert "有 2 位cgj reporter，请写明是哪一位：cgj reporter（cgj_reporter）、" in page


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("工作内容", "另一项工作"), ("范围", "全区"), ("撤销日期", "2027-01-01"), ("方案", "other")],
)
def test_what_the_plan_file_owns_is_refused_row_by_row(
    parts: Table, heading: str, cell: str
) -> None:
    answer = parts.send([[*HEAD, heading], ["12.1", "区城管局", "牵头单位", "供水科", "", cell]])
    assert fates(answer)["有误"] == 1
    assert "请改方案文件后执行 loadplan" in text_of(answer)
    assert "确认导入" not in answer.content.decode()


def test_a_withdrawn_part_is_left_alone(parts: Table) -> None:
    Assignment.objects.filter(pk=part().pk).update(withdrawn_on="2026-12-31")
    page = text_of(parts.send([HEAD, ["12.1", "cgj", "牵头单位", "供水科", ""]]))
    assert "责任科室 本单位已不承担这项工作" in page


def test_an_unchanged_row_asks_the_database_nothing(parts: Table) -> None:
    """Two statements a row are the savepoint around it."""
    rows = parts.rows()
    parts.send(rows[:2])

    def asked(count: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            answer = parts.send([rows[0], *same_body[:count]])
        assert fates(answer)["未变"] == count
        return len(caught)

    same_body = [row for row in rows if row[3] == rows[1][3]]
    few, many = asked(2), asked(12)
    assert many - few == 2 * 10


def test_a_row_that_means_an_earlier_ones_part_builds_on_it(parts: Table, cast: Cast) -> None:
    person_first = ["12.1", "cgj", "牵头单位", "", "cgj_reporter"]
    then_office = ["12.1", "区城管局", "牵头单位", "供水科", ""]
    assert parts.import_rows([HEAD, person_first, then_office]).status_code == 302
    assert (part().office, part().person_in_charge) == ("供水科", cast.cgj_reporter)


def test_the_export_asks_as_often_for_nine_rows_as_for_all(parts: Table) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as context:
            parts.export("csv", query)
        return len(context)

    queries("")
    assert queries("") == queries("?q=区城管局")


def test_indicators_come_back_unchanged_and_list_every_target(indicators: Table) -> None:
    rows = indicators.rows()
    assert len(rows) - 1 == Target.objects.count()
    assert {row[1] for row in rows[1:]} == set(Indicator.objects.values_list("code", flat=True))
    for kind in ("csv", "xlsx"):
        answer = indicators.send(indicators.export(kind), f"指标.{kind}")
        assert fates(answer)["未变"] == Target.objects.count(), text_of(answer)


def test_an_indicator_without_target_has_a_row_too(indicators: Table, plan: Plan) -> None:
    Indicator.objects.create(plan=plan, code="bare", name="无目标的指标", order=99)
    [row] = [row for row in indicators.rows() if row[1] == "bare"]
    assert row[7:] == ["", "", "", "", ""]
    assert fates(indicators.send(indicators.export()))["有误"] == 0


def test_no_indicator_and_no_target_changes_by_import(indicators: Table) -> None:
    rows = read_xlsx(indicators.export("xlsx"))
    head, first = rows[0], rows[1]
    for heading in ("指标", "计量单位", "最大值", "年内累计", "序号", "比较", "目标值", "原文"):
        changed: list[Any] = list(first)
        changed[head.index(heading)] = "1234"
        answer = indicators.send([head, changed])
        page = text_of(answer)
        assert f" {heading} {PLAN_FILE}" in page
        assert fates(answer)["有误"] == 1
    other_year = [*first]
    other_year[head.index("年度")] = "2099"
    for row in (other_year, ["", "no-such", *first[2:]]):
        assert PLAN_FILE in text_of(indicators.send([head, row]))
