"""The matrix of half-years, on screen and as a workbook."""

import dataclasses
import datetime
import functools

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from departments.audit import record
from departments.errors import NotAllowed
from reports.forms.matrix import MatrixFilter
from reports.matrix_workbook import matrix_workbook
from reports.policies import Right, may
from reports.selectors.current import recent_periods
from reports.selectors.frozen import Frozen, freeze
from reports.selectors.half_years import whole, window_at
from reports.selectors.matrix import By, Ground, Show, Wanted, ground_of, matrix_of
from reports.views.ledger import download
from reports.views.requests import fetch_plan, signed_in
from tasks.models import Plan

KEPT = 64
"""So many tables are kept by each process; one takes some 200 kB."""


@dataclasses.dataclass(frozen=True)
class MatrixFacts:
    """Everything that the page is drawn from below its frame: as long as all of it is the same, so
    is the page. ``query`` is what stands in the address behind the question mark."""

    plan: Frozen[Plan]
    ground: Ground
    query: str
    today: datetime.date


@require_GET
def matrix(request: HttpRequest, plan: str) -> HttpResponse:
    """13 half-years on screen, or with ``format=xlsx`` all of them as a workbook."""
    where, user = fetch_plan(request, plan), signed_in(request)
    if not may(user, Right.SEE_MATRIX, where):
        raise NotAllowed("历期一览供汇总单位、督查员和牵头单位查看；结果发布后全区可看。")
    exports, to = request.GET.get("format") == "xlsx", request.GET.get("to", "")
    window = whole(where) if exports else window_at(where, recent_periods(user, plan), to)
    if window is None:
        return render(request, "reports/matrix.html", {"plan": where})
    ground = ground_of(user, where, window)
    form = MatrixFilter(request.GET, leads=ground.rows) if exports else None
    if form and form.is_valid():
        return workbook(request, where, ground, form.wanted)
    query = request.GET.urlencode()
    body, status = draw_matrix(MatrixFacts(freeze(where), ground, query, timezone.localdate()))
    return render(request, "reports/matrix.html", {"plan": where, "body": body}, status=status)


@functools.lru_cache(maxsize=KEPT)
def draw_matrix(facts: MatrixFacts) -> tuple[SafeString, int]:
    """The page below its frame as HTML, and its status: 400 where the filters are wrong.

    Its template is given nothing but ``facts``: no request, no user.
    """
    window, query = facts.ground.window.row, QueryDict(facts.query)
    form = MatrixFilter(query, leads=facts.ground.rows)
    context = {"plan": facts.plan.row, "form": form, "window": window, "query": query}
    if form.is_valid():
        context |= {"wanted": form.wanted, "by": By.choices, "show": Show.choices}
        context["matrix"] = matrix_of(facts.ground, form.wanted, facts.today)
    body = render_to_string("reports/_matrix.html", context)
    return body, 400 if form.errors else 200


def workbook(request: HttpRequest, plan: Plan, ground: Ground, wanted: Wanted) -> HttpResponse:
    """Both kinds of rows and both lights, a sheet each."""
    today, sheets = timezone.localdate(), []
    for by in By:
        for show in Show:
            chosen = dataclasses.replace(wanted, by=by, show=show)
            sheets.append((f"{by.label}·{show.label}", matrix_of(ground, chosen, today)))
    record("导出历期一览", request=request, subject=plan.slug)
    return download(matrix_workbook(plan, sheets), f"节水行动历期一览{today:%Y%m%d}.xlsx")
