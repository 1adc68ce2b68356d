"""Reading the plan: its head, its tasks by section, one task."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.forms.task_filter import TaskFilterForm
from reports.policies import Right, may
from reports.selectors.plan_rows import Wanted, find_rows
from reports.selectors.task_page import plan_year
from reports.selectors.task_page import task_page as page_of
from reports.views.requests import fetch_plan, signed_in
from tasks.models import Plan, Task


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    plans = Plan.objects.prefetch_related("issuer_rows", "receiver_rows__department")
    return render(request, "tasks/plan_list.html", {"plans": plans})


@require_GET
def task_list(request: HttpRequest, plan: str) -> HttpResponse:
    found = fetch_plan(request, plan)
    form = TaskFilterForm(request.GET, plan=found)
    valid = form.is_valid()
    sections = find_rows(found, wanted_of(form)) if valid else []
    context = {
        "plan": found,
        "form": form,
        "sections": sections,
        "count": sum(section.count for section in sections),
        "filtered": any(form.data.get(name) for name in form.fields),
    }
    return render(request, "tasks/task_list.html", context, status=200 if valid else 400)


def wanted_of(form: TaskFilterForm) -> Wanted:
    data = form.cleaned_data
    return Wanted(data["q"], data["section"], data["department"], data["role"])


@require_GET
def task_detail(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    tasks = fetch_plan(request, plan).tasks.select_related("section")
    task: Task = get_object_or_404(tasks, number=number)
    today, user = timezone.localdate(), signed_in(request)
    page = page_of(task, user, year=plan_year(task.plan, today), today=today)
    context = {
        "plan": task.plan,
        "task": task,
        "page": page,
        "sets_goals": may(user, Right.SET_GOAL, task.plan),
    }
    return render(request, "tasks/task_detail.html", context)
