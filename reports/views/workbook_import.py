"""A department's workbooks on their way in: dropped, previewed, confirmed, undone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from departments.audit import record
from departments.errors import DomainError
from departments.network import is_background
from reports.actions.workbook_import import confirm_import
from reports.actions.workbook_read import receive_workbooks
from reports.actions.workbook_undo import discard_import, undo_import
from reports.forms.workbook import ConfirmForm
from reports.jobs import work_on_workbooks_soon
from reports.ledger.columns import FILL_IN, VALUE
from reports.ledger.docs import input_help
from reports.models import WorkbookImport
from reports.policies import Right, may
from reports.selectors.current import turn_to
from reports.selectors.place import Place, place_of
from reports.selectors.workbook_import import left_of
from reports.selectors.workbook_page import import_page
from reports.views.requests import permit, signed_in

State = WorkbookImport.State


def fetch_import(request: HttpRequest, pk: int) -> WorkbookImport:
    """The import if it is of the user's own department, else 404."""
    rows = WorkbookImport.objects.visible_to(signed_in(request))
    found: WorkbookImport = get_object_or_404(
        rows.select_related("department", "period__plan", "by", "settled_by", "undone_by"), pk=pk
    )
    turn_to(signed_in(request), found.period.plan)
    return found


@require_http_methods(["GET", "POST"])
def workbook_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the workbooks are dropped, and what came of earlier ones."""
    permit(request, Right.WRITE, None)
    place = place_of(signed_in(request), pk, request.GET.get("department", ""))
    if request.method == "GET":
        return show_upload(request, place)
    try:
        made = receive_workbooks(
            period=place.period,
            department=place.department,
            by=signed_in(request),
            uploads=request.FILES.getlist("files"),
        )
    except DomainError as error:
        return show_upload(request, place, str(error), error.status_code)
    if made.is_busy:
        work_on_workbooks_soon()
    record("上传填报表", request=request, subject=f"{made} {names_of(made)}")
    return redirect("workbook-import", made.pk)


def names_of(made: WorkbookImport) -> str:
    return "、".join(made.files.values_list("name", flat=True))


def show_upload(
    request: HttpRequest, place: Place, error: str = "", status: int = 200
) -> HttpResponse:
    imports = WorkbookImport.objects.visible_to(signed_in(request)).filter(
        department=place.department, period=place.period
    )
    context = {
        "place": place,
        "error": error,
        "imports": imports.select_related("by").prefetch_related("files")[:30],
        "columns": [(row.heading, input_help(row)) for row in (*FILL_IN, VALUE) if row.input],
    }
    return render(request, "reports/workbook_upload.html", context, status=status)


@require_GET
def workbook_import(request: HttpRequest, pk: int) -> HttpResponse:
    made = fetch_import(request, pk)
    if is_background(request):
        said = {"busy": made.is_busy, "state": made.get_state_display(), "rows": made.rows_read}
        return JsonResponse(said)
    return show_import(request, made)


def show_import(request: HttpRequest, made: WorkbookImport, status: int = 200) -> HttpResponse:
    """The page by the import's state: busy, to be confirmed, or over."""
    context = {
        "made": made,
        "writes": may(signed_in(request), Right.IMPORT_WORKBOOK, made.department),
    }
    if made.state == State.READY:
        form = ConfirmForm(request.POST if request.method == "POST" else made.choices)
        page = import_page(made, form.choices or made.choices)
        return render(
            request, "reports/workbook_preview.html", {**context, "page": page}, status=status
        )
    template = "reports/workbook_busy.html" if made.is_busy else "reports/workbook_result.html"
    context["left"] = left_of(made).count()
    context["changes"] = made.changes.select_related("report__assignment__work_item__task")
    return render(request, template, context, status=status)


@require_POST
def workbook_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    made, form = fetch_import(request, pk), ConfirmForm(request.POST)
    permit(request, Right.IMPORT_WORKBOOK, made.department)
    try:
        done = confirm_import(
            workbook_import=made,
            by=signed_in(request),
            choices=form.choices,
            seen=request.POST.get("seen", ""),
            valid_only=form.valid_only,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return show_import(request, fetch_import(request, pk), error.status_code)
    if done.is_busy:
        work_on_workbooks_soon()
    record("导入填报表", request=request, subject=f"{done} {names_of(done)}")
    return redirect("workbook-import", done.pk)


@require_POST
def workbook_settle(request: HttpRequest, pk: int, how: str) -> HttpResponse:
    """Give it up or take it back."""
    made = fetch_import(request, pk)
    permit(request, Right.IMPORT_WORKBOOK, made.department)
    act = {"discard": discard_import, "undo": undo_import}.get(how)
    if act is None:
        raise Http404
    done = act(workbook_import=made, by=signed_in(request))
    record(f"{done.get_state_display()}填报表导入", request=request, subject=str(done))
    messages.success(request, SETTLED[how])
    return redirect("workbook-import", done.pk)


SETTLED = {
    "discard": "已放弃，没有写入任何内容。",
    "undo": "已整体撤销，各项恢复到导入之前的内容。",
}
