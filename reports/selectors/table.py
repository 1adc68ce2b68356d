"""What the table form shows: a department's reports of one half-year."""

import dataclasses
from collections import defaultdict

from departments.models import Department, User
from reports.models import Report, ReportingPeriod
from reports.selectors.history import previous_of
from reports.selectors.place import place_of
from tasks.models import Indicator


@dataclasses.dataclass(frozen=True)
class Table:
    """The period, the department chosen (and those to choose from), its reports.

    ``indicators`` go by work item id, ``previous`` (filed half-year before) by report id.
    """

    period: ReportingPeriod
    department: Department
    departments: list[Department]
    reports: list[Report]
    indicators: dict[int, list[Indicator]]
    previous: dict[int, Report]


def table_of(user: User, period_id: int, code: str) -> Table:
    """The reports of one of the departments ``user`` reports for; a fixed number of queries.

    ``code`` chooses among several departments. Raises Http404 where the period is unknown, the
    department is not the user's, or it owes nothing.
    """
    place = place_of(user, period_id, code)
    reports = list(
        Report.objects.visible_to(user)
        .filter(period=place.period, department=place.department)
        .for_list()
        .select_related("period__plan", "updated_by")
    )
    return Table(
        place.period,
        place.department,
        place.departments,
        reports,
        _indicators(reports),
        previous_of(reports),
    )


def _indicators(reports: list[Report]) -> dict[int, list[Indicator]]:
    items = [report.assignment.work_item_id for report in reports]
    rows = Indicator.objects.in_force().with_numbers().filter(work_item__in=items)
    found: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in rows.prefetch_related("targets"):
        if indicator.work_item_id is not None:
            found[indicator.work_item_id].append(indicator)
    return found
