"""电话催办 and 催办函 from their pages, the letter as printed, and the list for a chat group."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import Department, User
from reports.actions.periods import close_period
from reports.actions.urging import issue_letter, urge
from reports.calendar import SHANGHAI
from reports.models import ReportingPeriod, Urge
from reports.reminders.urging import LADDER, next_step
from tests.cast import Cast, report_of
from tests.reports.board import address, page
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
LATE = datetime.datetime(2027, 1, 18, 9, tzinfo=SHANGHAI)
CALL = {"day": "2027-01-05", "time": "10:00", "spoke_with": "李主任", "answer": "本周五前报。"}


def body(code: str) -> Department:
    return Department.objects.get(code=code)


def call(period: ReportingPeriod, client: Client, **changes: str) -> object:
    return client.post(address(period, "urge/cgj/call/"), {**CALL, **changes}, follow=True)


def test_a_call_is_recorded_and_shown(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    assert "电话催办" in page(client, address(period, "urge/cgj/call/"))
    answer = call(period, client)
    assert answer.redirect_chain == [(f"{address(period, 'urge/')}#body-cgj", 302)]
    html = answer.content.decode()
    assert "已记录与区城管局的电话催办。" in html
    assert "与李主任通话，答复：本周五前报。" in html
    kept = Urge.objects.get()
    assert (kept.step, kept.at) == ("phone", datetime.datetime(2027, 1, 5, 10, 0, tzinfo=SHANGHAI))
    call(period, client)
    assert Urge.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"spoke_with": ""}, "请写明与谁通话。"),
        ({"answer": "\u200b"}, "请写明对方的答复。"),
        ({"answer": "字" * 201}, "有 201 字，最多 200 字"),
        ({"day": ""}, "请选择日期。"),
        ({"day": "昨天"}, "日期应写作 2027-01-25。"),
        ({"time": "下午"}, "时间应写作 14:30。"),
        ({"time": "10:01"}, "通话时间不能晚于现在。"),
        ({"day": "2026-11-01"}, "通话时间早于2026年下半年开放的时间"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_and_nothing_is_lost(
    period: ReportingPeriod, cast: Cast, login: Login, change: dict[str, str], sentence: str
) -> None:
    answer = call(period, login(cast.slj_coordinator), **change)
    assert answer.status_code in {400, 422}
    html = answer.content.decode()
    assert sentence in html
    assert "spoke_with" in change or 'value="李主任"' in html
    assert not Urge.objects.exists()


def test_a_letter_is_issued_and_printed(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    now.move_to(LATE)
    filed(report_of(period, "12.1"), cast)
    User.objects.filter(pk=cast.slj_coordinator.pk).update(telephone="58220001")
    data = {"number": "万州水函〔2027〕5号", "text": "区政府将于月底听取汇报。"}
    where = address(period, "urge/cgj/letter/")
    html = login(cast.slj_coordinator).post(where, data, follow=True).content.decode()
    assert "区水利局关于商请报送2026年下半年" in html
    assert '<p class="number">万州水函〔2027〕5号</p>' in html
    assert "下列8项工作尚未报送" in html
    assert "12.1 " not in html
    assert "截止时间为2027年1月15日（星期五）24时" in html
    assert "商请贵单位尽快完成报送" in html
    assert "区政府将于月底听取汇报。" in html
    assert "2027年1月18日" in html
    assert "联系电话：58220001" in html


def test_a_letter_stays_as_it_was_issued(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    made = issue_letter(
        period=period, department=body("cgj"), by=cast.slj_coordinator, number="水函5号"
    )
    filed(report_of(period, "12.1"), cast)
    html = page(login(cast.cgj_reporter), f"/urges/{made.pk}/letter/")
    assert "下列9项工作尚未报送" in html
    assert "于截止时间前完成报送" in html


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [
        (" ", 422, "请填写发文字号"),
        ("水" * 61, 422, "最多 60 字"),
        ("水函5号", 409, "「水函5号」的催办函已经登记过"),
    ],
)
def test_what_is_wrong_with_a_letter_is_said(
    period: ReportingPeriod, cast: Cast, login: Login, number: str, status: int, sentence: str
) -> None:
    issue_letter(period=period, department=body("zjw"), by=cast.slj_coordinator, number="水函5号")
    data = {"number": number, "text": "请支持。"}
    answer = login(cast.slj_coordinator).post(address(period, "urge/cgj/letter/"), data)
    html = answer.content.decode()
    assert (answer.status_code, sentence in html, "请支持。" in html) == (status, True, True)
    assert Urge.objects.count() == 1


def test_nobody_writes_to_their_own_house(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    answer = login(cast.slj_coordinator).post(
        address(period, "urge/slj/letter/"), {"number": "水函6号"}
    )
    assert answer.status_code in {400, 422}
    assert "请由另一汇总单位发函" in answer.content.decode()


def test_only_a_letter_has_a_sheet_and_only_for_those_it_concerns(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    urge(period=period, departments=[body("cgj")], by=cast.slj_coordinator)
    assert (
        login(cast.slj_coordinator).get(f"/urges/{Urge.objects.get().pk}/letter/").status_code
        == 404
    )


def test_nobody_is_called_or_written_to_in_a_closed_half_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    close_period(period=period)
    answer = call(period, login(cast.slj_coordinator))
    assert answer.status_code == 409
    assert "已关闭，不能再催办" in answer.content.decode()


def test_one_that_leads_nothing_is_not_found(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    assert client.get(address(period, "urge/swj/call/")).status_code == 404
    assert client.get(address(period, "urge/nobody/letter/")).status_code == 404


def test_who_is_outstanding_can_be_copied_as_text(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    filed(report_of(period, "12.1"), cast)
    html = page(login(cast.slj_coordinator), address(period, "urge/"))
    text = html.split('id="outstanding"')[1].split(">", 1)[1].split("</textarea>")[0]
    lines = text.strip().splitlines()
    assert lines[0].startswith("【2026年下半年节水行动进展情况报送】截至 1月5日 10:00，还有 ")
    assert lines[1] == "截止时间：2027年1月15日（星期五）24时"
    assert "区城管局 8 项：2.4、8.2、11.1、13.1、" in text
    assert "12.1" not in text
    now.move_to(LATE)
    assert "24时（已过）" in page(login(cast.slj_coordinator), address(period, "urge/"))


def test_the_preview_says_by_which_ways_and_in_which_words(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = page(login(cast.slj_coordinator), address(period, "urge/"))
    line = html.split('id="body-cgj"')[1].split("</li>\n")[0]
    assert (
        "站内、邮件 c…@wz.cn。“催办：2026年下半年还有 9 项进展情况未报送，1月15日（星期五）截止。”"
        in line
    )
    assert "cgj_reporter@wz.cn" not in html


def test_the_ladder_proposes_the_next_step() -> None:
    assert [next_step(LADDER[:count]) for count in range(5)] == [*LADDER, LADDER[0]]


def test_a_department_shows_the_ladder_to_who_may_press_and_the_steps_to_its_own(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    receiver, own = login(cast.slj_coordinator), login(cast.cgj_reporter)
    html = page(receiver, "/departments/cgj/")
    for name in ("urge/?department=cgj", "urge/cgj/call/", "urge/cgj/letter/"):
        assert address(period, name) in html
    assert "&amp;step=leader&amp;back=%2Fdepartments%2Fcgj%2F" in html
    assert "本期还没有催办过。" in html
    assert 'id="urging"' not in page(own, "/departments/cgj/")
    urge(period=period, departments=[body("cgj")], by=cast.slj_coordinator, text="请抓紧。")
    html = page(own, "/departments/cgj/")
    assert "区水利局 slj coordinator" in html
    assert "2 人：站内 2，邮件待发 2" in html
    assert "urge/cgj/call/" not in html
    assert "请抓紧。" not in page(login(cast.zjw_reporter), "/departments/cgj/")
