"""The pages on which a value and a base year's value are entered, and the report's own form."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.models import User
from reports.models import Measurement, Report, ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports.files import EXE, PNG
from tests.reports.indicator_steps import LEAKAGE, LIST, enter, half_year, put, series_for
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PAGE = f"{LIST}{LEAKAGE}/"
FORM = f"{PAGE}2026H2/cgj/"


@pytest.fixture
def sent(period: ReportingPeriod, cast: Cast) -> Report:
    """12.1 as 区城管局 filed it, with 9.3; 9.8 stood for the half-year before."""
    put(series_for(), half_year(period.plan, 2026, 1), "9.8")
    return filed(report_of(period, "12.1"), cast, indicator_values={LEAKAGE: "9.3"})


def typed(**changes: Any) -> dict[str, Any]:
    newest = Measurement.objects.filter(period__year=2026, period__half=2).last()
    values = {
        "value": "9.4",
        "kind": "preliminary",
        "as_of": "2026-12-31",
        "source": "供水企业年报",
        "comment": "年末复核",
        "seen": str(newest.pk if newest else 0),
    }
    return values | changes


def test_the_form_shows_what_to_compare_with(sent: Report, cast: Cast, login: Login) -> None:
    page = login(cast.cgj_reporter).get(FORM).content.decode()
    for words in ("2020年 ≤10%", "9.8%</b>", "2026年上半年", "9.3%</b>", "2026-12-31"):
        assert words in page
    assert "核定数</label>" not in page


def test_the_reporter_enters_a_value(sent: Report, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    answer = client.post(FORM, typed(value="９．４％", source="  供水企业\r\n年报 "))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    row = Measurement.objects.latest("pk")
    assert (row.value, row.source, row.is_final) == (Decimal("9.4"), "供水企业 年报", False)
    assert "已保存2026年下半年的完成值" in client.get(PAGE).content.decode()


def test_the_coordinator_confirms_with_a_file(
    sent: Report, cast: Cast, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("年报.png", PNG)
    data = typed(kind="final", value="9.3", file=upload)
    assert login(cast.slj_coordinator).post(FORM, data).status_code == 302
    row = Measurement.objects.latest("pk")
    assert row.is_final
    assert [file.name for file in row.attachments.all()] == ["年报.png"]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"value": ""}, 422, "请填写数值"),
        ({"value": "940万立方米"}, 422, "的单位是「万立方米」"),
        ({"value": "101"}, 422, "完成值最多 100%"),
        ({"value": "1,0"}, 422, "不是数字"),
        ({"kind": "final"}, 422, "您只能录入列出的类别"),
        ({"as_of": ""}, 422, "请填写截至日期"),
        ({"as_of": "昨天"}, 422, "日期应写作 2027-01-25"),
        ({"as_of": "2026-06-30"}, 400, "截至日期应在2026年7月1日到2026年12月31日之间"),
        ({"source": ""}, 422, "请写明数据来源"),
        ({"source": "源" * 101}, 422, "有 101 字，最多 100 字"),
        ({"comment": ""}, 400, "请写明更正说明"),
        ({"seen": ""}, 422, "页面不完整，未能保存"),
        ({"seen": "9" * 40}, 409, "刚被他人修改"),
        ({"seen": "0"}, 409, "刚被他人修改"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    sent: Report, cast: Cast, login: Login, changes: dict[str, str], status: int, sentence: str
) -> None:
    answer = login(cast.cgj_reporter).post(FORM, typed(**changes))
    assert answer.status_code == status
    page = answer.content.decode()
    assert sentence in page
    assert "年末复核" in page or "comment" in changes
    assert "供水企业年报" in page or "source" in changes
    assert Measurement.objects.count() == 2


def test_after_a_conflict_the_next_save_goes_through(
    sent: Report, cast: Cast, login: Login
) -> None:
    page = login(cast.cgj_reporter).post(FORM, typed(seen="0")).content.decode()
    newest = Measurement.objects.latest("pk")
    assert f'name="seen" value="{newest.pk}"' in page
    assert login(cast.cgj_reporter).post(FORM, typed()).status_code == 302


def test_a_jump_is_asked_about_with_what_was_typed(
    sent: Report, cast: Cast, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = login(cast.cgj_reporter)
    upload = SimpleUploadedFile("年报.png", PNG)
    answer = client.post(FORM, typed(value="94", file=upload))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "较2026年上半年的 9.8%变化 859%，超过一半" in page
    assert 'name="sure" value="94"' in page
    assert 'value="供水企业年报"' in page
    assert "佐证材料须重新选择" in page
    assert client.post(FORM, typed(value="95", sure="94")).status_code == 422
    assert Measurement.objects.count() == 2
    assert client.post(FORM, typed(value="94", sure="94")).status_code == 302
    assert Measurement.objects.latest("pk").value == 94


def test_a_refused_file_is_said(sent: Report, cast: Cast, login: Login) -> None:
    upload = SimpleUploadedFile("年报.pdf", EXE)
    answer = login(cast.cgj_reporter).post(FORM, typed(file=upload))
    assert answer.status_code == 400
    assert "「年报.pdf」的内容不是 .pdf 文件" in answer.content.decode()
    assert Measurement.objects.count() == 2


def test_before_the_filing_the_page_leads_to_the_report(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, report = login(cast.cgj_reporter), report_of(period, "12.1")
    page = client.get(FORM).content.decode()
    assert "完成值请在填报页填写" in page
    assert f'href="/reports/{report.pk}/"' in page
    assert 'name="value"' not in page
    answer = client.post(FORM, typed())
    assert answer.status_code == 409
    assert "供水企业年报" in answer.content.decode()


def test_two_clicks_enter_one_value(sent: Report, cast: Cast, login: Login) -> None:
    client, data = login(cast.cgj_reporter), typed()
    assert [client.post(FORM, data).status_code for _ in range(2)] == [302, 302]
    assert Measurement.objects.filter(value="9.4").count() == 1


@pytest.mark.parametrize("name", ["cgj_approver", "zjw_reporter", "fgw_coordinator", "admin"])
def test_others_are_told_who_enters(sent: Report, cast: Cast, login: Login, name: str) -> None:
    client = login(getattr(cast, name))
    answer = client.get(FORM)
    assert answer.status_code == 403
    assert "完成值由牵头单位的填报员（初步数）和审核单位的汇总员" in answer.content.decode()
    assert client.post(FORM, typed()).status_code == 403


@pytest.mark.parametrize("path", ["2020H1/cgj/", "2026H2/zjw/", "2026H2/no-such/", "2026H3/cgj/"])
def test_a_half_year_or_department_that_is_none_is_not_found(
    period: ReportingPeriod, cast: Cast, login: Login, path: str
) -> None:
    assert login(cast.slj_coordinator).get(f"{PAGE}{path}").status_code == 404


def test_the_final_value_is_offered_where_both_may_be_entered(
    sent: Report, cast: Cast, login: Login
) -> None:
    from departments.models import Membership
    from tests.cast import SINCE

    Membership.objects.create(
        user=cast.slj_coordinator,
        department=series_for().department,
        role="reporter",
        since=SINCE,
    )
    client = login(cast.slj_coordinator)
    page = client.get(FORM).content.decode()
    assert "初步数" in page
    assert "核定数" in page
    enter(sent.period, cast.slj_coordinator, "9.3")
    assert "本期已有核定数，初步数不再改" in client.get(FORM).content.decode()
