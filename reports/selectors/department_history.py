"""A lead department's half-years below one another: its figures, and what changed in each item."""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from departments.models import Department, User
from reports.calendar import HalfYear, Light
from reports.models import Report
from reports.selectors.figures import SHARES, Tally
from reports.selectors.half_years import Window
from reports.selectors.matrix import Lead, leads_of_plan
from reports.selectors.matrix_facts import FACTS, SharedRows, filing_word, progress_word
from reports.selectors.period_rows import Row
from reports.selectors.rate_chart import RateChart, rate_chart
from reports.selectors.repeats import says_again
from reports.selectors.scope import Scope, scopes_of
from tasks.models import Plan

_FACTS = (*FACTS, "filed_at")


class Stand(NamedTuple):
    """One item in one half-year, and what it was half a year before where it differs.

    ``path`` is empty where the report's page does not open; then nothing of what was written is
    told: no ``rate``, and not whether the text is ``repeated`` (the very one of the time before).
    """

    path: str
    light: Light
    word: str
    state_light: Light | None
    state: str
    state_was: str
    rate: int | None
    rate_was: int | None
    repeated: bool


@dataclasses.dataclass(frozen=True)
class DepartmentYear:
    """A half-year: its figures, and for each of the items how it stood (None: not owed)."""

    half_year: HalfYear
    tally: Tally
    stands: list[Stand | None]


@dataclasses.dataclass(frozen=True)
class DepartmentHistory:
    """``leads`` are the items, in the plan's order: the columns of each year's ``stands``."""

    department: Department
    window: Window
    leads: list[Lead]
    years: list[DepartmentYear]
    chart: RateChart | None


class _Filed(NamedTuple):
    """One report: ``row`` says how it stands; of what was written only what is in hand is kept."""

    pk: int
    row: Row
    opens: bool
    rate: int | None
    progress: str


_Reports = dict[HalfYear, dict[int, _Filed]]
"""Half-year → lead assignment's id → report."""


def department_history(
    department: Department, plan: Plan, window: Window, user: User, today: datetime.date
) -> DepartmentHistory:
    """What ``department`` led in ``window``, the newest half-year first, as ``user`` may see it.

    Lights and figures as far as the overview of each half-year shows them to the user; rates and
    repeated texts only where the report's page opens. Four queries, whatever the number of
    half-years.
    """
    leads = [lead for lead in leads_of_plan(plan) if lead.department == department.pk]
    filed = _filed(department, plan, window, user, today)
    shown = [lead for lead in leads if any(lead.pk in reports for reports in filed.values())]
    years = [
        _year(half_year, shown, now, filed.get(half_year.previous, {}))
        for half_year in reversed(window.half_years)
        if (now := filed.get(half_year))
    ]
    return DepartmentHistory(department, window, shown, years, _chart(window, years))


def _filed(
    department: Department, plan: Plan, window: Window, user: User, today: datetime.date
) -> _Reports:
    """What the user may see, the half-year before the window included."""
    periods = [*window.periods.values(), *filter(None, [window.before])]
    scopes, shared = scopes_of(user, plan, periods), SharedRows(periods, today, _FACTS)
    listed = {pk: scope for pk, scope in scopes.items() if _may_list(scope, department)}
    found: _Reports = {}
    reports = Report.objects.filter(period__in=list(listed), department=department).order_by()
    for pk, assignment, period, rate, progress, *facts in reports.values_list(
        "pk", "assignment", "period", "completion", "progress", *_FACTS
    ):
        row, linked = shared.row(period, facts), listed[period].linked
        opens = linked is None or pk in linked
        told = (rate, progress) if opens and row.in_hand else (None, "")
        reports_then = found.setdefault(row.report.period.half_year, {})
        reports_then[assignment] = _Filed(pk, row, opens, *told)
    return found


def _may_list(scope: Scope, department: Department) -> bool:
    return scope.everything or department.pk in scope.departments


def _year(
    half_year: HalfYear, leads: list[Lead], now: dict[int, _Filed], before: dict[int, _Filed]
) -> DepartmentYear:
    stands = [
        _stand(now[lead.pk], before.get(lead.pk)) if lead.pk in now else None for lead in leads
    ]
    return DepartmentYear(half_year, Tally([report.row for report in now.values()]), stands)


def _stand(now: _Filed, before: _Filed | None) -> Stand:
    state, was = progress_word(now.row), progress_word(before.row) if before else ""
    rate_was = before.rate if before else None
    return Stand(
        path=reverse("report", args=[now.pk]) if now.opens else "",
        light=now.row.light,
        word=filing_word(now.row),
        state_light=now.row.state_light,
        state=state,
        state_was=was if state and was != state else "",
        rate=now.rate,
        rate_was=rate_was if now.rate is not None and rate_was != now.rate else None,
        repeated=before is not None and says_again(before.progress, now.progress),
    )


def _chart(window: Window, years: Iterable[DepartmentYear]) -> RateChart | None:
    tallies = {year.half_year: year.tally for year in years}
    shown = [tallies.get(half_year) for half_year in window.half_years]
    series = [
        (SHARES[key].label, [tally.share(key) if tally else None for tally in shown])
        for key in ("in_hand", "on_time_unextended")
    ]
    return rate_chart(window.half_years, series)
