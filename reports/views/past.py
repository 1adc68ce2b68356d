"""The past half-years of a work item, and of a department."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from departments.models import Department
from reports.selectors.department_history import department_history as history_of_department
from reports.selectors.half_years import half_year_in, span_of, window_of
from reports.selectors.item_history import item_history as history_of
from reports.views.requests import signed_in
from tasks.models import Plan, WorkItem


@require_GET
def item_history(request: HttpRequest, plan: str, task: int, row: int) -> HttpResponse:
    items = WorkItem.objects.select_related("task__plan", "task__section")
    item = get_object_or_404(items, task__plan__slug=plan, task__number=task, row=row)
    context: dict[str, Any] = {"plan": item.task.plan, "item": item}
    span = span_of(item.task.plan)
    if span is not None:
        window = window_of(item.task.plan, span, half_year_in(span, request.GET.get("to", "")))
        page = history_of(item, window, signed_in(request), timezone.localdate())
        context |= {"page": page, "window": window}
    return render(request, "tasks/item_history.html", context)


@require_GET
def department_history(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    where = get_object_or_404(Plan, slug=plan)
    department = get_object_or_404(Department, code=code)
    context: dict[str, Any] = {"plan": where, "department": department}
    span = span_of(where)
    if span is not None:
        window = window_of(where, span, half_year_in(span, request.GET.get("to", "")))
        today, user = timezone.localdate(), signed_in(request)
        context["page"] = history_of_department(department, where, window, user, today)
        context["window"] = window
    return render(request, "departments/department_history.html", context)
