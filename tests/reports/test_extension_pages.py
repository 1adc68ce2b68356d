"""Asking for a later deadline, and deciding on it, in the browser's terms."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, User
from reports.actions.extension_decisions import grant_unasked
from reports.actions.extensions import ask_extension, endorse_extension
from reports.actions.periods import close_period
from reports.calendar import SHANGHAI
from reports.models import Extension, ReportingPeriod
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
WANTED = datetime.date(2027, 1, 25)
TYPED = {"day": "2027-01-25", "reach": "all", "reason": "管网普查数据月底才出。"}


def address(period: ReportingPeriod, kind: str = "ask", department: str = "cgj") -> str:
    where = f"/plans/{period.plan.slug}/periods/{period.code}/extensions/"
    return f"{where}{department}/{kind}/"


@pytest.fixture
def asked(period: ReportingPeriod, cast: Cast) -> Extension:
    return ask_extension(
        period=period,
        department=Department.objects.get(code="cgj"),
        by=cast.cgj_reporter,
        wanted_on=WANTED,
        reason="管网普查数据月底才出。",
    )


@pytest.fixture
def endorsed(asked: Extension, cast: Cast) -> Extension:
    return endorse_extension(extension=asked, by=cast.cgj_approver)


def page(extension: Extension) -> str:
    return f"/extensions/{extension.pk}/"


def test_the_whole_way_from_asking_to_granting(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    said = login(cast.cgj_reporter).post(address(period), TYPED, follow=True).content.decode()
    assert "延期申请已提交，待审签人同意。" in said
    extension = Extension.objects.get()
    assert "待我办理" in login(cast.cgj_approver).get("/extensions/").content.decode()
    login(cast.cgj_approver).post(page(extension), {"decision": "endorse"})
    said = login(cast.slj_coordinator).post(
        page(extension),
        {"decision": "grant", "day": "2027-01-22", "comment": "请抓紧。"},
        follow=True,
    )
    assert "已同意区城管局延至 1月22日。" in said.content.decode()
    assert report_of(period, "12.1").due_on == datetime.date(2027, 1, 22)
    assert "请抓紧。" in login(cast.cgj_reporter).get(page(extension)).content.decode()


def test_named_reports_are_ticked(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    named = report_of(period, "20.4")
    typed = {**TYPED, "reach": "named", "reports": [named.pk]}
    login(cast.cgj_reporter).post(address(period), typed)
    assert list(Extension.objects.get().reports.all()) == [named]


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"day": ""}, 422, "请选择日期"),
        ({"day": "明天"}, 422, "日期应写作 2027-01-25"),
        ({"day": "2027-02-30"}, 422, "日期应写作 2027-01-25"),
        ({"day": "2027-01-15"}, 400, "延期只能延后"),
        ({"day": "2020-01-01"}, 400, "已经过去"),
        ({"day": "9999-12-31"}, 400, "早于下一报告期的截止日"),
        ({"reason": ""}, 400, "请写明申请延期的理由"),
        ({"reason": "\u200b"}, 400, "请写明申请延期的理由"),
        ({"reason": "字" * 20_001}, 422, "20,000"),
        ({"reach": "named"}, 400, "请至少选择一项"),
        ({"reach": "some"}, 422, "请选择范围"),
        ({"reach": "named", "reports": ["0"]}, 422, "请重新选择"),
        ({"reach": "named", "reports": ["x"]}, 422, "请重新选择"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_still_there(
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
    change: dict[str, object],
    status: int,
    sentence: str,
) -> None:
    typed = {**TYPED, **change}
    answer = login(cast.cgj_reporter).post(address(period), typed)
    html = answer.content.decode()
    assert answer.status_code == status
    assert sentence in html.replace("20000", "20,000")
    assert str(typed["reason"]).strip("\u200b") in html
    assert not Extension.objects.exists()


def test_full_width_digits_are_taken(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    typed = {**TYPED, "day": "２０２７-０１-２５"}
    login(cast.cgj_reporter).post(address(period), typed)
    assert Extension.objects.get().wanted_on == WANTED


def test_a_ticked_box_stays_ticked_after_an_error(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    named = report_of(period, "20.4").pk
    typed = {**TYPED, "reach": "named", "reports": [named], "day": ""}
    html = login(cast.cgj_reporter).post(address(period), typed).content.decode()
    assert f'value="{named}" checked' in html


def test_a_second_request_is_a_conflict_and_leads_to_the_first(
    period: ReportingPeriod, asked: Extension, cast: Cast, login: Login
) -> None:
    answer = login(cast.cgj_colleague).post(address(period), TYPED)
    assert answer.status_code == 409
    assert page(asked) in answer.content.decode()
    assert Extension.objects.count() == 1


def test_with_everything_filed_there_is_nothing_to_ask_for(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    period.reports.filter(department__code="cgj").update(status="exempt")
    html = login(cast.cgj_reporter).get(address(period)).content.decode()
    assert "本期没有未报送的事项，无需延期" in html


@pytest.mark.parametrize(
    "name", ["cgj_approver", "zjw_reporter", "slj_coordinator", "admin", "auditor", "outsider"]
)
def test_only_the_departments_reporters_ask(
    period: ReportingPeriod, cast: Cast, login: Login, name: str
) -> None:
    assert login(getattr(cast, name)).get(address(period)).status_code == 403
    assert login(getattr(cast, name)).post(address(period), TYPED).status_code == 403


@pytest.mark.parametrize("code", ["swj", "none"])
def test_a_department_that_leads_nothing_is_not_found(
    period: ReportingPeriod, cast: Cast, login: Login, code: str
) -> None:
    where = address(period, department=code)
    assert login(cast.swj_reporter).get(where).status_code == 404


@pytest.mark.parametrize("name", ["zjw_reporter", "swj_reporter", "admin", "outsider"])
def test_others_do_not_find_the_request(
    asked: Extension, cast: Cast, login: Login, name: str
) -> None:
    client = login(getattr(cast, name))
    assert client.get(page(asked)).status_code == 404
    assert client.post(page(asked), {"decision": "endorse"}).status_code == 404
    assert "区城管局" not in client.get("/extensions/").content.decode()


@pytest.mark.parametrize("name", ["cgj_reporter", "cgj_approver", "fgw_coordinator", "auditor"])
def test_who_may_read_it_may_not_therefore_decide_it(
    endorsed: Extension, cast: Cast, login: Login, name: str
) -> None:
    client = login(getattr(cast, name))
    html = client.get(page(endorsed)).content.decode()
    assert 'value="grant"' not in html
    answer = client.post(page(endorsed), {"decision": "grant", "day": "2027-01-25"})
    assert answer.status_code == 403
    assert "区水利局的汇总员决定" in answer.content.decode()


def test_the_desk_offers_each_what_is_theirs(asked: Extension, cast: Cast, login: Login) -> None:
    def offered(user: User) -> set[str]:
        html = login(user).get(page(asked)).content.decode()
        verbs = ("grant", "refuse", "endorse", "decline", "withdraw")
        return {verb for verb in verbs if f'value="{verb}"' in html}

    assert offered(cast.cgj_reporter) == {"withdraw"}
    assert offered(cast.cgj_approver) == {"endorse", "decline"}
    assert offered(cast.slj_coordinator) == set()
    endorse_extension(extension=asked, by=cast.cgj_approver)
    assert offered(cast.slj_coordinator) == {"grant", "refuse"}
    assert offered(cast.cgj_approver) == set()


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"decision": "refuse"}, 400, "请写明不同意延期的理由"),
        ({"decision": "grant", "day": ""}, 400, "请选择同意延至的日期"),
        ({"decision": "grant", "day": "2027-01-15"}, 400, "延期只能延后"),
        ({"decision": "approve"}, 400, "请按页面上的按钮办理"),
        ({}, 400, "请按页面上的按钮办理"),
        ({"decision": "endorse"}, 409, "待审核单位决定"),
    ],
)
def test_a_decision_that_cannot_be_is_said(
    endorsed: Extension,
    cast: Cast,
    login: Login,
    typed: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    answer = login(cast.slj_coordinator).post(page(endorsed), typed)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    endorsed.refresh_from_db()
    assert endorsed.status == Extension.Status.ENDORSED


def test_a_refusal_reaches_the_department_with_its_sentence(
    endorsed: Extension, cast: Cast, login: Login
) -> None:
    login(cast.slj_coordinator).post(
        page(endorsed), {"decision": "refuse", "comment": "请按期报送。"}
    )
    assert "请按期报送。" in login(cast.cgj_reporter).get("/").content.decode()


def test_a_second_click_is_a_conflict(endorsed: Extension, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    typed = {"decision": "grant", "day": "2027-01-25"}
    assert client.post(page(endorsed), typed).status_code == 302
    assert client.post(page(endorsed), typed).status_code == 409


def test_the_receiver_grants_unasked(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    where = address(period, "grant")
    assert client.get(where).status_code == 200
    said = client.post(where, {**TYPED, "reason": "停水抢险。"}, follow=True).content.decode()
    assert "已同意区城管局延至 1月25日。" in said
    assert report_of(period, "12.1").extended_due_on == WANTED


def test_only_the_reviewing_receiver_grants_unasked(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.fgw_coordinator, cast.cgj_reporter, cast.admin):
        assert login(user).get(address(period, "grant")).status_code == 403
    own_house = address(period, "grant", "slj")
    assert login(cast.slj_coordinator).get(own_house).status_code == 403
    assert login(cast.fgw_coordinator).get(own_house).status_code == 200


def test_a_closed_period_offers_nothing_and_says_why(
    endorsed: Extension, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    close_period(period=endorsed.period)
    client = login(cast.slj_coordinator)
    assert 'value="grant"' not in client.get(page(endorsed)).content.decode()
    answer = client.post(page(endorsed), {"decision": "grant", "day": "2027-01-25"})
    assert answer.status_code == 409
    assert "已关闭" in answer.content.decode()


def test_the_report_says_that_it_has_a_later_deadline(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    grant_unasked(
        period=period, department=report.department, by=cast.slj_coordinator,
        granted_on=WANTED, reason="抢险。",
    )  # fmt: skip
    html = login(cast.cgj_reporter).get(f"/reports/{report.pk}/").content.decode()
    assert "本项已延期，请于 2027年1月25日 24时前报送" in html


def test_the_list_takes_the_same_queries_however_long_it_is(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    client = login(cast.auditor)

    def grant(code: str) -> None:
        body = Department.objects.get(code=code)
        by = cast.fgw_coordinator if code == "slj" else cast.slj_coordinator
        now.move_to(datetime.datetime(2027, 1, 6, tzinfo=SHANGHAI))
        grant_unasked(period=period, department=body, by=by, granted_on=WANTED, reason="抢险。")

    def count() -> int:
        client.get("/extensions/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/extensions/")
        return len(caught)

    grant("cgj")
    few = count()
    for code in ("zjw", "slj", "fgw", "jw", "czj"):
        grant(code)
    assert count() == few
