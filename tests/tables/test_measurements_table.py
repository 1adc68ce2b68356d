"""完成值: out and in as a file, by the rules and the rights of their own page."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Membership, User
from reports.models import Measurement, ReportingPeriod
from tests.cast import SINCE, Cast, report_of
from tests.reports.indicator_steps import GDP, LEAKAGE, half_year, put, series_for
from tests.reports.steps import filed
from tests.tables.steps import Table, changes, fates, text_of

Login = Callable[[User], Client]
HEAD = ["指标代码", "报告期", "单位", "完成值", "截至日期", "来源", "性质", "更正说明", "确认无误"]
ROW = [LEAKAGE, "2026H2", "区城管局", "9.3", "2026-12-31", "城管年报", "核定数", "", ""]


@pytest.fixture
def values(period: ReportingPeriod, cast: Cast, login: Login) -> Table:
    """An admin who is 区水利局's coordinator as well; 12.1 filed with 9.5 by 区城管局."""
    join(cast.admin, "slj", "coordinator")
    filed(report_of(period, "12.1"), cast, indicator_values={LEAKAGE: "9.5"})
    return Table(login(cast.admin), "reports/measurement")


def join(user: User, code: str, role: str) -> None:
    body = Department.objects.get(code=code)
    Membership.objects.create(user=user, department=body, role=role, since=SINCE)
    user.__dict__.pop("_rights", None)


def row(**cells: str) -> list[str]:
    return [cells.get(heading, cell) for heading, cell in zip(HEAD, ROW, strict=True)]


def test_what_was_exported_comes_back_unchanged(values: Table, period: ReportingPeriod) -> None:
    put(series_for(GDP, "slj"), half_year(period.plan, 2026, 1), "40.25", is_final=True)
    left_out = put(series_for(), period, "1", report=report_of(period, "12.1"))
    Measurement.objects.filter(pk=left_out.pk).update(value=None)
    rows = values.rows()
    assert rows[0][:10] == ["方案", "指标代码", "指标", "计量单位", "报告期", "单位", "完成值",
                            "截至日期", "来源", "性质"]  # fmt: skip
    assert {line[6] for line in rows[1:]} == {"9.5", "40.25", "未填"}
    for kind in ("csv", "xlsx"):
        answer = values.send(values.export(kind), f"完成值.{kind}")
        assert fates(answer) == {"新增": 0, "修改": 0, "未变": 3, "有误": 0}, text_of(answer)


def test_a_final_value_is_appended_and_the_old_one_stays(
    values: Table, period: ReportingPeriod, cast: Cast
) -> None:
    preview = values.send([HEAD, row(更正说明="复核")])
    assert fates(preview)["新增"] == 1, text_of(preview)
    assert Measurement.objects.count() == 1
    assert values.confirm(preview).status_code == 302
    kept = Measurement.objects.order_by("pk")
    assert [(one.value, one.is_final, one.by) for one in kept] == [
        (Decimal("9.5"), False, cast.cgj_approver),
        (Decimal("9.3"), True, cast.admin),
    ]
    assert kept[1].comment == "复核"
    assert changes()[-1].startswith("导入完成值 「表.csv」")
    assert fates(values.send([HEAD, row(更正说明="复核")]))["未变"] == 1


def test_the_only_lead_need_not_be_named(values: Table) -> None:
    answer = values.send([HEAD, row(单位="", 更正说明="复核")])
    assert fates(answer)["新增"] == 1
    assert "区城管局" in text_of(answer)


