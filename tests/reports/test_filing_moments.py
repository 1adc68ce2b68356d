"""When something was filed is said as far as it is known, and nobody signs for old ledgers."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from departments.models import User
from reports.actions.paper import record_paper
from reports.actions.periods import record_past_period, reopen_period
from reports.actions.review import return_report
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.ledger.columns import BY_KEY
from reports.ledger.history.days import moment_of
from reports.ledger.rows import ledger_rows
from reports.models import Report, ReportingPeriod
from reports.moments import end_of_day, filing_stamp, filing_words, is_day_only
from reports.states import Action
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.conftest import NOW

Login = Callable[[User], Client]
DAY = datetime.date(2021, 7, 10)
TEXT = {"progress": "完成改造 3 公里。", "state": "on_track", "completion": 40}


def test_a_day_stands_for_itself_and_a_moment_keeps_its_clock() -> None:
    clock = datetime.datetime(2021, 7, 10, 23, 59, 59, 1, tzinfo=SHANGHAI)
    assert is_day_only(end_of_day(DAY))
    assert not is_day_only(clock)
    assert filing_words(end_of_day(DAY)) == "2021年7月10日"
    assert filing_words(end_of_day(DAY).astimezone(datetime.UTC), year=False) == "7月10日"
    assert filing_words(clock) == "2021年7月10日 23:59"
    assert filing_stamp(end_of_day(DAY)) == "2021-07-10"
    assert filing_stamp(clock) == "2021-07-10 23:59"
    assert is_day_only(moment_of("2021-07-10"))
    assert not is_day_only(moment_of("2021-07-10T23:59"))


@pytest.fixture
def past(plan: Plan, cast: Cast, now: object) -> ReportingPeriod:
    return record_past_period(plan=plan, half_year=HalfYear(2021, 1), by=cast.admin)[0]


def imported(period: ReportingPeriod, by: User, stamp: str) -> Report:
    step = Step(content=dict(TEXT), filed_at=moment_of(stamp))
    return advance(report=report_of(period, "12.1"), action=Action.IMPORT, by=by, step=step)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode()).split("<main")[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stamp", "said"), [("2021-07-10", "7月10日"), ("2021-07-10T16:30", "7月10日 16:30")]
)
def test_pages_and_ledger_say_no_more_than_the_old_ledger_did(
    past: ReportingPeriod, cast: Cast, login: Login, stamp: str, said: str
) -> None:
    report = imported(past, cast.admin, stamp)
    slug = past.plan.slug
    for who, address in (
        (cast.slj_coordinator, f"/reports/{report.pk}/"),
        (cast.cgj_reporter, f"/reports/{report.pk}/"),
        (cast.slj_coordinator, f"/plans/{slug}/periods/2021H1/list/"),
        (cast.slj_coordinator, f"/plans/{slug}/tasks/12/"),
    ):
        html = page(login(who), address)
        assert re.search(rf"{said}(?! *[0-9]{{2}}:)", html), address
        assert "23:59" not in html
    line = next(line for line in ledger_rows(past, None) if line.item.code == "12.1")
    assert BY_KEY["filed_at"].read(line) == stamp.replace("T", " ")


@pytest.mark.django_db
def test_paper_of_an_earlier_day_has_no_time_of_day(
    period: ReportingPeriod, cast: Cast, login: Login, now: Any
) -> None:
    now.move_to(NOW + datetime.timedelta(days=3))
    report = record_paper(
        report=report_of(period, "12.1"),
        by=cast.slj_coordinator,
        content=dict(TEXT),
        received_on=datetime.date(2027, 1, 6),
    )
    slug = period.plan.slug
    for who, address in (
        (cast.cgj_reporter, f"/reports/{report.pk}/"),
        (cast.cgj_reporter, "/submissions/"),
        (cast.slj_coordinator, "/review/"),
        (cast.slj_coordinator, f"/plans/{slug}/periods/2026H2/list/"),
        (cast.slj_coordinator, f"/plans/{slug}/tasks/12/"),
    ):
        html = page(login(who), address)
        assert "1月6日" in html, address
        assert "23:59" not in html, address


@pytest.mark.django_db
def test_nobody_is_asked_to_sign_for_what_an_import_brought(
    past: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = imported(past, cast.admin, "2021-07-10")
    reopen_period(period=past, by=cast.slj_coordinator, comment="更正旧文字")
    for who in (cast.slj_coordinator, cast.fgw_coordinator, cast.cgj_reporter, cast.auditor):
        html = page(login(who), f"/reports/{report.pk}/")
        assert "签收" not in html
    queue = page(login(cast.slj_coordinator), "/review/?show=accepted")
    assert "12.1" in queue
    assert "待签收" not in queue
    assert 'name="report"' not in queue
    waiting = page(login(cast.slj_coordinator), "/review/?show=accepted&unreceived=1")
    assert "没有符合条件的事项" in waiting


@pytest.mark.django_db
def test_what_is_filed_again_after_a_return_is_signed_for(
    past: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = imported(past, cast.admin, "2021-07-10")
    reopen_period(period=past, by=cast.slj_coordinator, comment="更正旧文字")
    return_report(report=report, by=cast.slj_coordinator, comment="数字有误")
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=Step(content=TEXT))
    advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)
    assert "待签收" in page(login(cast.slj_coordinator), f"/reports/{report.pk}/")
    queue = page(login(cast.slj_coordinator), "/review/?unreceived=1")
    assert "待签收" in queue
    assert 'name="report"' in queue


@pytest.mark.parametrize(("new", "green"), [(0, False), (1, True)])
def test_nothing_written_is_no_success(new: int, green: bool) -> None:
    counts = {"new": new, "same": 53, "conflict": 0, "invalid": 0, "missing": 0, "left": 0}
    html = render_to_string("reports/_history_counts.html", {"counts": counts})
    assert ("good" in html) is green
