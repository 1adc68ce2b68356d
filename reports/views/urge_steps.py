"""Steps of 催办 that are recorded: a call, a letter; the letter as it is printed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from departments.errors import DomainError, NotAllowed
from departments.models import Department
from reports import calendar
from reports.actions.urging import issue_letter, record_call
from reports.calendar import HalfYear
from reports.forms.urge_steps import CallForm, LetterForm
from reports.models import ReportingPeriod, Urge
from reports.policies import Right
from reports.selectors.urging import steps_against
from reports.views.periods import fetch_period
from reports.views.requests import permit, signed_in


def fetch_urged(
    request: HttpRequest, plan: str, code: HalfYear, department: str
) -> tuple[ReportingPeriod, Department]:
    """The half-year and one of its lead departments, for those who may urge; 403 for others."""
    period = fetch_period(request, plan, code)
    permit(request, Right.URGE, period)
    leads = Department.objects.filter(reports__period=period).distinct()
    return period, get_object_or_404(leads, code=department)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, if anything was."""
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
def urge_call(request: HttpRequest, plan: str, code: HalfYear, department: str) -> HttpResponse:
    period, body = fetch_urged(request, plan, code, department)
    form = CallForm(posted(request))

    def act() -> str:
        data = form.cleaned_data
        record_call(period=period, department=body, by=signed_in(request), at=form.at,
                    spoke_with=data["spoke_with"], answer=data["answer"])  # fmt: skip
        messages.success(request, f"已记录与{body.name}的电话催办。")
        return f"{reverse('urge', args=[plan, code])}#body-{body.code}"

    return _step(request, period, body, form, act, "reports/urge_call.html", "answer")


@require_http_methods(["GET", "HEAD", "POST"])
def urge_letter(request: HttpRequest, plan: str, code: HalfYear, department: str) -> HttpResponse:
    period, body = fetch_urged(request, plan, code, department)
    form = LetterForm(posted(request))

    def act() -> str:
        made = issue_letter(period=period, department=body, by=signed_in(request),
                            **form.cleaned_data)  # fmt: skip
        return reverse("urge-sheet", args=[made.pk])

    return _step(request, period, body, form, act, "reports/urge_letter.html", "number")


def _step(  # noqa: PLR0913, PLR0917 - one step with all it needs
    request: HttpRequest,
    period: ReportingPeriod,
    body: Department,
    form: forms.Form,
    act: Callable[[], str],
    template: str,
    field: str,
) -> HttpResponse:
    """Show the form, or ``act`` and go where it says; what is refused is told at ``field``."""
    status = 200 if posted(request) is None else 422
    if form.is_valid():
        try:
            return redirect(act())
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(field, str(error))
            status = error.status_code
    done = steps_against(body, period, signed_in(request))
    context: dict[str, Any] = {"period": period, "department": body, "form": form, "done": done}
    return render(request, template, context, status=status)


@require_safe
def urge_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """催办函 as it was issued, on one A4 sheet."""
    rows = Urge.objects.visible_to(signed_in(request)).select_related(
        "period__plan", "department", "by", "by_department"
    )
    found = get_object_or_404(rows, pk=pk)
    if found.step != Urge.Step.LETTER:
        raise Http404
    context = {
        "urge": found,
        "deadline": calendar.deadline_words(found.period.due_on),
        "past": found.at >= calendar.deadline_moment(found.period.due_on),
        "contact": found.by.telephone or found.by_department.telephone,
    }
    return render(request, "reports/sheet_urge.html", context)
