"""The admin's table above the State Council's calendar, and the years that neither knows."""

import datetime
import functools
from collections.abc import Iterable

import structlog

from reports.calendar import Days, calendar_knows
from reports.models import ReportingPeriod, WorkingDay

log = structlog.get_logger(__name__)


def working_days() -> dict[datetime.date, bool]:
    """Days off (False) and make-up workdays (True), as ``calendar.is_workday`` takes them."""
    return dict(WorkingDay.objects.values_list("day", "is_workday"))


def assumed_years(period: ReportingPeriod, days: Days) -> list[int]:
    """Years of ``period`` in which Monday to Friday are taken for working days, because neither
    the State Council's calendar nor the admin's table (``days``) says anything of them."""
    entered = {day.year for day in days}
    years = sorted({period.opens_on.year, period.due_on.year})
    return [year for year in years if year not in entered and not calendar_knows(year)]


def log_assumed(years: Iterable[int]) -> None:
    """Say so in the log, once for each year and process."""
    for year in years:
        _log_year(year)


@functools.cache
def _log_year(year: int) -> None:
    log.warning("no calendar of the year, Monday to Friday are working days", year=year)
