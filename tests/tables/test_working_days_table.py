"""工作日调整: days off and make-up workdays out and in."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import User
from reports.models import WorkingDay
from tests.cast import Cast
from tests.tables.steps import Table, as_xlsx, changes, fates, text_of

Login = Callable[[User], Client]
HEAD = ["日期", "上班或放假", "说明"]


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def days(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "reports/workingday")


def test_what_was_exported_comes_back_unchanged(days: Table) -> None:
    for number in range(1, 8):
        WorkingDay.objects.create(day=f"2027-10-0{number}", is_workday=False, note="国庆")
    for kind in ("csv", "xlsx"):
        found = fates(days.send(days.export(kind), f"工作日.{kind}"))
        assert found == {"新增": 0, "修改": 0, "未变": 7, "有误": 0}


def test_a_years_table_comes_in_at_once_and_each_day_is_recorded(days: Table) -> None:
    rows = [[datetime.date(2027, 2, 5), "放假", "春节"], ["2027.2.7", "上班", "春节调休"]]
    days.confirm(days.send(as_xlsx([HEAD, *rows]), "放假安排.xlsx"))
    kept = WorkingDay.objects.order_by("day").values_list("day", "is_workday", "note")
    assert list(kept) == [
        (datetime.date(2027, 2, 5), False, "春节"),
        (datetime.date(2027, 2, 7), True, "春节调休"),
    ]
    assert changes()[:2] == ["新增工作日 2027-02-05 放假", "新增工作日 2027-02-07 上班"]
    assert changes()[2].startswith("导入工作日调整 「放假安排.xlsx」")


def test_a_mistake_is_turned_round(days: Table) -> None:
    WorkingDay.objects.create(day="2027-02-05", is_workday=True, note="春节")
    days.import_rows([HEAD, ["2027-02-05", "放假", "无"]])
    kept = WorkingDay.objects.get()
    assert (kept.is_workday, kept.note) == (False, "")
    assert changes()[0] == "变更工作日 2027-02-05 放假"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (["", "放假", "x"], "日期", "新增的行须填「日期」"),
        (["2027-02-05", "", "x"], "上班或放假", "新增的行须填「上班或放假」"),
        (["2027-13-05", "放假", ""], "日期", "没有「2027-13-05」这一天"),
        (["2月5日", "放假", ""], "日期", "请写成 2027-01-05"),
        (["2027-02-05", "休息", ""], "上班或放假", "可以填：上班、放假"),
        (["2027-02-05", "放假", "说" * 61], "说明", "有 61 字，最多 60 字"),
    ],
)
def test_a_wrong_row_is_named_with_column_and_cure(
    days: Table, row: list[str], column: str, said: str
) -> None:
    answer = days.send([HEAD, row, ["2027-02-05", "放假", ""]])
    page = text_of(answer)
    assert f"第 2 行 {row[0]} {column} ".replace("  ", " ") in page
    assert said in page
    assert not WorkingDay.objects.exists()


def test_the_same_day_twice_is_a_mistake(days: Table) -> None:
    answer = days.send([HEAD, ["2027-02-05", "放假", ""], ["2027-02-05", "上班", ""]])
    assert "第 3 行 2027-02-05 日期 与第 2 行重复，请只留一行" in text_of(answer)
