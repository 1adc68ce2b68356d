"""Reports read as plain values: a page that counts hundreds has no use for model instances."""

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, TextField, Value, When

from reports.models import Report, ReportingPeriod
from reports.models.standing import Standing
from reports.querysets import ReportQuerySet
from reports.states import IN_HAND

Values = tuple[tuple[Any, ...], ...]
"""Rows as the database gave them: as long as they are the same, so is what is made of them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """A department as lists show it."""

    name: str
    code: str
    order: int


@dataclasses.dataclass
class ReportFacts(Standing):
    """One report with what is counted and listed of it.

    The names are the model's; ``code`` to ``chapter`` tell of its work item. ``state`` and
    ``progress`` are the lead's, and empty while the receivers do not have the report in hand.
    """

    period: ReportingPeriod
    pk: int
    assignment_id: int
    department_id: int
    reviewer_id: int
    status: str
    late: bool | None
    offline: bool
    imported: bool
    filed_at: datetime.datetime | None
    refiled_at: datetime.datetime | None
    returned_at: datetime.datetime | None
    extended_due_on: datetime.date | None
    refile_due_on: datetime.date | None
    state: str
    assessed_state: str
    return_asked_at: datetime.datetime | None
    progress: str
    department: Body
    reviewer_name: str = ""
    code: str = ""
    scope: str = ""
    title: str = ""
    task_id: int = 0
    section_id: int = 0
    section: str = ""
    chapter: str = ""


_OWN = (
    "pk", "assignment_id", "department_id", "reviewer_id", "status", "late", "offline", "imported",
    "filed_at", "refiled_at", "returned_at", "extended_due_on", "refile_due_on", "told_state",
    "assessed_state", "return_asked_at", "told_progress",
)  # fmt: skip
_TOLD = {
    f"told_{name}": Case(
        When(status__in=IN_HAND, then=name), default=Value(""), output_field=TextField()
    )
    for name in ("state", "progress")
}
"""A draft is nobody else's yet: each word typed into one would be a new fact otherwise."""
_WHOSE = (
    "department__name", "department__code", "department__order", "reviewer__name",
    "assignment__work_item__task__number", "assignment__work_item__row", "assignment__scope",
    "assignment__work_item__task__title", "assignment__work_item__task",
    "assignment__work_item__task__section", "assignment__work_item__task__section__title",
    "assignment__work_item__task__section__chapter",
)  # fmt: skip
NOBODY = Body("", "", 0)


def facts_of(reports: ReportQuerySet, period: ReportingPeriod) -> Iterator[ReportFacts]:
    """Those of ``reports`` in ``period``, in the plan's order; one query."""
    return facts_from(read_reports(reports, period), period)


def read_reports(reports: ReportQuerySet, period: ReportingPeriod) -> Values:
    """Those of ``reports`` in ``period`` as ``facts_from`` takes them; one query."""
    rows = reports.filter(period=period).annotate(**_TOLD)
    return tuple(rows.values_list(*_OWN, *_WHOSE))


def facts_from(rows: Values, period: ReportingPeriod) -> Iterator[ReportFacts]:
    """What ``read_reports`` found in ``period``."""
    for row in rows:
        own, (name, code, order, reviewer, number, line, *item) = row[: len(_OWN)], row[len(_OWN) :]
        body = Body(name, code, order)
        yield ReportFacts(*(period, *own, body, reviewer, f"{number}.{line}", *item))


def read_before(period: ReportingPeriod) -> Values:
    """The reports of the half-year before ``period`` as ``before_from`` takes them; one query."""
    rows = Report.objects.filter(**in_half_year(_shell_before(period), "period__"))
    read = rows.annotate(**_TOLD).order_by()
    return tuple(read.values_list("period", "period__due_on", "period__historical", *_OWN))


def before_from(rows: Values, period: ReportingPeriod) -> tuple[ReportingPeriod, list[ReportFacts]]:
    """The half-year before ``period``, and what ``read_before`` found in it, without the work items
    and the names, in no order.

    What comes back as the half-year is never saved; it knows its year and half, its deadline and
    whether it is historical. Without reports it was not opened.
    """
    before, found = _shell_before(period), []
    for pk, due_on, historical, *own in rows:
        before.pk, before.due_on, before.historical = pk, due_on, historical
        found.append(ReportFacts(*(before, *own, NOBODY)))
    return before, found


def _shell_before(period: ReportingPeriod) -> ReportingPeriod:
    half_year = period.half_year.previous
    return ReportingPeriod(
        plan_id=period.plan_id, year=half_year.year, half=half_year.half, due_on=half_year.due_on()
    )


def in_half_year(period: ReportingPeriod, prefix: str) -> dict[str, int]:
    """The filter for the half-year of ``period``, whose id need not be known."""
    names = {"plan": period.plan_id, "year": period.year, "half": period.half}
    return {f"{prefix}{name}": value for name, value in names.items()}
