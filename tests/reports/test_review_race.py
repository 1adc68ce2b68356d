"""Two at the same moment, on a real PostgreSQL: connections and locks of their own."""

import threading

import pytest
from django.db import connection, transaction

from departments.errors import Conflict
from reports.actions.approval import approve_reports, sentence_of
from reports.actions.filing import withdraw_report
from reports.actions.review import accept_report, receive_report, return_report
from reports.models import Receipt, Report, ReportEvent, ReportingPeriod, Submission
from reports.states import Status
from tests.cast import Cast, person
from tests.reports.race import RACE, at_once, fresh, wait_until_somebody_waits_for_a_lock
from tests.reports.steps import TEXT, submitted

pytestmark = RACE


@pytest.fixture
def eighteen(period: ReportingPeriod, cast: Cast) -> list[Report]:
    """All that 区水利局 leads, before its approver."""
    reports = list(Report.objects.filter(period=period, department__code="slj"))
    assert len(reports) == 18
    return [submitted(report, cast.slj_reporter) for report in reports]


def test_approving_eighteen_while_one_is_withdrawn_sends_seventeen_and_says_so(
    eighteen: list[Report], cast: Cast
) -> None:
    """The withdrawal holds its row; the approval waits for it and finds it moved on."""
    locked, result = threading.Event(), []

    def withdraw() -> None:
        try:
            with transaction.atomic():
                withdraw_report(report=eighteen[9], by=fresh(cast.slj_reporter))
                locked.set()
                waiting_for_a_lock.wait(20)
        finally:
            connection.close()

    def approve() -> None:
        try:
            locked.wait(20)
            result.append(approve_reports(reports=eighteen, by=fresh(cast.slj_approver)))
        finally:
            connection.close()

    waiting_for_a_lock = threading.Event()
    threads = [threading.Thread(target=withdraw), threading.Thread(target=approve)]
    for thread in threads:
        thread.start()
    wait_until_somebody_waits_for_a_lock()
    waiting_for_a_lock.set()
    for thread in threads:
        thread.join()
    submission, batch = result[0]
    code = eighteen[9].assignment.work_item.code
    assert sentence_of(batch) == f"已报送 17 项；1 项已被撤回，未报送（{code}）"
    assert submission.reports.count() == 17
    assert Report.objects.get(pk=eighteen[9].pk).status == Status.DRAFT


def test_approving_the_same_eighteen_twice_at_once_sends_them_once(
    eighteen: list[Report], cast: Cast
) -> None:
    deputy = person("slj_deputy", "approver", "slj")
    answers = at_once(
        *[
            lambda user=user: approve_reports(reports=eighteen, by=fresh(user))
            for user in (cast.slj_approver, deputy)
        ]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert Submission.objects.count() == 1
    assert ReportEvent.objects.filter(action="approve").count() == 18


@pytest.fixture
def filed_one(eighteen: list[Report], cast: Cast) -> Report:
    approve_reports(reports=eighteen[:1], by=cast.slj_approver)
    return Report.objects.get(pk=eighteen[0].pk)


def test_of_two_coordinators_who_decide_at_once_one_is_told(filed_one: Report, cast: Cast) -> None:
    colleague, seen = person("fgw_colleague", "coordinator", "fgw"), filed_one.version
    answers = at_once(
        lambda: accept_report(
            report=filed_one,
            by=fresh(cast.fgw_coordinator),
            assessed_state="on_track",
            version=seen,
        ),
        lambda: return_report(
            report=filed_one, by=fresh(colleague), comment="请补充", version=seen
        ),
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert ReportEvent.objects.filter(action__in=["accept", "return"]).count() == 1


def test_a_receipt_pressed_by_ten_at_once_is_signed_once(filed_one: Report, cast: Cast) -> None:
    answers = at_once(
        *[
            lambda: receive_report(report=filed_one, by=fresh(cast.slj_coordinator))
            for _ in range(10)
        ]
    )
    assert sorted(answers) == [False] * 9 + [True]
    assert Receipt.objects.count() == 1
    assert TEXT["progress"] in str(filed_one.filed_content)
