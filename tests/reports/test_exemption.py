"""免报 and back."""

import pytest

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.drafts import save_draft
from reports.actions.exemption import exempt_report, lift_exemption
from reports.actions.transition import Step, advance
from reports.models import Report, ReportingPeriod
from reports.states import Action, Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
TEXT = {"progress": "完成改造 6.1 公里。", "state": "on_track", "completion": 60}


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def test_an_exempted_report_keeps_its_text_and_comes_back_as_it_was(
    report: Report, cast: Cast
) -> None:
    save_draft(report=report, by=cast.cgj_reporter, content=dict(TEXT), version=None)
    gone = exempt_report(report=report, by=cast.slj_coordinator, reason="本期不涉及。")
    assert gone.status == Status.EXEMPT
    assert gone.progress == TEXT["progress"]
    back = lift_exemption(report=report, by=cast.slj_coordinator, reason="恢复。")
    assert back.status == Status.DRAFT


def test_a_report_that_waited_for_its_signature_waits_again(report: Report, cast: Cast) -> None:
    step = Step(content=dict(TEXT))
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=step)
    exempt_report(report=report, by=cast.slj_coordinator, reason="本期不涉及。")
    assert lift_exemption(report=report, by=cast.slj_coordinator).status == Status.PENDING


def test_an_exemption_needs_its_reason(report: Report, cast: Cast) -> None:
    with pytest.raises(DomainError, match="理由"):
        exempt_report(report=report, by=cast.slj_coordinator, reason=" ")


def test_what_was_filed_is_not_exempted(report: Report, cast: Cast) -> None:
    step = Step(content=dict(TEXT))
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=step)
    advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)
    with pytest.raises(Conflict, match="已报送"):
        exempt_report(report=report, by=cast.slj_coordinator, reason="本期不涉及。")


def test_nobody_but_the_reviewer_exempts(report: Report, cast: Cast) -> None:
    for person in (cast.fgw_coordinator, cast.cgj_reporter, cast.admin, cast.auditor):
        with pytest.raises(NotAllowed):
            exempt_report(report=report, by=person, reason="本期不涉及。")
