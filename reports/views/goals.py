"""Yearly goals: the year's list with what is missing, and the form of one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.goals import goal_mark, goal_years, set_yearly_goal
from reports.forms.goal import GoalForm
from reports.forms.goal_filter import GoalFilterForm
from reports.policies import Right, may
from reports.selectors.goals import goal_list as list_of
from reports.selectors.goals import goal_of
from reports.selectors.task_page import plan_year
from reports.views.requests import fetch_plan, signed_in
from tasks.models import WorkItem


@require_GET
def goal_list(request: HttpRequest, plan: str) -> HttpResponse:
    found = fetch_plan(request, plan)
    year = plan_year(found, timezone.localdate())
    form = GoalFilterForm(request.GET, years=goal_years(found), this_year=year)
    valid = form.is_valid()
    context = {
        "plan": found,
        "form": form,
        "goals": list_of(found, form.chosen_year) if valid else None,
        "missing_only": valid and form.cleaned_data["missing"],
        "sets_goals": may(signed_in(request), Right.SET_GOAL, found),
    }
    return render(request, "tasks/goal_list.html", context, status=200 if valid else 400)


@require_http_methods(["GET", "POST"])
def goal_edit(request: HttpRequest, plan: str, task: int, row: int, year: int) -> HttpResponse:
    item = fetch(request, plan, task, row, year)
    goal = goal_of(item.pk, year)
    if request.method == "GET":
        kept = {"text": goal.text, "basis": goal.basis} if goal else {}
        return show(request, item, year, GoalForm(initial={**kept, "seen": goal_mark(goal)}))
    form = GoalForm(request.POST)
    if not form.is_valid():
        return show(request, item, year, form, status=422)
    try:
        set_yearly_goal(work_item=item, year=year, by=signed_in(request), **form.cleaned_data)
    except DomainError as error:
        return refuse(request, item, year, form, error)
    messages.success(request, f"已保存 {item.code} 的{year}年目标。")
    return redirect(f"{reverse('goal-list', args=[plan])}?year={year}")


def fetch(request: HttpRequest, plan: str, task: int, row: int, year: int) -> WorkItem:
    """The row, if the year is one of the plan's and the user sets goals (else 403)."""
    items = WorkItem.objects.in_force().select_related("task__plan", "task__section")
    item = get_object_or_404(items, task__plan__slug=plan, task__number=task, row=row)
    if year not in goal_years(item.task.plan):
        raise Http404
    if not may(signed_in(request), Right.SET_GOAL, item):
        raise NotAllowed("年度目标只能由汇总单位的汇总员录入。")
    return item


def refuse(
    request: HttpRequest, item: WorkItem, year: int, form: GoalForm, error: DomainError
) -> HttpResponse:
    """What was typed stays; after a conflict the next save replaces what is shown above it."""
    form.add_error(None, str(error))
    if isinstance(error, Conflict):
        goal = goal_of(item.pk, year)
        data = request.POST.copy()
        data["seen"] = str(goal_mark(goal))
        form.data = data
    return show(request, item, year, form, status=error.status_code)


def show(
    request: HttpRequest, item: WorkItem, year: int, form: GoalForm, status: int = 200
) -> HttpResponse:
    goals = list(item.yearly_goals.select_related("entered_by"))
    goal = next((one for one in goals if one.year == year), None)
    context = {
        "plan": item.task.plan,
        "item": item,
        "year": year,
        "form": form,
        "goal": goal,
        "earlier": list(goal.history.select_related("entered_by")[1:]) if goal else [],
        "last_year": next((one for one in goals if one.year == year - 1), None),
    }
    return render(request, "tasks/goal_edit.html", context, status=status)
