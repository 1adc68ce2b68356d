"""历史导入: upload, what the columns are, which row is which item, preview, result."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from departments.audit import record
from departments.errors import Conflict, DomainError
from departments.network import is_background
from reports.actions.history import (
    answer_history,
    confirm_history,
    drop_history,
    move_history,
)
from reports.actions.history_read import open_history
from reports.calendar import HalfYear
from reports.forms.history import HistoryUploadForm, read_answers
from reports.jobs import work_on_workbooks_soon
from reports.ledger.history.answers import Answers
from reports.ledger.history.reading import Reading
from reports.models import Attachment, HistoryImport
from reports.policies import Right, may
from reports.selectors.history_pages import Asked, columns_page
from reports.selectors.history_preview import Preview, preview_of, reading_of
from reports.selectors.history_rows import rows_page
from reports.selectors.periods import past_half_years
from reports.views.requests import fetch_plan, permit, signed_in
from tasks.models import Plan


@require_http_methods(["GET", "POST"])
def history_list(request: HttpRequest, plan: str) -> HttpResponse:
    where, user = fetch_plan(request, plan), signed_in(request)
    permit(request, Right.IMPORT_HISTORY, where)
    half_years = past_half_years(where, timezone.localdate())
    posted = request.method == "POST"
    form = HistoryUploadForm(
        request.POST if posted else None, request.FILES or None, half_years=half_years
    )
    status = 422 if posted else 200
    if posted and form.is_valid():
        try:
            return take_file(request, where, form)
        except DomainError as error:
            form.add_error("file", str(error))
            status = error.status_code
    imports = HistoryImport.objects.visible_to(user).filter(plan=where).without_file()
    context = {"plan": where, "form": form, "imports": imports.defer("content", "sheets")}
    return render(request, "reports/history_list.html", context, status=status)


def take_file(request: HttpRequest, plan: Plan, form: HistoryUploadForm) -> HttpResponse:
    upload = form.cleaned_data["file"]
    history = open_history(
        plan=plan,
        half_year=form.cleaned_data["half_year"],
        by=signed_in(request),
        name=upload.name,
        content=upload.read(),
    )
    record("上传历史台账", request=request, subject=f"{history} SHA-256 {history.sha256}")
    if history.is_busy:
        work_on_workbooks_soon()
        return redirect("history", history.pk)
    return next_page(history, reading_of(history)[0])


def fetch_history(request: HttpRequest, pk: int, *, is_open: bool = False) -> HistoryImport:
    """The import, else 404. Raises Conflict where it is to be open and is not, or no more."""
    rows = HistoryImport.objects.visible_to(signed_in(request)).without_file()
    found: HistoryImport = get_object_or_404(rows, pk=pk)
    permit(request, Right.IMPORT_HISTORY, found.plan)
    if is_open and not found.is_open:
        then = "读完再核对" if found.is_busy else "不用再核对"
        raise Conflict(f"这次历史导入{found.get_state_display()}，{then}。")
    return found


def next_page(history: HistoryImport, reading: Reading) -> HttpResponse:
    """Where the next question is; the preview where none is left."""
    if reading.columns_open:
        return redirect("history-columns", history.pk)
    return redirect("history-rows" if reading.rows_open else "history", history.pk)


@require_http_methods(["GET", "POST"])
def history_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which sheets are taken, and what their columns are."""
    history = fetch_history(request, pk, is_open=True)
    errors: dict[str, str] = {}
    if request.method == "POST":
        answered = answer(request, history, errors)
        if answered is not None:
            return answered
        history.refresh_from_db(fields=["answers", "year", "half"])
    reading, _, _ = reading_of(history)
    context = {
        "history": history,
        "reading": reading,
        "page": columns_page(reading, Answers(history.answers)),
        "half_years": past_half_years(history.plan, timezone.localdate()),
        "errors": errors,
    }
    status = 422 if errors else 200
    return render(request, "reports/history_columns.html", context, status=status)