def test_an_odd_value_is_asked_about(values: Table) -> None:
    earlier = half_year(report_of(ReportingPeriod.objects.get(), "12.1").period.plan, 2026, 1)
    put(series_for(), earlier, "9.4", is_final=True)
    odd = row(完成值="93", 更正说明="复核")
    page = text_of(values.send([HEAD, odd]))
    assert " 完成值 填的是 93%" in page
    assert "请在“确认无误”列填“是”" in page
    sure = row(完成值="93", 更正说明="复核", 确认无误="是")
    assert fates(values.send([HEAD, sure]))["新增"] == 1


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"指标代码": "no-such"}, "指标代码", "方案里没有这个指标"),
    ({"报告期": "下半年"}, "报告期", "请写成 2026H1 或 2026H2"),
    ({"报告期": "2030H1"}, "报告期", "2030年上半年报告期还没有开放"),
    ({"单位": "区环保局"}, "单位", "没有这个名称的单位"),
    ({"单位": "区教委"}, "单位", "请填这个指标的牵头单位：区城管局"),
    ({"完成值": ""}, "完成值", "新增的行须填「完成值」"),
    ({"完成值": "9,3"}, "完成值", "「9,3」不是数字（最多 6 位小数），请只填阿拉伯数字"),
    ({"完成值": "-1"}, "完成值", "完成值不能是负数"),
    ({"完成值": "101", "更正说明": "x"}, "完成值", "完成值最多"),
    ({"完成值": "未填", "更正说明": "x"}, "完成值", "不是数字"),
    ({"截至日期": "2026-06-30", "更正说明": "x"}, "截至日期", "截至日期应在2026年7月1日"),
    ({"截至日期": "年底"}, "截至日期", "请写成 2027-01-05"),
    ({"来源": ""}, "来源", "新增的行须填「来源」"),
    ({"来源": "源" * 101}, "来源", "有 101 字，最多 100 字"),
    ({"性质": "大概"}, "性质", "可以填：初步数、核定数"),
    ({"性质": "初步数", "更正说明": "x"}, "性质", "初步数由牵头单位的填报员录入"),
    ({}, "更正说明", "请写明更正说明"),
]


@pytest.mark.parametrize(("changed", "column", "said"), WRONG, ids=[one[2] for one in WRONG])
def test_a_wrong_row_is_named_with_column_and_cure(
    values: Table, changed: dict[str, str], column: str, said: str
) -> None:
    answer = values.send([HEAD, row(**changed)])
    page = text_of(answer)
    assert fates(answer)["有误"] == 1, page
    assert f" {column} " in page.split("原因和改法")[1]
    assert said in page
    assert Measurement.objects.count() == 1


def test_name_and_unit_are_checked_against_the_code(values: Table) -> None:
    answer = values.send([[*HEAD, "指标"], [*row(更正说明="x"), "另一个指标"]])
    assert " 指标 以方案文件为准" in text_of(answer)


def test_a_value_that_is_there_is_not_reworded(values: Table) -> None:
    values.import_rows([HEAD, row(更正说明="复核")])
    page = text_of(values.send([HEAD, row(更正说明="改口")]))
    assert " 更正说明 已录入的完成值和说明不能改" in page


def test_an_admin_without_another_membership_sees_and_enters_nothing(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    filed(report_of(period, "12.1"), cast, indicator_values={LEAKAGE: "9.5"})
    table = Table(login(cast.admin), "reports/measurement")
    assert len(table.rows()) == 1
    page = text_of(table.send([HEAD, row(更正说明="x")]))
    assert " 性质 核定数由审核单位的汇总员录入" in page
    assert Measurement.objects.count() == 1


def test_the_export_asks_no_more_for_more_values(values: Table, period: ReportingPeriod) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            values.export()
        return len(context)

    queries()
    before = queries()
    for number in range(10):
        at = datetime.datetime(2026, 12, number + 1, tzinfo=datetime.UTC)
        put(series_for(), period, str(number), at=at)
    assert queries() == before


def test_no_form_of_djangos_adds_or_changes_one(values: Table) -> None:
    kept: Any = Measurement.objects.get()
    assert values.client.get("/admin/reports/measurement/add/").status_code == 403
    change = values.client.post(f"/admin/reports/measurement/{kept.pk}/change/", {"value": "1"})
    assert change.status_code == 403
