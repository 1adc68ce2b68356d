"""Shortcuts to indicators, their series and values."""

import datetime
from decimal import Decimal
from typing import Any

from departments.models import Department, User
from reports.actions.indicator_values import Fact, enter_measurement
from reports.models import Measurement, ReportingPeriod, Series
from tasks.models import Indicator, Plan

LIST = "/plans/wanzhou-2020-50/indicators/"
LEAKAGE = "network-leakage"
GDP = "gdp-water"
END = datetime.date(2026, 12, 31)


def series_for(code: str = LEAKAGE, department: str = "cgj") -> Series:
    """The series of the indicator ``code`` that the department (code) reports."""
    indicator = Indicator.objects.select_related("plan").get(code=code)
    return Series(indicator, Department.objects.get(code=department))


def half_year(plan: Plan, year: int, half: int, *, closed: bool = True) -> ReportingPeriod:
    """A past half-year without reports."""
    start = datetime.datetime(year, 6 if half == 1 else 12, 1, tzinfo=datetime.UTC)
    period, _ = ReportingPeriod.objects.get_or_create(
        plan=plan,
        year=year,
        half=half,
        defaults={
            "opens_on": start.date(),
            "due_on": start.date() + datetime.timedelta(days=45),
            "opened_at": start,
            "closed_at": start if closed else None,
        },
    )
    return period


def put(series: Series, period: ReportingPeriod, value: str, **changes: Any) -> Measurement:
    """A value as it stands in the database, past all checks."""
    facts = {
        "as_of": period.half_year.end,
        "source": "统计年报",
        "at": datetime.datetime.combine(period.half_year.end, datetime.time(), datetime.UTC),
    }
    return Measurement.objects.create(
        indicator=series.indicator,
        department=series.department,
        period=period,
        value=Decimal(value),
        **{**facts, **changes},
    )


def enter(period: ReportingPeriod, by: User, value: str = "9.3", **changes: Any) -> Measurement:
    """Enter a value of 管网漏损率 (or another series) as its page does."""
    names = ("series", "seen", "sure", "upload", "now")
    rest = {name: changes.pop(name) for name in names if name in changes}
    facts: dict[str, Any] = {"as_of": END, "source": "区城管局年报", "final": True, **changes}
    return enter_measurement(
        series=rest.pop("series", None) or series_for(),
        period=period,
        by=by,
        fact=Fact(value=Decimal(value), **facts),
        **rest,
    )