@require_http_methods(["GET", "POST"])
def history_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Which row is which item, whom names mean, what wordings mean."""
    history = fetch_history(request, pk, is_open=True)
    errors: dict[str, str] = {}
    if request.method == "POST":
        answered = answer(request, history, errors)
        if answered is not None:
            return answered
        history.refresh_from_db(fields=["answers"])
    reading, catalogue, grids = reading_of(history)
    also = request.GET.get("row", "")
    asked = rows_page(reading, catalogue, grids, also)
    page, pages = asked.part(request.GET.get("page", ""), also)
    context = {"history": history, "reading": reading, "page": page, "pages": pages}
    status = 422 if errors else 200
    return render(
        request, "reports/history_rows.html", {**context, "errors": errors}, status=status
    )


def answer(
    request: HttpRequest, history: HistoryImport, errors: dict[str, str]
) -> HttpResponse | None:
    """Keep what was said; None where the page is to be shown again, with ``errors``."""
    reading, catalogue, grids = reading_of(history)
    asked: list[Asked] = [
        *columns_page(reading, Answers(history.answers)).asked,
        *rows_page(reading, catalogue, grids, request.GET.get("row", "")).asked,
    ]
    said, wrong = read_answers(request.POST.dict(), asked, accept="accept" in request.POST)
    errors.update(wrong)
    kept = answer_history(history=history, by=signed_in(request), said=said)
    move(request, kept, errors)
    if is_background(request):
        return background_answer(errors)
    if errors:
        return None
    if "save" in request.POST:
        messages.success(request, "已保存，可以离开，回来接着核对。")
        return redirect(request.get_full_path())
    return next_page(kept, reading_of(kept)[0])


def move(request: HttpRequest, history: HistoryImport, errors: dict[str, str]) -> None:
    """Another half-year was chosen."""
    code = request.POST.get("half_year", history.half_year.code)
    if code == history.half_year.code:
        return
    try:
        half_year = HalfYear.parse(code)
        moved = move_history(history=history, by=signed_in(request), half_year=half_year)
        history.year, history.half = moved.year, moved.half
    except (DomainError, ValueError) as error:
        errors["half_year"] = str(error)


def background_answer(errors: dict[str, str]) -> JsonResponse:
    """For the script that saves by itself."""
    said = {"saved": f"{timezone.localtime():%H:%M}", "errors": list(errors.values())}
    return JsonResponse(said, status=422 if errors else 200)


@require_GET
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading is; then the preview; once settled, the result."""
    found = fetch_history(request, pk)
    if is_background(request):
        return JsonResponse({"busy": found.is_busy, "state": found.get_state_display()})
    if found.is_busy:
        return render(request, "reports/history_busy.html", {"history": found})
    if not found.is_open:
        user = signed_in(request)
        original = Attachment.objects.visible_to(user).filter(history=found).first()
        context = {"history": found, "result": found.result, "original": original}
        context["overview"] = may(user, Right.SEE_OVERVIEW, found.plan)
        return render(request, "reports/history_result.html", context)
    return render_preview(request, preview_of(found, signed_in(request)))


def render_preview(
    request: HttpRequest, preview: Preview, sentence: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "history": preview.history,
        "reading": preview.reading,
        "preview": preview,
        "faults": [(one, f"{preview.sheet_name(one.sheet)}!{one.at}") for one in preview.faults],
        "left": [(one, f"{preview.sheet_name(one.sheet)} 第 {one.row} 行") for one in preview.left],
        "sentence": sentence,
        "reads": may(signed_in(request), Right.READ_FILED, preview.history.plan),
    }
    return render(request, "reports/history_preview.html", context, status=status)


@require_POST
def history_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found, user = fetch_history(request, pk), signed_in(request)
    try:
        done = confirm_history(
            history=found,
            by=user,
            token=request.POST.get("token", ""),
            valid_only="valid_only" in request.POST,
        )
    except DomainError as error:
        if not HistoryImport.objects.filter(pk=pk, state=HistoryImport.State.OPEN).exists():
            raise
        return render_preview(request, preview_of(found, user), str(error), error.status_code)
    if found.is_open:
        record("历史导入", request=request, subject=f"{done} SHA-256 {done.sha256}")
        messages.success(request, f"已导入 {done.result['counts']['new']} 项。")
    return redirect("history", pk)


@require_POST
def history_drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch_history(request, pk)
    drop_history(history=found, by=signed_in(request))
    record("放弃历史导入", request=request, subject=str(found))
    messages.success(request, f"已放弃「{found.name}」的导入，没有写入任何内容。")
    return redirect("history-list", found.plan.slug)
