"""The half-year's overview and the lists behind its figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from departments.errors import NotAllowed
from departments.network import is_background
from reports.calendar import HalfYear
from reports.forms.overview import ListFilter
from reports.models import ReportingPeriod
from reports.policies import Right, may
from reports.selectors.current import SHOWN, recent_periods
from reports.selectors.overview import allowed_rows, listed
from reports.selectors.scope import Scope, scope_of
from reports.views.board import draw_board, read_board
from reports.views.periods import fetch_period
from reports.views.requests import here, signed_in


def fetch_scope(request: HttpRequest, period: ReportingPeriod) -> Scope:
    """What of the half-year the user may see; 403 where it is nothing."""
    scope = scope_of(signed_in(request), period)
    if scope is None:
        raise NotAllowed("报送总览供汇总单位、督查员和牵头单位查看；结果发布后全区可看。")
    return scope


@require_GET
def overview(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    period, user = fetch_period(request, plan, code), signed_in(request)
    scope = fetch_scope(request, period)
    facts = read_board(period, scope, timezone.localdate(), here(request))
    context = {
        "exports": may(user, Right.EXPORT_LEDGER, period),
        "manages": may(user, Right.MANAGE_PERIODS, period),
        "period": period,
        "periods": recent_periods(user, plan)[:SHOWN],
        "now": timezone.localtime(),
        "body": draw_board(facts),
    }
    renewing = is_background(request)
    return render(request, "reports/_board.html" if renewing else "reports/overview.html", context)


@require_GET
def overview_list(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    period = fetch_period(request, plan, code)
    scope = fetch_scope(request, period)
    rows = allowed_rows(period, scope, timezone.localdate())
    form = ListFilter(request.GET, rows=rows, plan=period.plan)
    context = {"period": period, "form": form, "total": len(rows), "here": here(request)}
    if not form.is_valid():
        return render(request, "reports/overview_list.html", {**context, "rows": []}, status=400)
    context |= {
        "rows": listed(period, scope, form.matching()),
        "title": form.title,
        "meaning": form.meaning,
    }
    return render(request, "reports/overview_list.html", context)
