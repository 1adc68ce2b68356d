"""What of a half-year a person may see one by one."""

import dataclasses
import functools
from collections.abc import Iterable

from django.urls import reverse

from departments.models import User
from departments.rights import rights_of
from reports.models import Report, ReportingPeriod
from reports.policies import Right, may
from reports.selectors.facts import ReportFacts
from reports.selectors.period_rows import Row
from tasks.models import Plan


@dataclasses.dataclass(frozen=True)
class Scope:
    """What of a half-year's rows a person may see one by one.

    ``everything`` is for receivers and auditor, and for all once the result is published;
    otherwise a department sees its own rows and the total. ``linked`` are the ids of the reports
    whose page opens for the person; None means all. ``coordinates`` are the receivers the person
    coordinates for.
    """

    everything: bool
    departments: frozenset[int]
    linked: frozenset[int] | None
    coordinates: frozenset[int] = frozenset()

    @property
    def reads_filed(self) -> bool:
        """Whether everything that was filed may be read, and not only how it stands."""
        return self.linked is None

    def owns(self, report: Report | ReportFacts) -> bool:
        """Whether ``report`` is of a department of the person's own."""
        return report.department_id in self.departments

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Those of ``rows`` that may be listed."""
        return [row for row in rows if self.everything or self.owns(row.report)]

    def url_of(self, row: Row) -> str:
        """The report's page, or nothing where it does not open for the person."""
        pk = row.report.pk
        return report_path(pk) if self.linked is None or pk in self.linked else ""


@functools.lru_cache(maxsize=10_000)
def report_path(pk: int) -> str:
    """The path of the page of the report with the id ``pk``."""
    return reverse("report", args=[pk])


def scope_of(user: User, period: ReportingPeriod) -> Scope | None:
    """What ``user`` may see of ``period``; None where the overview is not theirs at all."""
    return scopes_of(user, period.plan, [period]).get(period.pk)


def scopes_of(user: User, plan: Plan, periods: Iterable[ReportingPeriod]) -> dict[int, Scope]:
    """The same for several half-years of ``plan``, by their ids; two queries at most.

    A half-year of which the user may see nothing is missing.
    """
    rights = rights_of(user)
    everything = {period.pk: may(user, Right.SEE_OVERVIEW, period) for period in periods}
    linked, coordinates = None, rights.coordinator_of
    if not may(user, Right.READ_FILED, plan):
        seen = Report.objects.filter(period__in=list(everything)).visible_to(user)
        linked, coordinates = frozenset(seen.values_list("pk", flat=True)), frozenset()
    return {
        pk: Scope(all_of_it, rights.works_for, linked, coordinates)
        for pk, all_of_it in everything.items()
        if all_of_it or rights.works_for
    }
