"""What was sent in one go: the covering letter, its annex, the sign-off sheet, the stamped scan."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.attachments import attach_file
from reports.actions.submissions import set_letter_number
from reports.filetypes import ACCEPT
from reports.models import Submission
from reports.policies import Right, may
from reports.selectors.current import turn_to
from reports.selectors.submission import dispatch_of
from reports.views.requests import signed_in

SHEETS = {"letter": "报送函", "annex": "附件", "sign-off": "报送签字页"}
PER_PAGE = 50


def fetch(request: HttpRequest, pk: int) -> Submission:
    rows = Submission.objects.visible_to(signed_in(request))
    found: Submission = get_object_or_404(
        rows.select_related("period__plan", "department", "signed_by"), pk=pk
    )
    turn_to(signed_in(request), found.period.plan)
    return found


@require_GET
def submission_list(request: HttpRequest) -> HttpResponse:
    rows = Submission.objects.visible_to(signed_in(request)).for_list()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/submission_list.html", {"page": page})


@require_GET
def submission_page(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, fetch(request, pk))


def show(request: HttpRequest, submission: Submission, status: int = 200) -> HttpResponse:
    context = {
        "dispatch": dispatch_of(submission, signed_in(request)),
        "accept": ACCEPT,
        "sheets": SHEETS,
        "typed": request.POST.get("letter_number"),
    }
    return render(request, "reports/submission.html", context, status=status)


@require_GET
def sheet(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One A4 sheet to print; a paper filing had its own letter and signatures."""
    submission = fetch(request, pk)
    if submission.offline and kind != "annex":
        raise Http404
    context = {
        "dispatch": dispatch_of(submission, signed_in(request)),
        "sheets": {"annex": SHEETS["annex"]} if submission.offline else SHEETS,
        "kind": kind,
    }
    return render(request, f"reports/sheet_{kind.replace('-', '_')}.html", context)


@require_POST
def upload_scan(request: HttpRequest, pk: int) -> HttpResponse:
    submission, upload = fetch(request, pk), request.FILES.get("scan")
    if not may(signed_in(request), Right.KEEP_SUBMISSION, submission):
        raise NotAllowed("扫描件由报送单位上传；线下报送的由代录单位上传。")
    try:
        if not isinstance(upload, UploadedFile):
            raise DomainError("请先选择扫描件文件。")
        attach_file(owner=submission, by=signed_in(request), upload=upload)
    except DomainError as error:
        return refuse(request, submission, error)
    messages.success(request, "扫描件已上传。")
    return redirect("submission", pk)


@require_POST
def set_number(request: HttpRequest, pk: int) -> HttpResponse:
    submission, number = fetch(request, pk), request.POST.get("letter_number", "")
    try:
        set_letter_number(submission=submission, by=signed_in(request), number=number)
    except NotAllowed:
        raise
    except DomainError as error:
        return refuse(request, submission, error)
    messages.success(request, "发文字号已登记。")
    return redirect("submission", pk)


def refuse(request: HttpRequest, submission: Submission, error: DomainError) -> HttpResponse:
    messages.error(request, str(error))
    status = error.status_code if isinstance(error, Conflict) else 422
    return show(request, submission, status)
