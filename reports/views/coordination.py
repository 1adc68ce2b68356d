"""协调台账: the half-year's list, and the form of one matter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from departments.errors import Conflict, DomainError, NotAllowed
from departments.rights import rights_of
from reports.actions.coordination import asked_in, change_coordination, open_coordination
from reports.calendar import HalfYear
from reports.forms.coordination import CoordinationFilter, CoordinationForm, initial_of
from reports.models import Coordination, Report, ReportingPeriod
from reports.policies import Right, may
from reports.selectors.coordination import KINDS, by_department, matters_of
from reports.views.periods import fetch_period
from reports.views.requests import back_of, fetch_report, here, permit, signed_in


@require_GET
def coordination_list(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    period, user = fetch_period(request, plan, code), signed_in(request)
    if not may(user, Right.READ_FILED, period) and not rights_of(user).works_for:
        raise NotAllowed("协调台账供汇总单位、督查员和提出事项的牵头单位查看。")
    matters = matters_of(period, user, timezone.localdate(), with_record=True)
    form = CoordinationFilter(request.GET, matters=matters)
    valid = form.is_valid()
    found = form.matching() if valid else []
    context = {
        "period": period,
        "form": form,
        "groups": by_department(found),
        "found": len(found),
        "counts": [(kind, sum(map(kind.holds, matters))) for kind in KINDS.values()],
        "keeps": may(user, Right.KEEP_COORDINATION, period),
        "here": here(request),
        "now": timezone.localtime(),
    }
    return render(request, "reports/coordination_list.html", context, status=200 if valid else 400)


@require_http_methods(["GET", "POST"])
def coordination_new(request: HttpRequest, pk: int) -> HttpResponse:
    report = fetch_report(request, pk)
    permit(request, Right.KEEP_COORDINATION, report.period)
    return edit(request, report, None)


@require_http_methods(["GET", "POST"])
def coordination_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Coordination.objects.visible_to(signed_in(request)).select_related("answerer", "filing")
    found = get_object_or_404(rows.prefetch_related("events__by_department"), pk=pk)
    report = fetch_report(request, found.report_id)
    permit(request, Right.KEEP_COORDINATION, report.period)
    return edit(request, report, found)


def edit(request: HttpRequest, report: Report, found: Coordination | None) -> HttpResponse:
    """The form of ``found``, of a new one where it is None; after saving, back to where one was."""
    if request.method == "GET":
        return show(
            request, report, found, CoordinationForm(initial=initial_of(found, asked_in(report)))
        )
    form = CoordinationForm(request.POST)
    if not form.is_valid():
        return show(request, report, found, form, 422)
    try:
        save(request, report, found, form)
    except DomainError as error:
        return refuse(request, report, found, form, error)
    messages.success(request, f"已保存 {report.assignment.work_item.code} 的协调事项。")
    return redirect(back_of(request) or list_url(report.period))


def save(
    request: HttpRequest, report: Report, found: Coordination | None, form: CoordinationForm
) -> None:
    """Raises DomainError."""
    user, handling = signed_in(request), form.handling
    if found is None:
        open_coordination(report=report, by=user, handling=handling)
    else:
        seen = form.cleaned_data["version"]
        change_coordination(coordination=found, by=user, handling=handling, version=seen)


def refuse(
    request: HttpRequest,
    report: Report,
    found: Coordination | None,
    form: CoordinationForm,
    error: DomainError,
) -> HttpResponse:
    """What was typed stays; after a conflict the next save replaces what is shown above it."""
    form.add_error(None, str(error))
    if isinstance(error, Conflict) and found is not None:
        data = request.POST.copy()
        data["version"] = str(found.version)
        form.data = data
    return show(request, report, found, form, error.status_code)


def show(
    request: HttpRequest,
    report: Report,
    found: Coordination | None,
    form: CoordinationForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": report,
        "asked": asked_in(report),
        "coordination": found,
        "form": form,
        "back": back_of(request) or list_url(report.period),
        "clash": status == Conflict.status_code,
    }
    return render(request, "reports/coordination_form.html", context, status=status)


def list_url(period: ReportingPeriod) -> str:
    return reverse("coordination-list", args=[period.plan.slug, period.code])
