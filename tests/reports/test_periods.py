"""Opening, closing, reopening and publishing a half-year."""

import datetime

import pytest
import time_machine

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from reports.actions.periods import close_period, open_period, publish_result, reopen_period
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.models import PeriodEvent, ReportingPeriod
from reports.states import Action
from tasks.models import Plan
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 0, month: int = 1) -> datetime.datetime:
    return datetime.datetime(2027, month, day, hour, tzinfo=SHANGHAI)


def kinds(period: ReportingPeriod) -> list[str]:
    return list(period.events.values_list("kind", flat=True))


def test_opening_makes_a_row_for_every_lead_assignment(period: ReportingPeriod) -> None:
    assert period.reports.count() == 53
    assert period.due_on == datetime.date(2027, 1, 15)
    assert kinds(period) == ["opened"]


def test_opening_twice_changes_nothing(period: ReportingPeriod, plan: Plan) -> None:
    again, opened = open_period(plan=plan, half_year=HalfYear(2026, 2))
    assert (again.pk, opened) == (period.pk, False)
    assert period.reports.count() == 53
    assert kinds(period) == ["opened"]


@pytest.mark.parametrize(("rule", "day"), [("stands", 15), ("next_workday", 17)])
def test_a_deadline_on_a_saturday_stands_unless_the_plan_moves_it(
    plan: Plan, rule: str, day: int
) -> None:
    Plan.objects.update(weekend_rule=rule)
    plan.refresh_from_db()
    opened, _ = open_period(plan=plan, half_year=HalfYear(2027, 2))
    assert opened.due_on == datetime.date(2028, 1, day)


@pytest.mark.parametrize("half_year", [HalfYear(2019, 2), HalfYear(2036, 1)])
def test_a_half_year_beyond_the_plans_is_refused(plan: Plan, half_year: HalfYear) -> None:
    with pytest.raises(DomainError, match="不在方案的报告期之内"):
        open_period(plan=plan, half_year=half_year)
    assert not ReportingPeriod.objects.exists()


@pytest.mark.parametrize("name", ["cgj_reporter", "cgj_approver", "admin", "auditor", "outsider"])
def test_only_a_receivers_coordinator_manages_periods(
    period: ReportingPeriod, cast: Cast, name: str
) -> None:
    somebody: User = getattr(cast, name)
    with pytest.raises(NotAllowed):
        open_period(plan=period.plan, half_year=HalfYear(2027, 1), by=somebody)
    with pytest.raises(NotAllowed):
        close_period(period=period, by=somebody)
    with pytest.raises(NotAllowed):
        reopen_period(period=period, by=somebody, comment="补报")
    with pytest.raises(NotAllowed):
        publish_result(period=period, by=somebody, now=at(16))
    assert kinds(period) == ["opened"]


def test_closing_keeps_who_when_and_the_comment(period: ReportingPeriod, cast: Cast) -> None:
    assert close_period(period=period, by=cast.fgw_coordinator, comment="已汇总\x00", now=at(20))
    assert period.is_closed
    event = PeriodEvent.objects.get(kind="closed")
    assert (event.by, event.at, event.comment) == (cast.fgw_coordinator, at(20), "已汇总")


def test_closing_twice_is_closing_once(period: ReportingPeriod, cast: Cast) -> None:
    assert close_period(period=period, by=cast.slj_coordinator)
    assert not close_period(period=period, by=cast.slj_coordinator)
    assert kinds(period) == ["opened", "closed"]


def test_a_closed_period_takes_no_filing_until_it_is_reopened(
    period: ReportingPeriod, cast: Cast
) -> None:
    close_period(period=period, by=cast.slj_coordinator)
    report, step = report_of(period, "12.1"), Step(content={"progress": "在建。"})
    with pytest.raises(Conflict, match="已关闭"):
        advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    reopen_period(period=period, by=cast.slj_coordinator, comment="两单位补报")
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    assert kinds(period) == ["opened", "closed", "reopened"]


@pytest.mark.parametrize("comment", ["", "  \n", "\u200b"])
def test_reopening_needs_a_reason(period: ReportingPeriod, cast: Cast, comment: str) -> None:
    close_period(period=period, by=cast.slj_coordinator)
    with pytest.raises(DomainError, match="理由"):
        reopen_period(period=period, by=cast.slj_coordinator, comment=comment)
    assert period.is_closed


def test_reopening_what_is_open_is_a_conflict(period: ReportingPeriod, cast: Cast) -> None:
    with pytest.raises(Conflict, match="没有关闭"):
        reopen_period(period=period, by=cast.slj_coordinator, comment="补报")


def test_the_result_is_published_after_the_deadlines_day(
    period: ReportingPeriod, cast: Cast
) -> None:
    last_second = at(16) - datetime.timedelta(seconds=1)
    with pytest.raises(DomainError, match="尚未截止"):
        publish_result(period=period, by=cast.slj_coordinator, now=last_second)
    assert publish_result(period=period, by=cast.slj_coordinator, comment="通报", now=at(16))
    assert period.published_at == at(16)


def test_publishing_twice_is_publishing_once(
    period: ReportingPeriod, cast: Cast, now: time_machine.Traveller
) -> None:
    now.move_to(at(18))
    assert publish_result(period=period, by=cast.slj_coordinator)
    assert not publish_result(period=period, by=cast.fgw_coordinator)
    assert PeriodEvent.objects.get(kind="published").by == cast.slj_coordinator


def test_each_department_is_reviewed_by_the_first_receiver_that_is_not_itself(
    period: ReportingPeriod,
) -> None:
    slj, fgw = Department.objects.get(code="slj"), Department.objects.get(code="fgw")
    assert period.reports.filter(reviewer=slj).count() == 35
    assert set(period.reports.filter(reviewer=fgw).values_list("department", flat=True)) == {slj.pk}
