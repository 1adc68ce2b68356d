"""What a step locks: the report as it stands, beside what the caller knows already."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from reports.actions.holding import lock_report
from reports.models import Report, ReportingPeriod
from reports.states import Status
from tests.cast import Cast, report_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def test_the_row_is_read_anew_and_where_it_belongs_is_not(report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(status=Status.DRAFT)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        locked = lock_report(report)
        assert locked.status == Status.DRAFT
        assert locked.assignment.work_item.code == "12.1"
        assert locked.period.plan == report.period.plan
    assert len([each for each in asked if each["sql"].startswith("SELECT")]) == 2


def test_that_the_half_year_is_closed_is_read_anew(report: Report) -> None:
    ReportingPeriod.objects.filter(pk=report.period_id).update(closed_at=NOW)
    assert not report.period.is_closed
    with transaction.atomic():
        assert lock_report(report).period.is_closed


def test_so_is_whether_the_department_needs_a_signature(report: Report) -> None:
    assert report.department.needs_approval
    type(report.department).objects.filter(pk=report.department_id).update(needs_approval=False)
    with transaction.atomic():
        assert not lock_report(report).department.needs_approval


def test_a_report_that_belongs_elsewhere_by_now_is_not_put_back(
    report: Report, period: ReportingPeriod
) -> None:
    other = report_of(period, "14.1")
    place = other.assignment_id
    other.delete()
    Report.objects.filter(pk=report.pk).update(assignment=place)
    with transaction.atomic():
        assert lock_report(report).assignment_id == place
