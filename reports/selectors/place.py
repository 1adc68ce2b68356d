"""Where a reporter works: a half-year and one of the departments they write for."""

import dataclasses

from django.http import Http404

from departments.models import Department, User
from departments.rights import rights_of
from reports.models import ReportingPeriod


@dataclasses.dataclass(frozen=True)
class Place:
    """The period, the department chosen, and those to choose from."""

    period: ReportingPeriod
    department: Department
    departments: list[Department]


def place_of(user: User, period_id: int, code: str) -> Place:
    """The half-year ``period_id`` at one of the departments ``user`` reports for; two queries.

    ``code`` chooses among several departments. Raises Http404 where the period is unknown, the
    department is not the user's, or it owes nothing.
    """
    period = ReportingPeriod.objects.select_related("plan").filter(pk=period_id).first()
    departments = list(
        Department.objects.filter(
            pk__in=rights_of(user).reporter_of, reports__period=period_id
        ).distinct()
    )
    chosen = [body for body in departments if not code or body.code == code][:1]
    if period is None or not chosen:
        raise Http404
    return Place(period, chosen[0], departments)
