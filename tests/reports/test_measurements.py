"""Values of indicators: recorded when filed; an indicator that left the plan takes no new one."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from departments.errors import Conflict
from departments.models import User
from reports.actions.drafts import save_draft
from reports.actions.measurements import record_measurements
from reports.models import Measurement, Report, ReportingPeriod
from tasks.models import Indicator
from tests.cast import Cast, report_of
from tests.conftest import NOW
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
LEAKAGE = "network-leakage"


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def withdraw_leakage(period: ReportingPeriod) -> None:
    Indicator.objects.filter(code=LEAKAGE).update(withdrawn_on=period.opens_on)


def test_a_filed_value_becomes_a_preliminary_measurement(report: Report, cast: Cast) -> None:
    filed(report, cast, indicator_values={LEAKAGE: "9.3"})
    row = Measurement.objects.get()
    assert (row.indicator.code, row.value, row.is_final) == (LEAKAGE, Decimal("9.3"), False)
    assert (row.as_of, row.source) == (report.period.half_year.end, "区城管局报送")


def test_the_same_value_is_recorded_once(report: Report, cast: Cast) -> None:
    done = filed(report, cast, indicator_values={LEAKAGE: "9.3"})
    assert record_measurements(report=done, by=cast.cgj_reporter, now=NOW) == 0
    assert Measurement.objects.count() == 1


def test_a_draft_records_no_measurement(report: Report, cast: Cast) -> None:
    content = {"indicator_values": {LEAKAGE: "9.3"}}
    save_draft(report=report, by=cast.cgj_reporter, content=content, version=0)
    assert not Measurement.objects.exists()


def test_a_withdrawn_indicator_refuses_a_new_value(report: Report, cast: Cast) -> None:
    withdraw_leakage(report.period)
    content = {"indicator_values": {LEAKAGE: "9.3"}}
    with pytest.raises(Conflict, match=r"已从方案中撤销，所填的 9\.3 没有保存"):
        save_draft(report=report, by=cast.cgj_reporter, content=content, version=0)


def test_a_value_typed_before_the_withdrawal_stays_and_is_not_recorded(
    report: Report, cast: Cast
) -> None:
    content = {"indicator_values": {LEAKAGE: "9.3"}}
    save_draft(report=report, by=cast.cgj_reporter, content=content, version=0)
    withdraw_leakage(report.period)
    assert filed(report, cast).indicator_values == {LEAKAGE: "9.3"}
    assert not Measurement.objects.exists()


def test_the_page_says_which_value_was_refused_and_saves_the_rest(
    report: Report, cast: Cast, login: Login
) -> None:
    withdraw_leakage(report.period)
    form = {"version": "0", "progress": "完成改造。", f"indicator_{LEAKAGE}": "9.3", "save": "1"}
    answer = login(cast.cgj_reporter).post(f"/reports/{report.pk}/save/", form)
    assert answer.status_code == 422
    assert "已从方案中撤销，所填的 9.3 没有保存" in answer.content.decode()
    report.refresh_from_db()
    assert (report.progress, report.indicator_values) == ("完成改造。", {})


def test_the_table_says_it_at_its_row(report: Report, cast: Cast, login: Login) -> None:
    withdraw_leakage(report.period)
    values = {"version": "0", "progress": "完成改造。", f"indicator_{LEAKAGE}": "9.3"}
    form = {f"r{report.pk}-{name}": value for name, value in values.items()}
    answer = login(cast.cgj_reporter).post(f"/periods/{report.period_id}/table/", form)
    assert answer.status_code == 422
    assert "已从方案中撤销，所填的 9.3 没有保存" in answer.content.decode()
