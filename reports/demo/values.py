"""Sample values of the base year, and the older half-year's values confirmed."""

import datetime
from collections.abc import Mapping

from departments.models import Department, User
from reports.actions.baselines import set_baseline
from reports.actions.indicator_values import Fact, enter_measurement
from reports.demo.texts import base_value
from reports.models import Measurement, ReportingPeriod, Series
from reports.policies import reviewer_of
from tasks.models import Plan

SOURCE = "演示数据"


def coordinator_for(plan: Plan, department: Department, people: Mapping[str, User]) -> User:
    """The coordinator of the receiver that reviews what ``department`` reports."""
    reviewer = plan.receivers.get(pk=reviewer_of(plan, department.pk) or 0)
    return people[f"{reviewer.code}-coordinator"]


def tell_baselines(plan: Plan, people: Mapping[str, User]) -> None:
    """The base year's value of every indicator with a reduction to reach."""
    for indicator in plan.indicators.filter(targets__base_year__isnull=False).distinct():
        target = indicator.targets.exclude(base_year=None)[0]
        item = indicator.work_item
        assert target.base_year is not None
        assert item is not None
        lead = item.assignments.leads().select_related("department")[0].department
        set_baseline(
            indicator=indicator,
            year=target.base_year,
            value=base_value(indicator),
            source=SOURCE,
            by=coordinator_for(plan, lead, people),
            seen=None,
        )


def confirm_values(
    period: ReportingPeriod, people: Mapping[str, User], now: datetime.datetime
) -> None:
    """The reviewing receivers confirm what was filed in ``period``."""
    rows = Measurement.objects.filter(period=period, value__isnull=False)
    for row in rows.select_related("indicator__plan", "department"):
        assert row.value is not None
        enter_measurement(
            series=Series(row.indicator, row.department),
            period=period,
            by=coordinator_for(period.plan, row.department, people),
            fact=Fact(row.value, row.as_of, SOURCE, final=True, comment="与年报一致"),
            sure=row.value,
            now=now,
        )
