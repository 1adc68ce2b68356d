"""The form of an indicator's base year's value."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.baselines import set_baseline
from reports.forms.measurement import NumberForm
from reports.policies import confirms
from reports.selectors.measurements import measure_of, series_of
from reports.views.measurements import fetch_indicator
from reports.views.requests import signed_in
from tasks.models import Indicator


def fetch(request: HttpRequest, plan: str, code: str, year: int) -> Indicator:
    """The indicator, if a reduction counts from ``year`` (else 404) and the user confirms it."""
    indicator = fetch_indicator(plan, code)
    if year not in {row.base_year for row in indicator.targets.all()}:
        raise Http404
    if not confirms(signed_in(request), series_of(indicator.plan, [indicator])[indicator.pk]):
        raise NotAllowed("基准值由审核单位的汇总员录入。")
    return indicator


@require_http_methods(["GET", "POST"])
def baseline_enter(request: HttpRequest, plan: str, code: str, year: int) -> HttpResponse:
    indicator = fetch(request, plan, code, year)
    if request.method == "GET":
        return show(request, indicator, year, form_of(indicator, year))
    form = form_of(indicator, year, request.POST)
    if not form.is_valid():
        return show(request, indicator, year, form, status=422)
    try:
        save(request, indicator, year, form)
    except DomainError as error:
        return refuse(request, indicator, year, form, error)
    messages.success(request, f"已保存{year}年基准值，原有的数留存。")
    return redirect("indicator", plan, code)


def save(request: HttpRequest, indicator: Indicator, year: int, form: NumberForm) -> None:
    set_baseline(
        indicator=indicator,
        year=year,
        value=Decimal(form.cleaned_data["value"]),
        source=form.cleaned_data["source"],
        by=signed_in(request),
        seen=form.cleaned_data["seen"],
    )


def refuse(
    request: HttpRequest, indicator: Indicator, year: int, form: NumberForm, error: DomainError
) -> HttpResponse:
    """What was typed stays; after a conflict the next save goes on from what is shown."""
    form.add_error(None, str(error))
    if isinstance(error, Conflict):
        form.data = {**request.POST.dict(), "seen": str(newest_mark(indicator, year))}
    return show(request, indicator, year, form, status=error.status_code)


def newest_mark(indicator: Indicator, year: int) -> int:
    """The id of the base year's value in force; 0 where there is none."""
    newest = indicator.baselines.filter(year=year).last()
    return newest.pk if newest else 0


def form_of(indicator: Indicator, year: int, data: Any = None) -> NumberForm:
    initial = {"seen": newest_mark(indicator, year)}
    label = f"{year}年基准值"
    return NumberForm(data, measure=measure_of(indicator), label=label, initial=initial)


def show(
    request: HttpRequest, indicator: Indicator, year: int, form: NumberForm, status: int = 200
) -> HttpResponse:
    context = {
        "plan": indicator.plan,
        "indicator": indicator,
        "year": year,
        "form": form,
        "rows": indicator.baselines.filter(year=year).select_related("by").reverse(),
    }
    return render(request, "tasks/baseline_form.html", context, status=status)
