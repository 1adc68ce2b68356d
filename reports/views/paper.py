"""What only the reviewing receiver's coordinator does before a filing: 代录, 免报."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.attachments import RefusedFile
from reports.actions.exemption import exempt_report, lift_exemption
from reports.actions.filing import Incomplete
from reports.actions.paper import record_paper
from reports.filetypes import ACCEPT
from reports.forms.paper import PaperForm
from reports.forms.report import read_comment
from reports.locks import locked_sentence
from reports.models import Report
from reports.policies import can, may
from reports.selectors.report_page import indicators_of
from reports.states import Action, Status
from reports.views.requests import fetch_report, signed_in


def fetch(request: HttpRequest, pk: int, action: Action) -> Report:
    """The report for a page of ``action``: 403 and 409 before anything is typed."""
    report, user = fetch_report(request, pk), signed_in(request)
    if not may(user, action, report):
        raise NotAllowed(f"「{action.label}」由{report.reviewer}的汇总员办理。")
    if request.method == "GET" and not can(user, action, report):
        raise Conflict(locked_sentence(report, action))
    return report


@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """代录 a filing that came on paper."""
    report = fetch(request, pk, Action.RECORD_PAPER)
    data = request.POST if request.method == "POST" else None
    form = PaperForm(
        data, report=report, today=timezone.localdate(), indicators=indicators_of(report)
    )
    if data is None or not form.is_valid():
        return render_paper(request, report, form, 200 if data is None else 422)
    try:
        record(request, report, form)
    except RefusedFile as error:
        form.add_error(None, str(error))
    except Incomplete as error:
        form.add_missing(error.missing)
    except Conflict as error:
        form.add_error(None, str(error))
        return render_paper(request, report, form, 409)
    else:
        messages.success(request, f"{report.assignment.work_item.code} 已代录为线下报送。")
        return redirect("report", pk)
    return render_paper(request, report, form, 422)


def record(request: HttpRequest, report: Report, form: PaperForm) -> None:
    scan = request.FILES.get("scan")
    record_paper(
        report=report,
        by=signed_in(request),
        content=form.content(),
        received_on=form.cleaned_data["received_on"],
        letter_number=form.cleaned_data["letter_number"],
        scan=scan if isinstance(scan, UploadedFile) else None,
    )


def render_paper(
    request: HttpRequest, report: Report, form: PaperForm, status: int
) -> HttpResponse:
    context = {"report": report, "form": form, "accept": ACCEPT}
    return render(request, "reports/paper.html", context, status=status)


@require_http_methods(["GET", "POST"])
def exemption(request: HttpRequest, pk: int) -> HttpResponse:
    """免报 with its reason, and back: which of the two depends on where the report stands."""
    lifts = fetch_report(request, pk).status == Status.EXEMPT
    asked = request.POST.get("action") or (Action.LIFT_EXEMPTION if lifts else Action.EXEMPT)
    action = Action.LIFT_EXEMPTION if asked == Action.LIFT_EXEMPTION else Action.EXEMPT
    report = fetch(request, pk, action)
    if request.method == "GET":
        return render_exemption(request, report, action, 200)
    act = lift_exemption if action == Action.LIFT_EXEMPTION else exempt_report
    try:
        act(report=report, by=signed_in(request), reason=read_comment(request.POST))
    except DomainError as error:
        messages.error(request, str(error))
        status = error.status_code if isinstance(error, Conflict) else 422
        return render_exemption(request, report, action, status)
    messages.success(request, f"{report.assignment.work_item.code} 已办理「{action.label}」。")
    return redirect("report", pk)


def render_exemption(
    request: HttpRequest, report: Report, action: Action, status: int
) -> HttpResponse:
    context = {
        "report": report,
        "action": action,
        "lifts": action == Action.LIFT_EXEMPTION,
        "typed": request.POST.get("comment", ""),
    }
    return render(request, "reports/exemption.html", context, status=status)
