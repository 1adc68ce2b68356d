"""Later deadlines: asked for, endorsed, decided."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from departments.errors import DomainError, NotAllowed
from departments.models import Department
from reports.actions.extension_decisions import grant_extension, grant_unasked, refuse_extension
from reports.actions.extensions import (
    ask_extension,
    decline_extension,
    endorse_extension,
    withdraw_extension,
)
from reports.calendar import HalfYear, short_date
from reports.forms.extensions import AskForm, DecideForm
from reports.models import Extension, ReportingPeriod
from reports.policies import Right, may
from reports.selectors.current import turn_to
from reports.selectors.extensions import (
    choices_of,
    desk_of,
    extensions_for,
    pending_of,
    waiting_for,
)
from reports.selectors.leads import leads_of
from reports.views.periods import fetch_period
from reports.views.requests import signed_in


@require_GET
def extension_list(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    rows = list(extensions_for(user)[:200])
    waiting = set(waiting_for(user).values_list("pk", flat=True))
    context = {
        "mine": [row for row in rows if row.pk in waiting],
        "others": [row for row in rows if row.pk not in waiting],
    }
    return render(request, "reports/extension_list.html", context)


def _grant(extension: Extension, request: HttpRequest, form: DecideForm) -> str:
    comment = form.cleaned_data["comment"]
    day = form.need_day()
    grant_extension(extension=extension, by=signed_in(request), granted_on=day, comment=comment)
    return f"已同意{extension.department.name}延至 {short_date(day)}。"


def _refuse(extension: Extension, request: HttpRequest, form: DecideForm) -> str:
    comment = form.cleaned_data["comment"]
    refuse_extension(extension=extension, by=signed_in(request), comment=comment)
    return f"已回复{extension.department.name}：不同意延期。"


def _endorse(extension: Extension, request: HttpRequest, form: DecideForm) -> str:
    endorse_extension(extension=extension, by=signed_in(request))
    return f"已同意，申请已送{extension.reviewer.name}。"


def _decline(extension: Extension, request: HttpRequest, form: DecideForm) -> str:
    comment = form.cleaned_data["comment"]
    decline_extension(extension=extension, by=signed_in(request), comment=comment)
    return "已退回申请人，不申请延期。"


def _withdraw(extension: Extension, request: HttpRequest, form: DecideForm) -> str:
    withdraw_extension(extension=extension, by=signed_in(request))
    return "已撤回延期申请。"


DECISIONS: dict[str, Callable[[Extension, HttpRequest, DecideForm], str]] = {
    "grant": _grant,
    "refuse": _refuse,
    "endorse": _endorse,
    "decline": _decline,
    "withdraw": _withdraw,
}


@require_http_methods(["GET", "POST"])
def extension_page(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    extension = get_object_or_404(extensions_for(user), pk=pk)
    turn_to(user, extension.period.plan)
    posted = request.POST if request.method == "POST" else None
    form = DecideForm(posted, initial={"day": extension.wanted_on})
    status = 200 if posted is None else 422
    if form.is_valid():
        decide = DECISIONS.get(request.POST.get("decision", ""))
        try:
            if decide is None:
                raise DomainError("请按页面上的按钮办理。")
            messages.success(request, decide(extension, request, form))
            return redirect("extension-list")
        except DomainError as error:
            form.add_error(None, str(error))
            status = error.status_code
            extension.refresh_from_db()
    context = {"extension": extension, "form": form, "desk": desk_of(extension, user)}
    return render(request, "reports/extension_page.html", context, status=status)


def fetch_department(request: HttpRequest, code: str, period: ReportingPeriod) -> Department:
    """A department that owes reports in ``period``, else 404."""
    found = leads_of(period).filter(code=code).first()
    if found is None:
        raise Http404("本期没有这个牵头单位。")
    return found


@require_http_methods(["GET", "POST"])
def extension_ask(request: HttpRequest, plan: str, code: HalfYear, department: str) -> HttpResponse:
    period = fetch_period(request, plan, code)
    body = fetch_department(request, department, period)
    if not may(signed_in(request), Right.ASK_EXTENSION, body):
        raise NotAllowed("延期由牵头单位的填报员申请。")

    def ask(**facts: Any) -> str:
        made = ask_extension(wanted_on=facts.pop("day"), **facts)
        return f"延期申请已提交，{made.get_status_display()}。"

    return _asking(request, period, body, ask, "reports/extension_ask.html")


@require_http_methods(["GET", "POST"])
def extension_grant(
    request: HttpRequest, plan: str, code: HalfYear, department: str
) -> HttpResponse:
    """The receiver grants unasked."""
    period = fetch_period(request, plan, code)
    body = fetch_department(request, department, period)
    sample = period.reports.filter(department=body)[0]
    extension = Extension(period=period, department=body, reviewer=sample.reviewer)
    if not may(signed_in(request), Right.DECIDE_EXTENSION, extension):
        raise NotAllowed(f"{body.name}的延期由{extension.reviewer.name}的汇总员决定。")

    def grant(**facts: Any) -> str:
        day: datetime.date = facts.pop("day")
        grant_unasked(granted_on=day, **facts)
        return f"已同意{body.name}延至 {short_date(day)}。"

    return _asking(request, period, body, grant, "reports/extension_grant.html")


def _asking(
    request: HttpRequest,
    period: ReportingPeriod,
    body: Department,
    act: Callable[..., str],
    template: str,
) -> HttpResponse:
    """Show the form; on a POST let ``act`` store it, or show it again with what is wrong."""
    choices = choices_of(period, body)
    posted = request.POST if request.method == "POST" else None
    form = AskForm(posted, reports=choices)
    status = 200 if posted is None else 422
    if form.is_valid():
        facts = {"period": period, "department": body, "by": signed_in(request)}
        facts |= {"day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"]}
        try:
            messages.success(request, act(reports=form.chosen(), **facts))
            return redirect("extension-list")
        except DomainError as error:
            form.add_error(None, str(error))
            status = error.status_code
    context = {"period": period, "department": body, "choices": choices, "form": form}
    context |= {"pending": pending_of(period, body), "today": timezone.localdate()}
    context["ticked"] = request.POST.getlist("reports")
    return render(request, template, context, status=status)
