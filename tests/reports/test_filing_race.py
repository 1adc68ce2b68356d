"""The last evening before the deadline: everybody submits at the same moment, on PostgreSQL."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.errors import Conflict
from departments.models import Role, User
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_report
from reports.models import Report, ReportEvent, ReportingPeriod, ReportRevision
from reports.states import Action, Status
from tests.cast import Cast, person, report_of
from tests.reports.race import at_once, behind, fresh
from tests.reports.steps import TEXT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Login = Callable[[User], Client]


def clerk_of(report: Report) -> User:
    """The report's own clerk: 53 people, one each."""
    name = f"clerk_{report.pk}"
    return person(name, Role.REPORTER, report.department.code)


def test_53_people_who_submit_in_the_same_second_submit_53_reports(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    reports = list(period.reports.select_related("department"))
    clients = {report.pk: login(clerk_of(report)) for report in reports}
    form = {**TEXT, "submit": "1", "version": "0"}
    answers = at_once(
        *[
            lambda pk=report.pk: clients[pk].post(f"/reports/{pk}/save/", form).status_code
            for report in reports
        ]
    )
    assert answers == [302] * 53
    assert period.reports.filter(status=Status.PENDING, progress=TEXT["progress"]).count() == 53
    events = ReportEvent.objects.filter(action=Action.SUBMIT)
    assert events.count() == 53
    assert events.values("report").distinct().count() == 53


def test_one_report_submitted_by_ten_at_once_is_submitted_once(
    period: ReportingPeriod, cast: Cast
) -> None:
    report = report_of(period, "12.1")
    people = [person(f"cgj_{number}", Role.REPORTER, "cgj") for number in range(10)]
    answers = at_once(
        *[
            lambda user=user: submit_report(report=report, by=fresh(user), content={**TEXT})
            for user in people
        ]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    assert ReportEvent.objects.filter(action=Action.SUBMIT).count() == 1
    assert Report.objects.get(pk=report.pk).status == Status.PENDING


def test_a_save_that_is_sent_again_before_it_is_done_is_no_conflict_with_itself(
    period: ReportingPeriod, cast: Cast
) -> None:
    report = report_of(period, "12.1")

    def save(by: User) -> Report:
        return save_draft(report=report, by=fresh(by), content={**TEXT}, version=0)

    again = behind(lambda: save(cast.cgj_reporter), lambda: save(cast.cgj_reporter))
    assert (again.version, again.progress) == (1, TEXT["progress"])
    assert ReportRevision.objects.get().version == 1


@pytest.mark.parametrize(
    ("name", "progress"), [("cgj_colleague", TEXT["progress"]), ("cgj_reporter", "又改了。")]
)
def test_another_save_that_comes_before_the_first_is_done_is_a_conflict(
    period: ReportingPeriod, cast: Cast, name: str, progress: str
) -> None:
    report = report_of(period, "12.1")

    def save(by: User, **content: str) -> Report:
        return save_draft(report=report, by=fresh(by), content={**TEXT, **content}, version=0)

    answer = behind(
        lambda: save(cast.cgj_reporter), lambda: save(getattr(cast, name), progress=progress)
    )
    assert isinstance(answer, Conflict)
    assert ReportRevision.objects.get().by == cast.cgj_reporter


def test_of_ten_who_save_the_same_version_at_once_one_is_taken_and_none_is_lost(
    period: ReportingPeriod, cast: Cast
) -> None:
    report = report_of(period, "12.1")
    answers = at_once(
        *[
            lambda number=number: save_draft(
                report=report,
                by=fresh(cast.cgj_reporter),
                content={"progress": f"第 {number} 人的文字"},
                version=0,
            )
            for number in range(10)
        ]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 9
    saved = Report.objects.get(pk=report.pk)
    assert saved.version == 1
    assert ReportRevision.objects.get(report=report).snapshot["progress"] == saved.progress
