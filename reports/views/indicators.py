"""Indicators: the page of all, and the page of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.attainment import Attainment
from reports.forms.measurement import IndicatorFilter
from reports.selectors.goals import goal_of
from reports.selectors.indicator_list import IndicatorLine
from reports.selectors.indicator_list import indicator_list as list_of
from reports.selectors.indicator_page import indicator_page as page_of
from reports.selectors.task_page import plan_year
from reports.views.requests import fetch_plan, signed_in
from tasks.models import Indicator


@require_GET
def indicator_list(request: HttpRequest, plan: str) -> HttpResponse:
    found, form = fetch_plan(request, plan), IndicatorFilter(request.GET)
    valid = form.is_valid()
    page = list_of(found, signed_in(request), plan_year(found, timezone.localdate()))
    status = form.cleaned_data.get("status", "")
    context = {
        "plan": found,
        "page": page,
        "form": form,
        "choices": [(*choice, page.counts.get(choice[0], 0)) for choice in Attainment.choices],
        "status": status,
        "lines": [line for line in page.lines if _wanted(line, status)],
    }
    return render(request, "tasks/indicator_list.html", context, status=200 if valid else 400)


def _wanted(line: IndicatorLine, status: str) -> bool:
    return not status or (line.sees and line.verdict.attainment == status)


@require_GET
def indicator(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    where = fetch_plan(request, plan)
    rows = where.indicators.select_related("work_item__task").prefetch_related("targets")
    found: Indicator = get_object_or_404(rows, code=code)
    year = plan_year(found.plan, timezone.localdate())
    page = page_of(found, signed_in(request), year, request.GET.get("page", ""))
    context = {
        "plan": found.plan,
        "indicator": found,
        "page": page,
        "year": year,
        "goal": goal_of(found.work_item_id, year) if found.work_item_id else None,
    }
    return render(request, "tasks/indicator.html", context)
