"""The home page by role: what is mine to do now first."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Membership, User
from reports.actions.extension_decisions import grant_unasked
from reports.actions.extensions import ask_extension, endorse_extension
from reports.actions.periods import close_period, open_period
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.models import EntryRequest, ProgressEntry, Report, ReportingPeriod
from reports.states import Action
from tasks.models import Assignment, Plan
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
CONTENT = {"progress": "完成改造 6.1 公里。", "state": "on_track", "completion": 60}
WANTED = datetime.date(2027, 1, 25)


def home(client: Client, query: str = "") -> str:
    answer = client.get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def submit(report: Report, cast: Cast) -> None:
    step = Step(content=dict(CONTENT))
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=step)


def file(report: Report, cast: Cast) -> None:
    submit(report, cast)
    advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)


def send_back(report: Report, cast: Cast, comment: str) -> None:
    step = Step(comment=comment)
    advance(report=report, action=Action.RETURN, by=cast.slj_coordinator, step=step)


def codes(html: str) -> list[str]:
    """The items of the department's list, from top to bottom."""
    listed = html.split('<ol class="items">')[1].split("</ol>", maxsplit=1)[0]
    return re.findall(r'<span class="code num">([\d.]+)</span>', listed)


def todo(html: str) -> dict[str, int]:
    """What waits, by its label."""
    found = re.findall(r'<b class="num">(\d+)</b> <span>([^<]+)</span>', html)
    return {label: int(count) for count, label in found}


