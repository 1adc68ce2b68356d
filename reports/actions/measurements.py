"""Indicator values that came with a filing become measurements."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal

from departments.errors import Conflict, DomainError
from departments.models import User
from reports import calendar
from reports.models import Measurement, Report
from reports.selectors.measurements import measure_of
from reports.text import parse_decimal
from reports.value_checks import out_of_bounds
from tasks.models import Indicator


def check_values(report: Report, values: Mapping[str, str]) -> None:
    """Whether ``report`` may take ``values`` (by indicator code); what it holds already may stay.

    Raises Conflict where an indicator has left the plan, DomainError for a value that it cannot
    have: every way in comes through here. One query, none where no value is new.
    """
    new = _new_values(report, values)
    rows = _indicators(report, new)
    if sentence := _withdrawn(rows, new):
        raise Conflict(sentence)
    for row in rows:
        if sentence := _fault(row, new[row.code]):
            raise DomainError(f"指标「{row.name}」：{sentence}")


def withdrawn_sentence(report: Report, values: Mapping[str, str]) -> str:
    """Why some of ``values`` (by indicator code) can't be taken (Chinese); empty if all can.

    An indicator that left the plan takes no new value; the one that ``report`` holds may stay.
    """
    new = _new_values(report, values)
    return _withdrawn(_indicators(report, new), new)


def _new_values(report: Report, values: Mapping[str, str]) -> dict[str, str]:
    kept = report.indicator_values
    return {code: value for code, value in values.items() if value and value != kept.get(code)}


def _indicators(report: Report, values: Mapping[str, str]) -> list[Indicator]:
    if not values:
        return []
    return list(Indicator.objects.filter(plan=report.period.plan_id, code__in=list(values)))


def _withdrawn(rows: Iterable[Indicator], values: Mapping[str, str]) -> str:
    return "".join(
        f"指标「{row.name}」已从方案中撤销，所填的 {values[row.code]} 没有保存；可以写入进展情况。"
        for row in rows
        if row.withdrawn_on is not None
    )


def _fault(row: Indicator, value: str) -> str:
    try:
        return out_of_bounds(parse_decimal(str(value)), measure_of(row))
    except ValueError as error:
        return str(error)


def record_measurements(*, report: Report, by: User | None, now: datetime.datetime) -> int:
    """Append a preliminary measurement for each value of the filed ``report``; returns how many.

    A value that equals the newest one of that report is not written again, nor is one whose
    indicator has left the plan. One that an earlier filing of the report gave and this one
    leaves out is appended as left out (None).
    """
    values: dict[str, str] = report.indicator_values
    indicators = Indicator.objects.in_force().filter(work_item=report.assignment.work_item_id)
    made = 0
    for indicator in indicators:
        given = values.get(indicator.code)
        value = Decimal(given) if given else None
        rows = report.measurements.filter(indicator=indicator).order_by("-at", "-id")
        newest = rows.values_list("value", flat=True).first()
        if newest != value:
            Measurement.objects.create(
                indicator=indicator,
                period=report.period,
                department=report.department,
                report=report,
                value=value,
                as_of=min(report.period.half_year.end, calendar.local_date(now)),
                source=f"{report.department}报送",
                by=by,
                at=now,
            )
            made += 1
    return made
