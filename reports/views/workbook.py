"""A department's fill-in workbook as a download, blank or with what could not be taken."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from departments.audit import record
from departments.errors import NotAllowed
from reports.ledger.fill_in import Paper, fill_in_workbook
from reports.ledger.fill_in_rows import fill_in_rows
from reports.ledger.rejected import rejected_workbook
from reports.policies import Right, may
from reports.selectors.place import place_of
from reports.selectors.workbook_import import left_of
from reports.views.ledger import download
from reports.views.requests import permit, signed_in
from reports.views.workbook_import import fetch_import


@require_GET
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    if not may(user, Right.WRITE):
        raise NotAllowed("填报表只供牵头单位填报员使用。")
    place = place_of(user, pk, request.GET.get("department", ""))
    paper = Paper(place.period, place.department, timezone.localtime())
    content = fill_in_workbook(paper, fill_in_rows(place.period, place.department, user))
    record("导出填报表", request=request, subject=f"{place.period.code} {place.department}")
    return download(content, paper.file_name)


@require_GET
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of an import that were not taken, each with the reason."""
    made = fetch_import(request, pk)
    permit(request, Right.IMPORT_WORKBOOK, made.department)
    left = list(left_of(made))
    if not left:
        raise Http404
    paper = Paper(made.period, made.department, timezone.localtime(made.at))
    rows = fill_in_rows(made.period, made.department, signed_in(request))
    record("下载退回的填报表", request=request, subject=str(made))
    name = paper.file_name.replace("填报表", "填报表（退回）")
    return download(rejected_workbook(paper, rows, left), name)
