"""A half-year long past: made closed, nobody reminded, and nothing claimed that nobody knows."""

import datetime
from collections.abc import Callable

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone

from departments.errors import DomainError, NotAllowed
from departments.models import User
from reports.actions.periods import record_past_period, reopen_period
from reports.actions.review import return_report
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.ledger.columns import BY_KEY
from reports.ledger.rows import ledger_rows
from reports.models import Notice, PeriodEvent, Report, ReportingPeriod
from reports.querysets import still_owed
from reports.reminders.tick import tick
from reports.selectors.deadlines import deadlines_of
from reports.selectors.department_page import department_page
from reports.selectors.desk import past_on_time
from reports.selectors.figures import Tally
from reports.selectors.kpis import kpis_of, rates_of
from reports.selectors.period_rows import period_rows
from reports.selectors.periods import next_period, periods_of
from reports.selectors.urging import urging_of
from reports.states import Action, Status
from reports.views.reading import urge_url
from tasks.models import Plan
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
OLD = HalfYear(2021, 1)
TODAY = datetime.date(2027, 1, 5)
TEXT = {"progress": "完成改造 3 公里。", "state": "on_track", "completion": 40}


@pytest.fixture
def past(plan: Plan, cast: Cast, now: object) -> ReportingPeriod:
    return record_past_period(plan=plan, half_year=OLD, by=cast.admin)[0]


def imported(period: ReportingPeriod, code: str, by: User, **step: object) -> Report:
    return advance(
        report=report_of(period, code),
        action=Action.IMPORT,
        by=by,
        step=Step(content=dict(TEXT), **step),  # type: ignore[arg-type]
    )


def moment(month: int, day: int) -> datetime.datetime:
    return datetime.datetime(2021, month, day, 12, tzinfo=SHANGHAI)


def test_it_is_closed_from_the_first_moment_and_has_a_row_for_every_lead(
    past: ReportingPeriod, cast: Cast
) -> None:
    assert past.is_closed
    assert past.historical
    assert past.due_on == datetime.date(2021, 7, 15)
    assert past.reports.filter(status=Status.BLANK).count() == 53
    event = PeriodEvent.objects.get()
    assert (event.kind, event.by) == ("recorded", cast.admin)


def test_one_that_is_there_stays_as_it_is(
    past: ReportingPeriod, plan: Plan, cast: Cast, period: ReportingPeriod
) -> None:
    again, made = record_past_period(plan=plan, half_year=OLD, by=cast.admin)
    assert (again, made) == (past, False)
    assert PeriodEvent.objects.filter(period=past).count() == 1


