"""What the schedule opens, and when."""

import datetime

import pytest
import time_machine
from django.conf import settings

from reports.actions.periods import close_period
from reports.actions.schedule import open_due_periods
from reports.calendar import SHANGHAI
from reports.jobs import open_due_period
from reports.models import ReportingPeriod
from tasks.models import Plan, PlanReceiver
from tests.reports.second_plan import another_plan

pytestmark = pytest.mark.django_db
DAY = datetime.date


@pytest.mark.parametrize(
    ("today", "opened"),
    [
        (DAY(2026, 11, 30), []),
        (DAY(2026, 12, 1), ["2026H2"]),
        (DAY(2026, 12, 31), ["2026H2"]),
        (DAY(2027, 1, 15), ["2026H2"]),
        (DAY(2027, 1, 16), []),
        (DAY(2027, 5, 31), []),
        (DAY(2027, 6, 1), ["2027H1"]),
        (DAY(2027, 7, 15), ["2027H1"]),
        (DAY(2027, 7, 16), []),
        (DAY(2035, 12, 1), ["2035H2"]),
        (DAY(2036, 6, 1), []),
        (DAY(2019, 12, 1), []),
    ],
)
def test_the_half_year_with_the_next_due_date_opens_on_its_day(
    plan: Plan, today: datetime.date, opened: list[str]
) -> None:
    assert [period.code for period in open_due_periods(today=today)] == opened
    assert ReportingPeriod.objects.count() == len(opened)


def test_a_second_run_opens_nothing(plan: Plan) -> None:
    assert open_due_periods(today=DAY(2026, 12, 1))
    assert open_due_periods(today=DAY(2026, 12, 1)) == []
    assert ReportingPeriod.objects.get().events.count() == 1


def test_a_closed_half_year_is_not_opened_again(plan: Plan) -> None:
    (period,) = open_due_periods(today=DAY(2026, 12, 1))
    close_period(period=period)
    assert open_due_periods(today=DAY(2026, 12, 2)) == []
    period.refresh_from_db()
    assert period.is_closed


def test_a_plan_that_cannot_open_keeps_no_other_from_opening(
    plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    """The first plan's only receiver leads items itself: nobody could review them."""
    PlanReceiver.objects.filter(plan=plan).exclude(department__code="slj").delete()
    other = another_plan()
    assert [each.slug for each in Plan.objects.all()] == [plan.slug, other.slug]
    opened = open_due_periods(today=DAY(2026, 12, 1))
    assert [period.plan for period in opened] == [other]
    assert "没有可审核的汇总单位" in caplog.text


def test_a_deadline_that_moved_to_monday_still_counts(plan: Plan) -> None:
    Plan.objects.update(weekend_rule="next_workday")
    (period,) = open_due_periods(today=DAY(2028, 1, 17))
    assert (period.code, period.due_on) == ("2027H2", DAY(2028, 1, 17))


def test_the_job_goes_by_the_date_in_shanghai(plan: Plan) -> None:
    midnight = datetime.datetime(2026, 12, 1, tzinfo=SHANGHAI)
    with time_machine.travel(midnight - datetime.timedelta(seconds=1), tick=False):
        assert open_due_period() == []
    with time_machine.travel(midnight, tick=False):
        assert open_due_period() == ["2026H2"]


def test_the_job_is_on_the_schedule_once_a_day_at_least() -> None:
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    assert "reports.jobs.open_due_period" in [entry["task"] for entry in entries]
