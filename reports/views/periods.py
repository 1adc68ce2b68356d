"""Half-years: opened, closed, reopened, published."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from departments.errors import DomainError, NotAllowed
from reports.actions.owing import owe_assignments
from reports.actions.periods import close_period, open_period, publish_result, reopen_period
from reports.calendar import HalfYear
from reports.forms.periods import OwingForm, PeriodForm
from reports.models import ReportingPeriod
from reports.policies import Right, may
from reports.selectors.charts import legend
from reports.selectors.current import current_period, recent_periods
from reports.selectors.figures import MEANINGS
from reports.selectors.period_rows import period_rows
from reports.selectors.periods import added_later, next_period, periods_of
from reports.selectors.publication import may_publish_on, published_view, still_open
from reports.selectors.working_days import assumed_years, working_days
from reports.views.requests import fetch_plan, signed_in
from tasks.models import Plan


def fetch_period(request: HttpRequest, plan: str, code: HalfYear) -> ReportingPeriod:
    """The opened half-year, else 404."""
    where, user = fetch_plan(request, plan), signed_in(request)
    for period in recent_periods(user, plan):
        if period.half_year == code:
            return period
    rows = where.periods.visible_to(user)
    found: ReportingPeriod | None = rows.filter(year=code.year, half=code.half).first()
    if found is None:
        raise Http404(f"{code.label}尚未开放。")
    return found


def managed_plan(request: HttpRequest, slug: str) -> Plan:
    """The plan, for those who manage its periods and for the admin; 403 for others."""
    plan = fetch_plan(request, slug)
    user = signed_in(request)
    if not any(may(user, right, plan) for right in (Right.MANAGE_PERIODS, Right.ADMINISTER)):
        raise NotAllowed("报告期由汇总单位的汇总员管理。")
    return plan


@require_GET
def period_list(request: HttpRequest, plan: str) -> HttpResponse:
    return show_list(request, managed_plan(request, plan))


def show_list(
    request: HttpRequest, plan: Plan, sentence: str = "", status: int = 200
) -> HttpResponse:
    """The page; ``sentence`` says what went wrong."""
    today, periods = timezone.localdate(), periods_of(plan)
    current = current_period(signed_in(request), today, plan.slug)
    context = {
        "plan": plan,
        "periods": periods,
        "next": next_period(plan, periods, today),
        "current": current,
        "added": added_later(current),
        "assumed": assumed_years(current, working_days()) if current else [],
        "imports": may(signed_in(request), Right.IMPORT_HISTORY, plan),
        "manages": may(signed_in(request), Right.MANAGE_PERIODS, plan),
        "exports": may(signed_in(request), Right.EXPORT_PLAN, plan),
        "today": today,
        "sentence": sentence,
    }
    return render(request, "reports/period_list.html", context, status=status)


@require_POST
def period_open(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    where = managed_plan(request, plan)
    try:
        period, opened = open_period(plan=where, half_year=code, by=signed_in(request))
    except DomainError as error:
        return show_list(request, where, str(error), error.status_code)
    said = f"已开放{period.label}，应报 {period.reports.count()} 项。"
    messages.success(request, said if opened else f"{period.label}此前已开放，未作改动。")
    return redirect("period-list", plan)


@require_POST
def period_owe(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    where = managed_plan(request, plan)
    period = fetch_period(request, plan, code)
    form = OwingForm(request.POST, choices=added_later(period))
    if not form.is_valid():
        return show_list(request, where, str(form.errors["assignments"][0]), 400)
    chosen = form.cleaned_data["assignments"]
    try:
        made = owe_assignments(period=period, assignments=chosen, by=signed_in(request))
    except DomainError as error:
        return show_list(request, where, str(error), error.status_code)
    messages.success(request, f"已将 {made} 项列入{period.label}应报。")
    return redirect("period-list", plan)


@dataclasses.dataclass(frozen=True)
class PeriodStep:
    """A step that is shown first and confirmed then: its words and its action.

    ``done`` takes the half-year's name and says what was done, without 已 what is to be done.
    """

    title: str
    comment: str
    done: str
    act: Callable[..., Any]


STEPS = {
    "close": PeriodStep("关闭", "说明（可不填）", "已关闭{}", close_period),
    "reopen": PeriodStep("重新开放", "理由", "已重新开放{}", reopen_period),
    "publish": PeriodStep("发布结果", "说明（可不填）", "已发布{}结果", publish_result),
}


@require_http_methods(["GET", "POST"])
def period_step(request: HttpRequest, plan: str, code: HalfYear, step: str) -> HttpResponse:
    managed_plan(request, plan)
    period, word = fetch_period(request, plan, code), STEPS[step]
    if not may(signed_in(request), Right.MANAGE_PERIODS, period):
        raise NotAllowed("报告期由汇总单位的汇总员管理。")
    posted = request.POST if request.method == "POST" else None
    form = PeriodForm(posted, label=word.comment)
    status = 200 if posted is None else 422
    if form.is_valid():
        comment = form.cleaned_data["comment"]
        try:
            word.act(period=period, by=signed_in(request), comment=comment)
        except DomainError as error:
            form.add_error("comment", str(error))
            status = error.status_code
        else:
            messages.success(request, f"{word.done.format(period.label)}。")
            return redirect("period-list", plan)
    heading = word.done.removeprefix("已").format(period.label)
    context = {"period": period, "step": word, "heading": heading, "kind": step, "form": form}
    context |= shown_before(period, step)
    return render(request, "reports/period_step.html", context, status=status)


def shown_before(period: ReportingPeriod, step: str) -> dict[str, Any]:
    """What is still open and, before publishing, all that becomes public."""
    today = timezone.localdate()
    page = published_view(period, today) if step == "publish" else None
    left = still_open(page.total.rows if page else period_rows(period, today))
    return {
        "open": left,
        "unfinished": any(part.lines for part in left),
        "page": page,
        "too_early": step == "publish" and not may_publish_on(period, today),
        "legend": legend(),
        "meanings": MEANINGS,
        "now": timezone.localtime(),
    }
