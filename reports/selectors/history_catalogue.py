"""The plan as an old ledger is matched against it."""

from collections import defaultdict

from departments.models import Department, DepartmentAlias
from reports.ledger.history.catalogue import Catalogue, Gauge, Item, Lead
from reports.selectors.measurements import measure_of
from tasks.models import Assignment, Indicator, Plan, Section, WorkItem


def catalogue_of(plan: Plan) -> Catalogue:
    """Every work item of ``plan`` with its leads, withdrawn ones included; seven queries.

    What has left the plan since may well stand in an old ledger.
    """
    leads, gauges = _leads(plan), _gauges(plan)
    rows = WorkItem.objects.filter(task__plan=plan).select_related("task")
    names = dict(Department.objects.values_list("pk", "name"))
    aliases = DepartmentAlias.objects.values_list("name", "department_id")
    bodies = {**{name: pk for pk, name in names.items()}, **dict(aliases)}
    items = tuple(
        Item(
            task=row.task.number,
            row=row.row,
            title=row.task.title,
            text=row.text,
            leads=tuple(leads[row.pk]),
            gauges=tuple(gauges[row.pk]),
        )
        for row in rows.order_by("task__number", "row")
        if leads[row.pk]
    )
    codes = dict(Department.objects.values_list("code", "pk"))
    return Catalogue(items, bodies, names, _sections(plan), plan.slug, codes)


def _leads(plan: Plan) -> dict[int, list[Lead]]:
    found: dict[int, list[Lead]] = defaultdict(list)
    rows = Assignment.objects.leads().filter(work_item__task__plan=plan).order_by("order")
    for row in rows.select_related("department"):
        lead = Lead(row.pk, row.department_id, row.department.name, row.scope)
        found[row.work_item_id].append(lead)
    return found


def _gauges(plan: Plan) -> dict[int, list[Gauge]]:
    found: dict[int, list[Gauge]] = defaultdict(list)
    for row in Indicator.objects.filter(plan=plan, work_item__isnull=False):
        found[row.work_item_id or 0].append(Gauge(row.code, row.name, measure_of(row)))
    return found


def _sections(plan: Plan) -> frozenset[str]:
    rows = Section.objects.filter(plan=plan)
    return frozenset(title for row in rows for title in (row.chapter, row.title))
