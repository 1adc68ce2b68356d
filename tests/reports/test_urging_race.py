"""Two coordinators who press 催办 at the same moment, on a real PostgreSQL."""

from django.db import transaction

from departments.errors import Conflict
from departments.models import Department
from reports.actions.filing import submit_report
from reports.actions.urging import Urged, issue_letter, urge
from reports.models import Notice, Report, ReportingPeriod, Urge
from reports.states import Status
from tests.cast import Cast, report_of
from tests.reports.race import RACE, at_once, behind, fresh, hurried
from tests.reports.steps import TEXT

pytestmark = RACE


def test_two_who_press_at_once_send_one(period: ReportingPeriod, cast: Cast) -> None:
    bodies = list(Department.objects.filter(code__in=["cgj", "zjw"]))

    def press(by: object) -> Urged:
        return urge(period=period, departments=bodies, by=fresh(by))  # type: ignore[arg-type]

    answers = at_once(
        lambda: press(cast.slj_coordinator), lambda: press(cast.fgw_coordinator)
    )  # fmt: skip
    assert {type(answer) for answer in answers} == {Urged, Conflict}
    assert Urge.objects.count() == 2
    assert Notice.objects.count() == 3


def test_two_letters_written_at_once_do_not_take_one_number(
    period: ReportingPeriod, cast: Cast
) -> None:
    def write(code: str, by: object) -> Urge:
        body = Department.objects.get(code=code)
        number = "万州水函〔2027〕5号"
        return issue_letter(period=period, department=body, by=fresh(by), number=number)  # type: ignore[arg-type]

    answer = behind(
        lambda: write("cgj", cast.slj_coordinator), lambda: write("zjw", cast.fgw_coordinator)
    )  # fmt: skip
    assert isinstance(answer, Conflict)
    assert "已经登记过" in str(answer)
    assert Urge.objects.count() == 1


# 催办 and a submission of the same department: each refers to the other's row when it commits.


def press(period: ReportingPeriod, cast: Cast) -> Urged:
    bodies = list(Department.objects.filter(code="cgj"))
    return urge(period=period, departments=bodies, by=fresh(cast.slj_coordinator))


def submit(period: ReportingPeriod, cast: Cast) -> Report:
    by = fresh(cast.cgj_reporter)
    return submit_report(report=report_of(period, "12.1"), by=by, content={**TEXT})


def test_a_department_submits_while_it_is_being_urged(period: ReportingPeriod, cast: Cast) -> None:
    with transaction.atomic():
        press(period, cast)
        (answer,) = at_once(hurried(lambda: submit(period, cast)))
    assert answer.status == Status.PENDING
    assert Urge.objects.get().reports.filter(pk=answer.pk).exists()


def test_a_department_is_urged_while_it_submits(period: ReportingPeriod, cast: Cast) -> None:
    with transaction.atomic():
        submit(period, cast)
        (answer,) = at_once(hurried(lambda: press(period, cast)))
    assert isinstance(answer, Urged)
    assert report_of(period, "12.1").status == Status.PENDING


def test_both_at_once_are_done(period: ReportingPeriod, cast: Cast) -> None:
    answers = at_once(lambda: press(period, cast), lambda: submit(period, cast))
    assert [type(answer) for answer in answers] == [Urged, Report]