@pytest.fixture
def lived(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """The mock-up's half-year of 区城管局: one returned, one draft, one pending, two filed."""
    for code in ("2.4", "13.1", "12.1"):
        file(report_of(period, code), cast)
    send_back(report_of(period, "12.1"), cast, "请补充老城区管网改造的完成里程。")
    submit(report_of(period, "8.2", "cgj"), cast)
    advance(
        report=report_of(period, "11.1"),
        action=Action.SAVE,
        by=cast.cgj_reporter,
        step=Step(content=dict(CONTENT)),
    )
    return period


def test_a_reporter_sees_what_is_owed_the_returned_first(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = home(login(cast.cgj_reporter))
    assert "区城管局 · 本期应报 9 项" in html
    assert codes(html) == ["12.1", "11.1", "14.1", "20.4", "20.5", "21.2", "8.2", "2.4", "13.1"]
    assert "<b>区水利局退回：</b>请补充老城区管网改造的完成里程。" in html
    assert "补正截止 1月15日（星期五）" in html
    assert "已报送 2 · 待审签 1 · 待填 6 项" in html
    assert "保存于 1月5日 10:00" in html


def test_the_bar_says_its_numbers(lived: ReportingPeriod, cast: Cast, login: Login) -> None:
    words = "已报送 2 项，待审签 1 项，填写中 1 项，未填报 4 项，已退回 1 项"
    assert f'aria-label="{words}"' in home(login(cast.cgj_reporter))


def test_the_deadline_stands_in_words_and_days(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    client = login(cast.cgj_reporter)
    html = home(client)
    assert "2027年1月15日（星期五）24时" in html
    assert "还有 10 天" in html
    now.move_to(datetime.datetime(2027, 1, 15, 23, 59, tzinfo=SHANGHAI))
    assert "今天截止" in home(client)
    now.move_to(datetime.datetime(2027, 1, 16, 0, 0, tzinfo=SHANGHAI))
    html = home(client)
    assert "已过 1 天" in html
    assert "未填报 · 逾期" in html


def test_buttons_lead_to_the_table_the_ledger_the_letter_and_the_extension(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    html = home(client)
    head = html.split('<div class="end">')[1].split("</div>")[0]
    links = re.findall(r'href="([^"]+)">([^<]+)<', head)
    labels = ["表格式填报", "下载填报表", "导入填报表", "台账", "报送函与签字页", "申请延期"]
    assert [label for _, label in links] == labels
    for href, _ in links:
        assert client.get(href.replace("&amp;", "&")).status_code == 200, href


def test_a_report_sent_back_inside_the_department_says_by_whom(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    submit(report_of(period, "12.1"), cast)
    advance(
        report=report_of(period, "12.1"),
        action=Action.SEND_BACK,
        by=cast.cgj_approver,
        step=Step(comment="数字请再核。"),
    )
    html = home(login(cast.cgj_reporter))
    assert "<b>审签人退回：</b>数字请再核。" in html
    assert codes(html)[0] == "12.1"


def test_mine_and_all_of_us(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    assignment = report_of(period, "14.1").assignment_id
    Assignment.objects.filter(pk=assignment).update(person_in_charge=cast.cgj_colleague)
    client = login(cast.cgj_colleague)
    assert codes(home(client)) == ["14.1"]
    assert len(codes(home(client, "?whose=all"))) == 9
    assert len(codes(home(client, "?whose=nobody"))) == 1
    assert len(codes(home(login(cast.cgj_reporter)))) == 9


def test_nothing_owed_is_said_and_what_one_takes_part_in_is_listed(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = home(login(cast.swj_reporter))
    assert "区商务委 · 本期没有应报事项" in html
    assert "参与配合的事项" in html
    assert "14.1" in codes(html)
    assert "表格式填报" not in html


def test_all_filed_is_said(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    for report in period.reports.filter(department__code="cgj"):
        file(report, cast)
    assert "本期应报事项已全部报送" in home(login(cast.cgj_reporter))


def test_an_approver_sees_what_waits_for_the_signature(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = home(login(cast.cgj_approver))
    assert todo(html) == {"待我审签": 1}
    assert 'href="/approvals/"' in html
    assert "继续填写" not in html
    assert "申请延期" not in html


def test_who_submitted_is_not_asked_to_sign(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Membership.objects.create(
        user=cast.cgj_reporter,
        department=Department.objects.get(code="cgj"),
        role="approver",
        since="2020-05-15",
    )
    assert todo(home(login(cast.cgj_reporter))) == {}


def test_nothing_to_sign_is_said(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    assert "现在没有等您审签的事项" in home(login(cast.cgj_approver))


def test_a_coordinator_sees_the_queue_the_returns_asked_for_and_the_extensions(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    advance(
        report=report_of(lived, "2.4"),
        action=Action.ASK_RETURN,
        by=cast.cgj_reporter,
        step=Step(comment="数据有误。"),
    )
    extension = ask_extension(
        period=lived,
        department=Department.objects.get(code="cgj"),
        by=cast.cgj_reporter,
        wanted_on=WANTED,
        reason="数据未出。",
    )
    assert todo(home(login(cast.cgj_approver))) == {"待我审签": 1, "延期申请": 1}
    endorse_extension(extension=extension, by=cast.cgj_approver)
    html = home(login(cast.slj_coordinator))
    assert todo(html) == {"待我审核": 2, "申请退回，待答复": 1, "延期申请": 1}
    assert "2026年下半年全区" in html
    assert todo(home(login(cast.fgw_coordinator))) == {}


def test_the_return_link_opens_what_was_asked_to_be_returned(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    advance(
        report=report_of(lived, "2.4"),
        action=Action.ASK_RETURN,
        by=cast.cgj_reporter,
        step=Step(comment="数据有误。"),
    )
    client = login(cast.slj_coordinator)
    assert 'href="/review/?show=asked"' in home(client)
    asked = client.get("/review/?show=asked").content.decode()
    assert "2.4" in asked
    assert "13.1" not in asked


def test_a_lead_without_people_is_an_alarm_for_coordinators_and_admins(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.slj_coordinator, cast.admin):
        html = home(login(user))
        assert "人员缺口" in html
        assert "<b>人行万州中心支行</b> 没有在任的填报员、审签人" in html
        assert "<b>区城管局</b>" not in html
    assert "人员缺口" not in home(login(cast.cgj_reporter))


def test_an_auditor_sees_the_numbers_and_nothing_to_do(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = home(login(cast.auditor))
    assert "2026年下半年全区" in html
    assert "待我办理" not in html
    assert "人员缺口" not in html


def test_an_admin_sees_structure_and_no_texts(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.admin)
    html = home(client)
    assert "看不到各单位填报的内容" in html
    assert "2026年下半年全区" not in html
    for href in re.findall(r'class="btn" href="([^"]+)"', html):
        assert client.get(href).status_code == 200, href


def test_who_has_no_post_is_told_whom_to_ask(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = home(login(cast.outsider))
    assert "还没有（或已经没有）任职" in html
    assert "请联系管理员" in html


def test_several_roles_see_the_union(lived: ReportingPeriod, cast: Cast, login: Login) -> None:
    for code, role in (("slj", "coordinator"), ("zjw", "reporter")):
        Membership.objects.create(
            user=cast.cgj_reporter,
            department=Department.objects.get(code=code),
            role=role,
            since="2020-05-15",
        )
    html = home(login(cast.cgj_reporter))
    assert todo(html) == {"待我审核": 2}
    assert "区城管局 · 本期应报 9 项" in html
    assert "区住房城乡建委 · 本期应报 3 项" in html


def test_what_a_lead_asks_for_is_shown_until_it_is_answered(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    item = report_of(period, "11.2").assignment.work_item
    cgj, zjw = (Department.objects.get(code=code) for code in ("cgj", "zjw"))
    EntryRequest.objects.create(
        work_item=item, department=cgj, period=period, asked_by=cast.zjw_reporter,
        asking_department=zjw, at="2026-12-28T10:00+08:00",
    )  # fmt: skip
    html = home(login(cast.cgj_reporter))
    assert '本期有 <b class="num">1</b> 项商请补充进展' in html
    assert f'href="/entries/new/?item={item.pk}"' in html
    ProgressEntry.objects.create(
        work_item=item, department=cgj, period=period, happened_on="2026-12-29", text="已接管。",
        by=cast.cgj_reporter, at="2026-12-29T10:00+08:00",
    )  # fmt: skip
    assert "没有待补充的商请" in home(login(cast.cgj_reporter))


def test_past_half_years_show_on_time_of_due(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    now.move_to(datetime.datetime(2026, 7, 15, 23, 59, 59, tzinfo=SHANGHAI))
    file(report_of(before, "12.1"), cast)
    now.move_to(datetime.datetime(2026, 7, 16, 0, 0, tzinfo=SHANGHAI))
    file(report_of(before, "14.1"), cast)
    advance(
        report=report_of(before, "2.4"),
        action=Action.EXEMPT,
        by=cast.slj_coordinator,
        step=Step(comment="已并入他项"),
    )
    now.move_to(datetime.datetime(2027, 1, 5, 10, tzinfo=SHANGHAI))
    html = home(login(cast.cgj_reporter))
    assert "往期按时报送数与应报数：26上 1/8" in html


def test_what_is_owed_from_an_earlier_half_year_is_not_forgotten(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    client = login(cast.cgj_reporter)
    assert "2026年上半年：9 项" in home(client)
    close_period(period=before)
    assert "往期未报" not in home(client)


def test_an_extension_is_seen_at_the_item_and_beside_it(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    grant_unasked(
        period=period,
        department=Department.objects.get(code="cgj"),
        by=cast.slj_coordinator,
        granted_on=WANTED,
        reason="抢险。",
        reports=[report_of(period, "20.4")],
    )
    html = home(login(cast.cgj_reporter))
    assert html.count("已延期至 1月25日（星期一）") == 1
    assert "20.4，延至" in html


def test_a_pending_request_takes_the_button_away(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    cgj = Department.objects.get(code="cgj")
    ask_extension(
        period=period, department=cgj, by=cast.cgj_reporter, wanted_on=WANTED, reason="数据未出。"
    )
    html = home(login(cast.cgj_reporter))
    assert ">申请延期</a>" not in html
    assert "待审签人同意" in html


def test_without_an_open_half_year_it_says_when_the_next_one_opens(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    close_period(period=period)
    html = home(login(cast.cgj_reporter))
    assert "目前没有开放的报告期，没有应报事项" in html
    assert "2027年上半年将于 2027年6月1日开放，截止 2027年7月15日" in html


def test_before_anything_was_opened_it_still_answers(
    plan: Plan, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.admin, cast.auditor):
        assert "目前没有开放的报告期" in home(login(user))


def queries(client: Client) -> int:
    client.get("/")
    with CaptureQueriesContext(connection) as caught:
        client.get("/")
    return len(caught)


@pytest.mark.parametrize(
    ("name", "most"),
    [("cgj_reporter", 20), ("cgj_approver", 20), ("slj_coordinator", 18), ("admin", 11),
     ("auditor", 9), ("swj_reporter", 25), ("outsider", 8)],
)  # fmt: skip
def test_the_number_of_queries_grows_with_nothing(
    lived: ReportingPeriod, cast: Cast, login: Login, name: str, most: int
) -> None:
    open_period(plan=lived.plan, half_year=HalfYear(2026, 1))
    client = login(getattr(cast, name))
    few = queries(client)
    for code in ("14.1", "20.4", "20.5"):
        file(report_of(lived, code), cast)
    half_year = HalfYear(2025, 2)
    for _ in range(11):
        open_period(plan=lived.plan, half_year=half_year)
        half_year = half_year.previous
    assert queries(client) == few
    assert few <= most
