"""The page of all indicators and the page of one, as each person may see them."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.actions.drafts import save_draft
from reports.actions.review import return_report
from reports.models import Baseline, Measurement, Report, ReportingPeriod
from tasks.models import Assignment, Indicator, Plan, WorkItem
from tests.cast import Cast, report_of
from tests.conftest import NOW
from tests.reports.files import PNG
from tests.reports.indicator_steps import GDP, LEAKAGE, LIST, enter, half_year, put, series_for
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PAGE = f"{LIST}{LEAKAGE}/"


@pytest.fixture
def sent(period: ReportingPeriod, cast: Cast) -> Report:
    """12.1 as 区城管局 filed it, with 9.3."""
    return filed(report_of(period, "12.1"), cast, indicator_values={LEAKAGE: "9.3"})


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def line_of(page: str, name: str) -> str:
    """The item of the list that tells of the indicator ``name``."""
    return next(part for part in page.split('<span class="code num">') if name in part)


def test_the_list_names_every_indicator_with_its_row_and_targets(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    page = read(login(cast.auditor), LIST)
    for indicator in Indicator.objects.select_related("work_item__task"):
        part = line_of(page, indicator.name)
        assert indicator.work_item is not None
        assert indicator.work_item.code in part
        for target in indicator.targets.all():
            assert f"{target.year}年" in part
    assert "2020年 较2015年降低21%" in line_of(page, "万元国内生产总值用水量")
    assert "2035年 ≤5.3亿立方米" in line_of(page, "用水总量")
    assert "全部 16 项" in page
    assert page.count("还没有完成值") + page.count("还有单位没有填报") == 17


def test_the_newest_value_stands_with_its_status(sent: Report, cast: Cast, login: Login) -> None:
    put(series_for(), half_year(sent.period.plan, 2020, 2), "10.8", is_final=True)
    part = line_of(read(login(cast.auditor), LIST), "管网漏损率")
    assert "<b>9.3%</b>" in part
    assert "2026年下半年 · 初步数" in part
    assert re.search(r"≤10%</span> <span class=\"light red\">未达标</span> ?<.*10\.8%", part)
    assert part.count('<span class="light green">达标</span>') == 1


def test_a_status_is_chosen_in_the_address(sent: Report, cast: Cast, login: Login) -> None:
    client = login(cast.auditor)
    page = read(client, f"{LIST}?status=reached")
    assert "管网漏损率" in page
    assert "用水总量" not in page
    assert re.search(r'aria-current="true"> ?<span class="light green">达标</span> 1 项', page)
    assert "没有这种状态的指标" in read(client, f"{LIST}?status=near")
    for odd in ("x", "9" * 5000, "%"):
        answer = client.get(LIST, {"status": odd})
        assert answer.status_code == 400
        assert "没有这种状态，请从上方选择" in answer.content.decode()


@pytest.mark.parametrize("name", ["swj_reporter", "outsider", "admin"])
def test_who_takes_no_part_sees_the_targets_and_no_value(
    sent: Report, cast: Cast, login: Login, name: str
) -> None:
    client = login(getattr(cast, name))
    part = line_of(read(client, LIST), "管网漏损率")
    assert "完成值不在您的查看范围内" in part
    assert "2020年 ≤10%" in part
    page = read(client, PAGE)
    assert "您所在单位不参与这项工作，只看得到目标" in page
    for text in (part, page):
        assert "9.3" not in text
        assert "达标" not in text


@pytest.mark.parametrize("name", ["zjw_reporter", "slj_coordinator", "fgw_coordinator", "auditor"])
def test_a_draft_and_a_returned_draft_are_the_leads_alone(
    period: ReportingPeriod, cast: Cast, login: Login, name: str
) -> None:
    report, reader = report_of(period, "12.1"), login(getattr(cast, name))
    content = {"indicator_values": {LEAKAGE: "8.7"}}
    save_draft(report=report, by=cast.cgj_reporter, content=content, version=0)
    assert "8.7" not in read(reader, PAGE) + read(reader, LIST)
    filed(report, cast, indicator_values={LEAKAGE: "9.3"})
    return_report(report=report, by=cast.slj_coordinator, comment="请核对")
    save_draft(report=report, by=cast.cgj_reporter, content=content, version=None)
    both = read(reader, PAGE) + read(reader, LIST)
    assert "8.7" not in both
    assert "9.3" in both


def test_a_correction_keeps_the_earlier_value_in_sight(
    sent: Report, cast: Cast, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("年报.png", PNG)
    enter(sent.period, cast.slj_coordinator, "9.5", comment="按年报核定", upload=upload)
    page = read(login(cast.zjw_reporter), PAGE)
    assert "历次 2 个数" in page
    assert re.search(r"9\.5%</b> 核定数（现行）.*按年报核定.*9\.3%</b> 初步数", page)
    assert "年报.png" in page
    assert "核定后牵头单位又报了" not in page
    assert not re.search(r">填报<|>核定<", page)


def test_a_value_filed_after_the_final_one_is_pointed_out(
    sent: Report, cast: Cast, login: Login
) -> None:
    enter(sent.period, cast.slj_coordinator, "9.3")
    return_report(report=sent, by=cast.slj_coordinator, comment="请补正")
    filed(sent, cast, indicator_values={LEAKAGE: "9.6"})
    assert "核定后牵头单位又报了 9.6，请复核" in read(login(cast.slj_coordinator), PAGE)


def test_the_way_in_is_offered_to_who_may(sent: Report, cast: Cast, login: Login) -> None:
    way = f'href="{PAGE}2026H2/cgj/"'
    offered = {
        name: way in read(login(getattr(cast, name)), PAGE)
        for name in ("cgj_reporter", "cgj_approver", "slj_coordinator", "fgw_coordinator")
    }
    assert [name for name, shown in offered.items() if shown] == ["cgj_reporter", "slj_coordinator"]


def test_two_leads_are_judged_each_for_its_own_part(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    slj, cgj = (series_for("planned-use-industry", code) for code in ("slj", "cgj"))
    put(slj, period, "100")
    client = login(cast.auditor)
    page = read(client, f"{LIST}planned-use-industry/")
    assert '<h2 id="now">现状</h2><span class="end"><span class="light grey">无数据' in page
    put(cgj, period, "80")
    page = read(client, f"{LIST}planned-use-industry/")
    assert '<h2 id="now">现状</h2><span class="end"><span class="light red">未达标' in page
    assert "几个单位各报各的范围" in page
    assert "2026年下半年，区城管局，80%，初步数，未达标" in page
    assert "自来水供水企业" in page


def test_a_reduction_without_its_base_year_says_what_is_missing(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    put(series_for(GDP, "slj"), period, "44")
    address, client = f"{LIST}{GDP}/", login(cast.auditor)
    page = read(client, address)
    assert "缺少2015年基准值，目标线画不出，状态也无法判定。请审核单位录入。" in page
    assert "缺少2015年基准值，无法比较" in page
    assert "缺少2015年基准值，无法判定" in line_of(read(client, LIST), "万元国内生产总值")
    assert f'href="{address}baseline/2015/"' in read(login(cast.fgw_coordinator), address)
    Baseline.objects.create(
        indicator=Indicator.objects.get(code=GDP), year=2015, value=Decimal(60), source="公报",
        by=cast.fgw_coordinator, at=NOW,
    )  # fmt: skip
    page = read(client, address)
    assert "缺少" not in page
    assert "降低 26.66%" in page
    assert "较2015年降低23%（2022年）" in page


def test_half_a_years_sum_is_not_held_against_the_whole_years_target(
    plan: Plan, cast: Cast, login: Login
) -> None:
    own = series_for("total-water", "slj")
    put(own, half_year(plan, 2026, 1), "2.6")
    page = read(login(cast.auditor), f"{LIST}total-water/")
    assert "上半年为半年累计数，与全年目标不可比" in page
    assert "达标</span>" not in page
    put(own, half_year(plan, 2025, 2), "5.2")
    part = line_of(read(login(cast.auditor), LIST), "用水总量")
    assert "5.2亿立方米" in part
    assert '<span class="light green">达标</span>' in part


def test_a_withdrawn_indicator_keeps_its_page(sent: Report, cast: Cast, login: Login) -> None:
    Indicator.objects.filter(code=LEAKAGE).update(withdrawn_on="2027-01-03")
    client = login(cast.slj_coordinator)
    page = read(client, LIST)
    assert page.index("已撤销的指标") < page.index("城市公共供水管网漏损率")
    page = read(client, PAGE)
    assert "2027年1月3日撤销" in page
    assert "9.3" in page
    assert f'href="{PAGE}2026H2/cgj/"' not in page


def test_a_row_that_left_the_plan_keeps_its_values_in_sight(
    sent: Report, cast: Cast, login: Login
) -> None:
    Assignment.objects.filter(work_item__task__number=12).update(withdrawn_on="2027-01-03")
    WorkItem.objects.filter(task__number=12).update(withdrawn_on="2027-01-03")
    Indicator.objects.filter(code=LEAKAGE).update(withdrawn_on="2027-01-03")
    assert "9.3" in read(login(cast.auditor), PAGE)


def test_the_line_goes_on_when_the_lead_changes(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    put(series_for(LEAKAGE, "zjw"), half_year(period.plan, 2026, 1), "9.8")
    put(series_for(), period, "9.3")
    page = read(login(cast.auditor), PAGE)
    assert "2026年上半年，9.8%，初步数，达标" in page
    assert "2026年下半年，9.3%，初步数，达标" in page


def test_an_indicator_on_no_row_has_its_page(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Indicator.objects.update(work_item=None)
    put(series_for(GDP, "slj"), period, "44")
    client = login(cast.fgw_coordinator)
    assert "44立方米" in line_of(read(client, LIST), "万元国内生产总值用水量")
    page = read(client, f"{LIST}{GDP}/")
    assert f'href="{LIST}{GDP}/2026H2/slj/"' in page
    assert "节水型社会达标" in read(client, f"{LIST}water-saving-society/")


def test_the_tasks_page_leads_to_the_indicator(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    page = read(login(cast.outsider), "/plans/wanzhou-2020-50/tasks/12/")
    assert f'<a href="{PAGE}">城市公共供水管网漏损率</a>' in page


@pytest.mark.parametrize("path", ["no-such/", "network-leakage/2020H1/cgj/"])
def test_what_is_none_is_not_found(
    period: ReportingPeriod, cast: Cast, login: Login, path: str
) -> None:
    assert login(cast.slj_coordinator).get(f"{LIST}{path}").status_code == 404


def test_odd_page_numbers_show_a_page(sent: Report, cast: Cast, login: Login) -> None:
    client = login(cast.auditor)
    for odd in ("0", "-1", "x", "9" * 5000, "99"):
        assert client.get(PAGE, {"page": odd}).status_code == 200


def fill(plan: Plan, halves: int) -> None:
    """``halves`` half-years before 2026H2, each with two values of 漏损率 and of both of 8.2."""
    series = [
        series_for(),
        series_for("planned-use-industry", "slj"),
        series_for("planned-use-industry", "cgj"),
    ]
    year, half = 2026, 1
    for _ in range(halves):
        period = half_year(plan, year, half)
        for one in [] if period.measurements.exists() else series:
            put(one, period, "90")
            put(one, period, "91", is_final=True)
        year, half = (year, 1) if half == 2 else (year - 1, 2)


def test_queries_and_size_do_not_grow_with_the_half_years(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    addresses = [LIST, PAGE, f"{LIST}planned-use-industry/"]
    found = {}
    for halves in (1, 13, 130):
        fill(period.plan, halves)
        counts = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
            counts.append(len(queries))
            assert len(answer.content) < 150_000
        found[halves] = counts
    assert Measurement.objects.count() == 130 * 3 * 2
    assert found[1] == found[13] == found[130] == PINNED


PINNED = [13, 16, 16]
"""Queries of the list, of one indicator, of one with two leads."""
