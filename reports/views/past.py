"""The past half-years of a work item, and of a department."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from departments.models import Department
from reports.selectors.current import recent_periods
from reports.selectors.department_history import department_history as history_of_department
from reports.selectors.half_years import window_at
from reports.selectors.item_history import item_history as history_of
from reports.views.requests import fetch_plan, signed_in
from tasks.models import WorkItem


@require_GET
def item_history(request: HttpRequest, plan: str, task: int, row: int) -> HttpResponse:
    where, user = fetch_plan(request, plan), signed_in(request)
    items = WorkItem.objects.select_related("task__section")
    item = get_object_or_404(items, task__plan=where, task__number=task, row=row)
    context: dict[str, Any] = {"plan": where, "item": item}
    window = window_at(where, recent_periods(user, plan), request.GET.get("to", ""))
    if window is not None:
        page = history_of(item, window, user, timezone.localdate())
        context |= {"page": page, "window": window}
    return render(request, "tasks/item_history.html", context)


@require_GET
def department_history(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    where, user = fetch_plan(request, plan), signed_in(request)
    department = get_object_or_404(Department, code=code)
    context: dict[str, Any] = {"plan": where, "department": department}
    window = window_at(where, recent_periods(user, plan), request.GET.get("to", ""))
    if window is not None:
        today = timezone.localdate()
        context["page"] = history_of_department(department, where, window, user, today)
        context["window"] = window
    return render(request, "departments/department_history.html", context)
