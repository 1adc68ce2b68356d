"""Assignments that come and go after a half-year was opened."""

import pytest

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department
from reports.actions.owing import leads_in_force, owe_assignments
from reports.actions.periods import close_period, open_period
from reports.actions.transition import Step, advance
from reports.calendar import HalfYear
from reports.models import ReportEvent, ReportingPeriod
from reports.states import Action, Status
from tasks.models import Assignment, Plan, PlanReceiver
from tasks.signals import assignments_changed
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def added(period: ReportingPeriod) -> Assignment:
    """区住房城乡建委 becomes a second lead of 12.1 after the half-year was opened."""
    item = report_of(period, "12.1").assignment.work_item
    zjw = Department.objects.get(code="zjw")
    return Assignment.objects.create(
        work_item=item, department=zjw, kind="lead", scope="二次供水", printed_name="新增", order=9
    )


def change(plan: Plan, *, out: list[Assignment] = (), back: list[Assignment] = ()) -> None:  # type: ignore[assignment]
    assignments_changed.send(sender=Plan, plan=plan, withdrawn=list(out), restored=list(back))


def test_an_added_assignment_owes_from_the_next_period_on(
    period: ReportingPeriod, added: Assignment
) -> None:
    open_period(plan=period.plan, half_year=HalfYear(2026, 2))
    assert period.reports.count() == 53
    following, _ = open_period(plan=period.plan, half_year=HalfYear(2027, 1))
    assert following.reports.filter(assignment=added).exists()


def test_an_admin_may_let_it_owe_in_this_one(
    period: ReportingPeriod, added: Assignment, cast: Cast
) -> None:
    assert owe_assignments(period=period, assignments=[added], by=cast.admin) == 1
    assert owe_assignments(period=period, assignments=[added], by=cast.slj_coordinator) == 0
    report = period.reports.get(assignment=added)
    assert (report.department.code, report.reviewer.code) == ("zjw", "slj")


def test_nobody_else_may(period: ReportingPeriod, added: Assignment, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        owe_assignments(period=period, assignments=[added], by=cast.zjw_reporter)


def test_not_in_a_closed_period(period: ReportingPeriod, added: Assignment, cast: Cast) -> None:
    close_period(period=period)
    with pytest.raises(Conflict):
        owe_assignments(period=period, assignments=[added], by=cast.admin)


def test_a_co_responsible_part_owes_nothing(period: ReportingPeriod, cast: Cast) -> None:
    part = Assignment.objects.filter(kind="responsible").first()
    assert part is not None
    with pytest.raises(DomainError, match="不是本方案在用的牵头分工"):
        owe_assignments(period=period, assignments=[part], by=cast.admin)


def test_a_withdrawn_assignment_is_exempt_and_its_text_is_kept(
    period: ReportingPeriod, cast: Cast
) -> None:
    report = report_of(period, "12.1")
    step = Step(content={"progress": "已完成 3 公里。"})
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    change(period.plan, out=[report.assignment])
    report.refresh_from_db()
    assert (report.status, report.progress) == (Status.EXEMPT, "已完成 3 公里。")
    event = ReportEvent.objects.get(report=report)
    assert (event.by, event.by_name, event.action) == (None, "系统", Action.EXEMPT)


def test_what_came_back_is_owed_as_before(period: ReportingPeriod, cast: Cast) -> None:
    report = report_of(period, "12.1")
    step = Step(content={"progress": "已完成 3 公里。"})
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    change(period.plan, out=[report.assignment])
    change(period.plan, back=[report.assignment])
    report.refresh_from_db()
    assert (report.status, report.progress) == (Status.DRAFT, "已完成 3 公里。")


def test_what_a_coordinator_exempted_stays_exempt(period: ReportingPeriod, cast: Cast) -> None:
    report = report_of(period, "12.1")
    advance(
        report=report, action=Action.EXEMPT, by=cast.slj_coordinator, step=Step(comment="已并入")
    )
    change(period.plan, out=[report.assignment])
    change(period.plan, back=[report.assignment])
    report.refresh_from_db()
    assert report.status == Status.EXEMPT


def test_what_is_filed_or_closed_stays_as_it_is(period: ReportingPeriod, cast: Cast) -> None:
    report = report_of(period, "12.1")
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)
    other = report_of(period, "11.1")
    change(period.plan, out=[report.assignment])
    close_period(period=period)
    change(period.plan, out=[other.assignment])
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.status, other.status) == (Status.FILED, Status.BLANK)


def test_leads_in_force_are_the_plans_53(period: ReportingPeriod) -> None:
    assert leads_in_force(period).count() == 53
    Assignment.objects.filter(pk=report_of(period, "12.1").assignment_id).update(
        withdrawn_on="2027-01-04"
    )
    assert leads_in_force(period).count() == 52


def test_a_lead_that_is_the_only_receiver_has_nobody_to_review_it_and_that_is_said(
    period: ReportingPeriod, added: Assignment, cast: Cast
) -> None:
    plan = Plan.objects.get(pk=period.plan_id)
    receiver = plan.receivers.first()
    assert receiver is not None
    PlanReceiver.objects.filter(plan=plan).exclude(department=receiver).delete()
    Assignment.objects.filter(pk=added.pk).update(department=receiver)
    fresh = ReportingPeriod.objects.get(pk=period.pk)
    with pytest.raises(DomainError, match="没有可审核的汇总单位"):
        owe_assignments(period=fresh, assignments=Assignment.objects.filter(pk=added.pk), by=None)
