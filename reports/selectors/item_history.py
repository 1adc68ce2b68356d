"""A work item's half-years below one another, each against the one filed before it."""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from departments.models import User
from reports.calendar import HalfYear, Light
from reports.models import Report
from reports.selectors.changes import FieldDiff, compare
from reports.selectors.half_years import Window
from reports.selectors.history import filed_before
from reports.selectors.rate_chart import RateChart, rate_chart
from reports.selectors.repeats import repeat_words, repeats
from tasks.models import Assignment, Indicator, WorkItem

WORKING_COPY = ("progress", "problems", "coordination", "next_steps", "indicator_values", "note",
                "correction", "sent_back", "return_reason")  # fmt: skip
"""Not read: what is shown is what was filed."""


@dataclasses.dataclass(frozen=True)
class Told:
    """One report of a half-year, as far as the user may read it.

    ``fields`` go from what was filed before (``before`` names that half-year, empty if none) to
    what was filed now; nothing is in them while nothing is filed. ``repeated`` says in words how
    nearly the text is the one before.
    """

    report: Report
    lead: str
    light: Light
    progress_light: Light | None
    rate: int | None
    fields: list[FieldDiff]
    before: str
    repeated: str


@dataclasses.dataclass(frozen=True)
class Year:
    """A half-year with its reports; a row with two leads has two."""

    half_year: HalfYear
    told: list[Told]


@dataclasses.dataclass(frozen=True)
class ItemHistory:
    item: WorkItem
    leads: list[Assignment]
    window: Window
    years: list[Year]
    chart: RateChart | None


def item_history(item: WorkItem, window: Window, user: User, today: datetime.date) -> ItemHistory:
    """The half-years of ``window``, the newest first, as ``user`` may read them.

    What is visible is what ``Report.visible_to`` gives; its text is the one that was filed last,
    never a draft. Five queries, whatever the number of half-years.
    """
    reports = _reports(item, window, user)
    names = dict(Indicator.objects.filter(work_item=item).values_list("code", "name"))
    told = _tell(reports, filed_before(item, window.half_years[0]), names, today)
    years = [
        Year(half_year, list(rows))
        for half_year, rows in groupby(told, key=lambda row: row.report.period.half_year)
    ]
    leads = item.assignments.leads().in_force().select_related("department").order_by("order")
    return ItemHistory(item, list(leads), window, years, _chart(window, told))


def _reports(item: WorkItem, window: Window, user: User) -> list[Report]:
    periods = {period.pk: period for period in window.periods.values()}
    rows = Report.objects.visible_to(user).filter(
        assignment__work_item=item, period__in=list(periods)
    )
    rows = rows.select_related("department", "filed_event", "assignment").defer(*WORKING_COPY)
    found = list(rows.order_by("-period__year", "-period__half", "assignment__order"))
    for report in found:
        report.period = periods[report.period_id]
    return found


def _tell(
    reports: list[Report],
    earlier: Mapping[int, Report],
    names: Mapping[str, str],
    today: datetime.date,
) -> list[Told]:
    """Each of ``reports`` (newest first) against the one of its lead that was filed before it.

    ``earlier`` are those from before the first of them, by assignment.
    """
    told = []
    for place, report in enumerate(reports):
        lead = report.assignment_id
        before = next(_filed(lead, reports[place + 1 :]), earlier.get(lead))
        told.append(_told(report, before, names, today))
    return told


def _filed(assignment: int, reports: Iterable[Report]) -> Iterator[Report]:
    return (row for row in reports if row.assignment_id == assignment and row.filed_event_id)


def _told(
    report: Report, before: Report | None, names: Mapping[str, str], today: datetime.date
) -> Told:
    now, then = _content(report, names), _content(before, names) if before else {}
    label = before.period.label if before and now else ""
    return Told(
        report=report,
        lead=lead_words(report.department.name, report.assignment.scope),
        light=report.light(today),
        progress_light=report.progress_light,
        rate=now.get("completion"),
        fields=compare(then, now) if now else [],
        before=label,
        repeated=repeat_words(repeats(then, now), label),
    )


def _content(report: Report, names: Mapping[str, str]) -> dict[str, Any]:
    """What was filed, the indicators under their names."""
    content = report.filed_content
    values = content.get("indicator_values") or {}
    if values:
        content["indicator_values"] = {names.get(key, key): values[key] for key in values}
    return content


def lead_words(name: str, scope: str) -> str:
    """The lead as the annex prints it: 区水利局[直接取水企业]."""
    return f"{name}[{scope}]" if scope else name


def _chart(window: Window, told: Iterable[Told]) -> RateChart | None:
    """A line for each lead, in the order of the annex."""
    rates: dict[str, dict[HalfYear, int | None]] = {}
    for row in sorted(told, key=lambda row: row.report.assignment.order):
        rates.setdefault(row.lead, {})[row.report.period.half_year] = row.rate
    series = [
        (lead, [values.get(half_year) for half_year in window.half_years])
        for lead, values in rates.items()
    ]
    return rate_chart(window.half_years, series)
