"""Forms of an indicator's value in a half-year, and of its base year's value."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.indicator_values import Doubtful, enter_measurement
from reports.calendar import HalfYear
from reports.filetypes import ACCEPT
from reports.forms.measurement import KINDS, MeasurementForm
from reports.models import ReportingPeriod, Series
from reports.selectors.measurements import measure_of, series_of
from reports.selectors.value_form import ValuePage, value_page
from reports.text import fold_digits, parse_decimal
from reports.views.requests import signed_in
from tasks.models import Indicator


def fetch_indicator(plan: str, code: str) -> Indicator:
    rows = Indicator.objects.select_related("plan", "work_item__task").prefetch_related("targets")
    return get_object_or_404(rows, plan__slug=plan, code=code)


def fetch_page(
    request: HttpRequest, plan: str, code: str, half: HalfYear, department: str
) -> ValuePage:
    """The half-year's values of one of the indicator's departments; 403 for who only reads."""
    indicator = fetch_indicator(plan, code)
    every = series_of(indicator.plan, [indicator])[indicator.pk]
    series = next((one for one in every if one.department.code == department), None)
    periods = ReportingPeriod.objects.filter(plan=indicator.plan, year=half.year, half=half.half)
    if series is None or (period := periods.select_related("plan").first()) is None:
        raise Http404
    page = value_page(series, period, signed_in(request))
    if not page.kinds:
        raise NotAllowed("完成值由牵头单位的填报员（初步数）和审核单位的汇总员（核定数）录入。")
    return page


@require_http_methods(["GET", "POST"])
def measurement_enter(
    request: HttpRequest, plan: str, code: str, half: HalfYear, department: str
) -> HttpResponse:
    page = fetch_page(request, plan, code, half, department)
    if request.method == "GET":
        return show(request, page, blank_form(page))
    form = form_of(page, request.POST)
    if not form.is_valid():
        return show(request, page, form, status=422)
    try:
        enter(request, page.series, page.period, form)
    except DomainError as error:
        return refuse(request, page, form, error)
    messages.success(request, f"已保存{page.period.label}的完成值，原有的数留存。")
    return redirect("indicator", plan, code)


def form_of(page: ValuePage, data: Any = None, **initial: Any) -> MeasurementForm:
    return MeasurementForm(
        data,
        kinds=page.open_kinds or page.kinds,
        latest=page.latest,
        measure=measure_of(page.series.indicator),
        initial={"seen": page.mark, **initial},
    )


def blank_form(page: ValuePage) -> MeasurementForm:
    kinds = page.open_kinds or page.kinds
    return form_of(page, as_of=page.latest, kind=KINDS[kinds[-1]][0])


def enter(
    request: HttpRequest, series: Series, period: ReportingPeriod, form: MeasurementForm
) -> None:
    upload = request.FILES.get("file")
    enter_measurement(
        series=series,
        period=period,
        by=signed_in(request),
        fact=form.fact(),
        seen=form.cleaned_data["seen"],
        sure=read_sure(request.POST.get("sure", "")),
        upload=upload if isinstance(upload, UploadedFile) else None,
    )


def read_sure(raw: str) -> Decimal | None:
    """The value that the pressed button confirms."""
    try:
        return parse_decimal(fold_digits(raw))
    except ValueError:
        return None


def refuse(
    request: HttpRequest, page: ValuePage, form: MeasurementForm, error: DomainError
) -> HttpResponse:
    """What was typed stays; after a conflict the next save goes on from what is shown."""
    form.add_error(None, str(error))
    if isinstance(error, Conflict):
        page = value_page(page.series, page.period, signed_in(request))
        form.data = {**request.POST.dict(), "seen": str(page.mark)}
    doubt = error.value if isinstance(error, Doubtful) else None
    return show(request, page, form, status=error.status_code, doubt=doubt)


def show(
    request: HttpRequest,
    page: ValuePage,
    form: MeasurementForm,
    status: int = 200,
    doubt: Decimal | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"page": page, "form": form, "accept": ACCEPT, "doubt": doubt}
    context["file_lost"] = status != 200 and bool(request.FILES)
    return render(request, "tasks/measurement_form.html", context, status=status)
