"""The gate: one step through the state table."""

import datetime

import pytest

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI
from reports.models import Report, ReportEvent, ReportingPeriod, ReportRevision
from reports.states import Action, Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
TEXT = {"progress": "完成改造 6.1 公里。", "state": "on_track", "completion": 60}


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def filed(report: Report, cast: Cast) -> Report:
    advance(
        report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=Step(content=dict(TEXT))
    )
    return advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)


def test_saving_writes_a_revision_and_no_event(report: Report, cast: Cast) -> None:
    saved = advance(
        report=report, action=Action.SAVE, by=cast.cgj_reporter, step=Step(content=dict(TEXT))
    )
    assert saved.status == Status.DRAFT
    assert ReportRevision.objects.get().snapshot["progress"] == TEXT["progress"]
    assert not ReportEvent.objects.exists()


def test_filing_keeps_the_text_in_its_event(report: Report, cast: Cast) -> None:
    done = filed(report, cast)
    assert done.status == Status.FILED
    assert not done.late
    assert done.filed_content["progress"] == TEXT["progress"]
    assert [event.action for event in done.events.all()] == ["submit", "approve"]
    assert done.filed_event is not None
    assert done.filed_event.by_role == "审签人"


def test_nobody_approves_what_he_submitted_himself(report: Report, cast: Cast) -> None:
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=Step(content=TEXT))
    with pytest.raises(NotAllowed):
        advance(report=report, action=Action.APPROVE, by=cast.cgj_reporter)


def test_a_stale_version_is_a_conflict(report: Report, cast: Cast) -> None:
    step = Step(content=dict(TEXT), version=0)
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    with pytest.raises(Conflict, match="他人修改"):
        advance(report=report, action=Action.SAVE, by=cast.cgj_colleague, step=step)


def test_a_return_needs_a_comment_and_sets_the_deadline(report: Report, cast: Cast) -> None:
    filed(report, cast)
    with pytest.raises(DomainError, match="意见"):
        advance(report=report, action=Action.RETURN, by=cast.slj_coordinator)
    back = advance(
        report=report, action=Action.RETURN, by=cast.slj_coordinator, step=Step(comment="补里程")
    )
    assert back.status == Status.RETURNED
    assert back.refile_due_on == datetime.date(2027, 1, 15)
    assert back.correction == "补里程"


def test_refiling_after_the_return_deadline_is_late_for_good(report: Report, cast: Cast) -> None:
    filed(report, cast)
    late_return = datetime.datetime(2027, 1, 14, 9, tzinfo=SHANGHAI)
    step = Step(comment="补", now=late_return)
    back = advance(report=report, action=Action.RETURN, by=cast.slj_coordinator, step=step)
    assert back.refile_due_on == datetime.date(2027, 1, 21)
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    withdrawn = advance(report=report, action=Action.WITHDRAW, by=cast.cgj_reporter)
    assert withdrawn.due_on == datetime.date(2027, 1, 21)
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    after = datetime.datetime(2027, 1, 22, 0, 0, tzinfo=SHANGHAI)
    again = advance(
        report=report, action=Action.APPROVE, by=cast.cgj_approver, step=Step(now=after)
    )
    assert again.late


def test_a_closed_period_takes_nothing(report: Report, cast: Cast) -> None:
    ReportingPeriod.objects.update(closed_at=report.period.opened_at)
    with pytest.raises(Conflict, match="已关闭"):
        advance(report=report, action=Action.SAVE, by=cast.cgj_reporter)
