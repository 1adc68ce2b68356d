"""On time or late, judged by the gate: both sides of midnight, extensions, returns."""

import datetime
from collections.abc import Callable

import pytest

from reports.actions.extension_decisions import grant_unasked
from reports.actions.filing import ask_return, withdraw_report
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.models import Report, ReportingPeriod
from reports.states import Action
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
TEXT = {"progress": "完成改造 6.1 公里。", "state": "on_track", "completion": 60}
LAST_SECOND = datetime.datetime(2027, 1, 15, 23, 59, 59, tzinfo=SHANGHAI)
MIDNIGHT = datetime.datetime(2027, 1, 16, 0, 0, tzinfo=SHANGHAI)
File = Callable[[datetime.datetime], Report]


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


@pytest.fixture
def file(report: Report, cast: Cast) -> File:
    """``file(at)``: submitted an hour before ``at``, approved at ``at``."""

    def submit_and_approve(at: datetime.datetime) -> Report:
        early = Step(content=dict(TEXT), now=at - datetime.timedelta(hours=1))
        advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=early)
        step = Step(now=at)
        return advance(report=report, action=Action.APPROVE, by=cast.cgj_approver, step=step)

    return submit_and_approve


def send_back_to_lead(report: Report, cast: Cast, at: datetime.datetime) -> Report:
    step = Step(comment="请补充里程。", now=at)
    return advance(report=report, action=Action.RETURN, by=cast.slj_coordinator, step=step)


def moment(month: int, day: int, hour: int = 9) -> datetime.datetime:
    return datetime.datetime(2027, month, day, hour, tzinfo=SHANGHAI)


def test_the_last_second_of_the_deadlines_day_is_on_time(file: File) -> None:
    assert not file(LAST_SECOND).late


def test_midnight_after_the_deadline_is_late(file: File) -> None:
    assert file(MIDNIGHT).late


def test_midnight_is_shanghais_whatever_the_zone_of_the_clock(file: File) -> None:
    assert not file(datetime.datetime(2027, 1, 15, 15, 59, 59, tzinfo=datetime.UTC)).late


def test_the_first_half_year_ends_on_july_15(cast: Cast, period: ReportingPeriod) -> None:
    from reports.actions.periods import open_period

    summer, _ = open_period(plan=period.plan, half_year=HalfYear(2027, 1), now=moment(6, 1))
    for code, at, late in (
        ("12.1", datetime.datetime(2027, 7, 15, 23, 59, 59, tzinfo=SHANGHAI), False),
        ("11.1", datetime.datetime(2027, 7, 16, 0, 0, tzinfo=SHANGHAI), True),
    ):
        report = report_of(summer, code)
        step = Step(content=dict(TEXT), now=at)
        advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=step)
        done = advance(
            report=report, action=Action.APPROVE, by=cast.cgj_approver, step=Step(now=at)
        )
        assert done.late is late


def test_an_extension_granted_before_filing_moves_the_deadline(
    report: Report, file: File, cast: Cast
) -> None:
    grant_unasked(
        period=report.period,
        department=report.department,
        by=cast.slj_coordinator,
        granted_on=datetime.date(2027, 1, 20),
        reason="验收推迟。",
    )
    assert not file(datetime.datetime(2027, 1, 20, 23, 59, 59, tzinfo=SHANGHAI)).late


def test_the_day_after_an_extension_is_late(report: Report, file: File, cast: Cast) -> None:
    grant_unasked(
        period=report.period,
        department=report.department,
        by=cast.slj_coordinator,
        granted_on=datetime.date(2027, 1, 20),
        reason="验收推迟。",
    )
    assert file(moment(1, 21, 0)).late


def test_an_extension_granted_after_a_late_filing_changes_nothing(
    report: Report, file: File, cast: Cast
) -> None:
    assert file(MIDNIGHT).late
    grant_unasked(
        period=report.period,
        department=report.department,
        by=cast.slj_coordinator,
        granted_on=datetime.date(2027, 1, 20),
        reason="验收推迟。",
        now=moment(1, 16),
    )
    report.refresh_from_db()
    assert report.late
    assert report.extended_due_on is None


def test_what_was_returned_and_refiled_within_five_working_days_is_on_time(
    report: Report, file: File, cast: Cast
) -> None:
    file(moment(1, 14))
    back = send_back_to_lead(report, cast, moment(1, 15))
    assert back.refile_due_on == datetime.date(2027, 1, 22)
    again = file(datetime.datetime(2027, 1, 22, 23, 59, 59, tzinfo=SHANGHAI))
    assert not again.late
    assert again.refile_due_on is None


def test_what_was_refiled_after_them_is_late(report: Report, file: File, cast: Cast) -> None:
    file(moment(1, 14))
    send_back_to_lead(report, cast, moment(1, 15))
    assert file(moment(1, 23, 0)).late


def test_filed_at_stays_the_first_filing(report: Report, file: File, cast: Cast) -> None:
    file(moment(1, 14))
    send_back_to_lead(report, cast, moment(1, 15))
    again = file(moment(1, 18))
    assert again.filed_at == moment(1, 14)
    assert again.refiled_at == moment(1, 18)


def test_late_stays_late_when_it_is_returned_and_refiled_in_time(
    report: Report, file: File, cast: Cast
) -> None:
    file(MIDNIGHT)
    send_back_to_lead(report, cast, moment(1, 18))
    assert file(moment(1, 19)).late


def test_withdrawing_after_a_return_leaves_the_deadline(
    report: Report, file: File, cast: Cast
) -> None:
    file(moment(1, 14))
    send_back_to_lead(report, cast, moment(1, 15))
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    withdrawn = withdraw_report(report=report, by=cast.cgj_reporter)
    assert withdrawn.awaits_refiling
    assert withdrawn.due_on == datetime.date(2027, 1, 22)
    step = Step(comment="补数据。")
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    back = advance(report=report, action=Action.SEND_BACK, by=cast.cgj_approver, step=step)
    assert back.due_on == datetime.date(2027, 1, 22)


def test_asking_for_the_return_changes_no_judgement(report: Report, file: File, cast: Cast) -> None:
    file(moment(1, 14))
    asked = ask_return(report=report, by=cast.cgj_reporter, reason="数据有误。")
    assert not asked.late
    assert asked.refile_due_on is None


def test_the_return_deadline_never_comes_before_the_half_years_own(
    report: Report, file: File, cast: Cast
) -> None:
    file(moment(1, 5))
    assert send_back_to_lead(report, cast, moment(1, 6)).due_on == datetime.date(2027, 1, 15)
