"""What waits for my signature: read, send back, sign one, several or all."""

import dataclasses

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.approval import approve_reports, send_back, sentence_of
from reports.forms.report import read_comment
from reports.models import Report, Submission
from reports.policies import Right, may
from reports.selectors.approval import awaiting_signature
from reports.selectors.history import has_just_done
from reports.states import Action, Status
from reports.views import report as report_view
from reports.views.requests import fetch_report, fetch_ticked, signed_in, ticked


@dataclasses.dataclass(frozen=True)
class Typed:
    """What stood in the page when it was refused, so that nothing typed is lost."""

    letter_number: str
    ticked: list[int]
    report: int | None
    comment: str

    @classmethod
    def of(cls, request: HttpRequest, report: Report | None = None) -> "Typed":
        return cls(
            request.POST.get("letter_number", ""),
            ticked(request),
            report.pk if report else None,
            request.POST.get("comment", ""),
        )


@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    return listed(request)


def listed(request: HttpRequest, typed: Typed | None = None, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    if not may(user, Right.SIGN):
        raise NotAllowed("审签页只供单位的审签人使用。")
    groups = awaiting_signature(user, timezone.localdate())
    context = {"groups": groups, "typed": typed}
    return render(request, "reports/approval_list.html", context, status=status)


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    """Sign the ticked reports: one submission."""
    user, reports = signed_in(request), fetch_ticked(request)
    number = request.POST.get("letter_number", "")
    try:
        submission, batch = approve_reports(reports=reports, by=user, letter_number=number)
    except NotAllowed:
        raise
    except DomainError as error:
        if sent := signed_already(request, reports):
            messages.info(request, "这些事项已经由您报送。")
            return redirect("submission", sent.pk)
        messages.error(request, str(error))
        return refused(request, error, reports)
    level = messages.WARNING if batch.left_out else messages.SUCCESS
    messages.add_message(request, level, f"{sentence_of(batch)}。")
    return redirect("submission", submission.pk)


def signed_already(request: HttpRequest, reports: list[Report]) -> Submission | None:
    """The submission in which this very person has just sent ``reports``: the second click."""
    sent = {report.submission for report in reports if report.status == Status.FILED}
    if len(sent) != 1 or any(report.status != Status.FILED for report in reports):
        return None
    submission = sent.pop()
    mine = submission is not None and submission.signed_by_id == signed_in(request).pk
    return submission if mine else None


def refused(request: HttpRequest, error: DomainError, reports: list[Report]) -> HttpResponse:
    """The page the click came from, with what was typed; 422 for input, 409 for a conflict."""
    status = error.status_code if isinstance(error, Conflict) else 422
    if request.POST.get("single") and len(reports) == 1:
        report = fetch_report(request, reports[0].pk)
        return report_view.show(request, report, status=status)
    one = reports[0] if len(reports) == 1 else None
    return listed(request, Typed.of(request, one), status=status)


@require_POST
def send_back_report(request: HttpRequest, pk: int) -> HttpResponse:
    report, user = fetch_report(request, pk), signed_in(request)
    try:
        send_back(report=report, by=user, comment=read_comment(request.POST))
    except NotAllowed:
        raise
    except DomainError as error:
        if has_just_done(user, Action.SEND_BACK, report):
            return redirect("approval-list")
        messages.error(request, str(error))
        return refused(request, error, [report])
    messages.success(request, f"{report.assignment.work_item.code} 已退回修改。")
    return redirect("approval-list")
