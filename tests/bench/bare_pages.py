"""What a page costs that does nothing but list: a query and a template, no rights, lights or links.

The middleware is the product's, sign-in included; everything else is as plain as Django lets it be.
"""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from reports.models import Report
from tests.bench.clock import NEWEST
from wanzhou_water.urls import handler400, handler403, handler404, handler500
from wanzhou_water.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500"]

BESIDE = ("assignment__work_item__task", "department", "period", "reviewer")
"""Where the columns of the list behind the overview's figures stand."""
LIST = Template(
    """<!doctype html><title>List</title><table>
    <tr><th>编号<th>目标任务<th>状态<th>牵头单位<th>推进<th>截止<th>首次报送<th>审核单位</tr>
    {% for row in rows %}<tr>
      <td>{{ row.assignment.work_item.task.number }}.{{ row.assignment.work_item.row }}</td>
      <td>{{ row.assignment.work_item.task.title }}</td><td>{{ row.status }}</td>
      <td>{{ row.department.name }}</td><td>{{ row.assessed_state }}</td>
      <td>{{ row.period.due_on|date:"n月j日" }}</td>
      <td>{{ row.filed_at|date:"n月j日 H:i" }}</td><td>{{ row.reviewer.name }}</td>
    </tr>{% endfor %}</table>"""
)
CELLS = Template(
    """<!doctype html><title>Cells</title><table>
    {% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}
    </table>"""
)
SHOWN = 13


def bare_list(request: HttpRequest, period: int) -> HttpResponse:
    """A half-year's reports: as many rows and columns as the overview's list."""
    rows = Report.objects.filter(period=period).select_related(*BESIDE)
    return HttpResponse(LIST.render(Context({"rows": rows})))


def bare_cells(request: HttpRequest, plan: int) -> HttpResponse:
    """As many cells as the matrix: the status of each report of the last 13 half-years."""
    half_years = NEWEST.shifted(1 - SHOWN).until(NEWEST)
    reports = Report.objects.filter(
        period__plan=plan, period__year__gte=half_years[0].year
    ).order_by("assignment")
    found: dict[int, dict[tuple[int, int], str]] = defaultdict(dict)
    for assignment, year, half, status in reports.values_list(
        "assignment", "period__year", "period__half", "status"
    ):
        found[assignment][year, half] = status
    rows = [
        [cells.get((each.year, each.half), "–") for each in half_years] for cells in found.values()
    ]
    return HttpResponse(CELLS.render(Context({"rows": rows})))


urlpatterns = [
    path("bare/list/<int:period>/", bare_list),
    path("bare/cells/<int:plan>/", bare_cells),
    *product,
]