@pytest.mark.parametrize(
    "name", ["slj_coordinator", "fgw_coordinator", "cgj_reporter", "auditor", "outsider"]
)
def test_only_an_admin_makes_it(plan: Plan, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        record_past_period(plan=plan, half_year=OLD, by=getattr(cast, name))
    assert not ReportingPeriod.objects.exists()


@pytest.mark.parametrize(
    ("half_year", "sentence"),
    [(HalfYear(2026, 2), "尚未截止"), (HalfYear(2019, 2), "不在方案的报告期之内")],
)
def test_what_is_not_past_or_not_the_plans_is_refused(
    plan: Plan, cast: Cast, now: object, half_year: HalfYear, sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        record_past_period(plan=plan, half_year=half_year, by=cast.admin)


def test_nobody_is_ever_reminded_of_it_not_even_once_it_is_reopened(
    past: ReportingPeriod, cast: Cast, now: object
) -> None:
    tick(timezone.now())
    reopen_period(period=past, by=cast.slj_coordinator, comment="更正旧文字")
    tick(timezone.now())
    assert not Notice.objects.exists()


def test_but_a_return_of_an_imported_report_is_told(past: ReportingPeriod, cast: Cast) -> None:
    report = imported(past, "12.1", cast.admin)
    reopen_period(period=past, by=cast.slj_coordinator, comment="更正旧文字")
    return_report(report=report, by=cast.slj_coordinator, comment="数字有误")
    tick(timezone.now())
    told = {notice.user for notice in Notice.objects.filter(kind="returned")}
    assert told == {cast.cgj_reporter, cast.cgj_colleague}
    assert set(Notice.objects.values_list("kind", flat=True)) <= {"returned", "file", "digest"}


def test_the_next_half_year_is_told_by_those_that_were_open(
    past: ReportingPeriod, plan: Plan
) -> None:
    upcoming = next_period(plan, periods_of(plan), TODAY)
    assert upcoming is not None
    assert upcoming.half_year == HalfYear(2027, 1)


@pytest.mark.parametrize(
    ("step", "late", "unknown"),
    [
        ({}, None, True),
        ({"filed_at": moment(7, 15)}, False, False),
        ({"filed_at": moment(7, 16)}, True, False),
        ({"late": False}, False, False),
        ({"late": True}, True, False),
        ({"late": False, "filed_at": moment(7, 18)}, False, False),
    ],
    ids=["silent", "in-time", "late", "says-on-time", "says-late", "word-above-date"],
)
def test_on_time_is_known_only_where_the_ledger_says_so(
    past: ReportingPeriod, cast: Cast, step: dict[str, object], late: object, unknown: bool
) -> None:
    report = imported(past, "12.1", cast.admin, **step)
    assert (report.status, report.imported, report.late) == (Status.ACCEPTED, True, late)
    assert report.filed_at == step.get("filed_at")
    (row,) = [row for row in period_rows(past, TODAY) if row.code == "12.1"]
    assert row.time_unknown is unknown
    assert row.on_time is (late is False)
    assert row.late is (late is True)
    assert row.light.word.startswith("已审核（历史导入）")
    line = next(line for line in ledger_rows(past, None) if line.item.code == "12.1")
    assert BY_KEY["on_time"].read(line) == {None: "", False: "按时", True: "迟报"}[late]  # type: ignore[index]
    assert "历史导入" in line.note


def test_what_has_no_record_is_neither_owed_nor_overdue(past: ReportingPeriod, cast: Cast) -> None:
    imported(past, "12.1", cast.admin)
    imported(past, "14.1", cast.admin, filed_at=moment(7, 10))
    imported(past, "11.1", cast.admin, filed_at=moment(7, 20))
    tally = Tally(period_rows(past, TODAY))
    keys = ("due", "in_hand", "on_time", "late", "time_unknown", "unrecorded", "owed", "overdue")
    assert [tally[key] for key in keys] == [53, 3, 1, 1, 1, 50, 0, 0]
    assert tally["attention"] == 0
    assert tally.on_time_rate == 50
    assert [rate.note for rate in rates_of(tally)] == ["3 ÷ 3", "1 ÷ 2", "1 ÷ 2"]
    assert [kpi.label for kpi in kpis_of(tally)[-2:]] == ["按时与否不详", "无记录"]
    assert not Report.objects.overdue(TODAY).exists()
    (listed,) = periods_of(past.plan)
    assert (listed.due, listed.in_hand, listed.owed, listed.unrecorded) == (53, 3, 0, 50)


def test_the_chart_of_past_half_years_leaves_out_what_nobody_knows(
    past: ReportingPeriod, period: ReportingPeriod, cast: Cast
) -> None:
    imported(past, "12.1", cast.admin)
    imported(past, "14.1", cast.admin, filed_at=moment(7, 10))
    body = report_of(past, "12.1").department
    (column,) = past_on_time(period, [body])[body.pk]
    assert (column.label, column.on_time, column.due) == ("21上", 1, 1)


def test_the_pages_say_it(
    past: ReportingPeriod, cast: Cast, login: Callable[[User], Client]
) -> None:
    report = imported(past, "12.1", cast.admin)
    client = login(cast.slj_coordinator)
    half = f"/plans/{past.plan.slug}/periods/2021H1/"
    page = client.get(half).content.decode()
    assert "本期由历史导入建立" in page
    assert "1 项报送时间不详，不计按时也不计迟报" in page
    assert "52 项台账中没有记录，不计逾期" in page
    assert (
        "逾期"
        not in client.get(f"{half}list/?status=unrecorded").content.decode().split("<tbody>")[1]
    )
    assert "报送时间不详（历史导入）" in client.get(f"/reports/{report.pk}/").content.decode()
    periods = client.get(f"/plans/{past.plan.slug}/periods/").content.decode()
    assert "无记录 52 项" in periods


def test_a_refiled_one_does_not_get_a_first_filing_that_never_was(
    past: ReportingPeriod, cast: Cast
) -> None:
    report = imported(past, "12.1", cast.admin)
    reopen_period(period=past, by=cast.slj_coordinator, comment="更正旧文字")
    return_report(report=report, by=cast.slj_coordinator, comment="数字有误")
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=Step(content=TEXT))
    again = advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)
    assert again.filed_at is None
    assert again.refiled_at is not None
    assert again.late is None


@pytest.fixture
def reopened(past: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """One of its rows, 12.1, was returned; of the other 52 nothing is known."""
    report = imported(past, "12.1", cast.admin)
    reopen_period(period=past, by=cast.slj_coordinator, comment="更正旧文字")
    return_report(report=report, by=cast.slj_coordinator, comment="数字有误")
    past.refresh_from_db()
    return past


def test_reopened_it_owes_what_was_returned_and_nothing_of_which_nobody_knows(
    reopened: ReportingPeriod, cast: Cast
) -> None:
    counted = ReportingPeriod.objects.filter(pk=reopened.pk)
    assert counted.aggregate(owed=Count("reports", filter=still_owed("reports__")))["owed"] == 1
    assert [report.is_owed for report in reopened.reports.all()].count(True) == 1
    assert reopened.reports.owed().get() == report_of(reopened, "12.1")


def test_the_coordinators_calendar_counts_no_row_without_a_record(
    reopened: ReportingPeriod, cast: Cast
) -> None:
    titles = [row.title for row in deadlines_of(cast.slj_coordinator, TODAY)]
    assert "节水行动 2021年上半年报送截止，还有 1 项未报" in titles


def test_nobody_is_urged_for_a_row_without_a_record(reopened: ReportingPeriod, cast: Cast) -> None:
    unknown, returned = report_of(reopened, "11.1"), report_of(reopened, "12.1")
    assert urge_url(unknown, cast.slj_coordinator, "") == ""
    assert "/urge/" in urge_url(returned, cast.slj_coordinator, "")
    body = department_page(returned.department, cast.slj_coordinator, TODAY)
    urging = urging_of(body, cast.slj_coordinator)
    assert urging is not None
    assert urging.owed == ["12.1"]
