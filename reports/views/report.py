"""One report: read, written, submitted."""

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from departments.errors import Conflict
from departments.network import is_background
from reports.actions.attachments import attach_uploads, remove_attachment
from reports.actions.drafts import save_draft
from reports.actions.filing import (
    Incomplete,
    ask_return,
    submit_report,
    submit_unchanged,
    withdraw_report,
)
from reports.filetypes import ACCEPT
from reports.forms.report import ReportForm, initial_of, read_comment
from reports.models import Report
from reports.requirements import is_early
from reports.selectors.conflict import differences, merged
from reports.selectors.report_page import indicators_of
from reports.selectors.report_page import report_page as page_of
from reports.selectors.timeline import timeline_of
from reports.states import Action, Status
from reports.views.reading import show_reading
from reports.views.requests import fetch_report, permit, read_id, signed_in


def form_of(report: Report, request: HttpRequest) -> ReportForm:
    return ReportForm(request.POST, report=report, indicators=indicators_of(report))


@require_GET
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, fetch_report(request, pk))


def show(
    request: HttpRequest, report: Report, form: ReportForm | None = None, status: int = 200
) -> HttpResponse:
    page = page_of(report, signed_in(request))
    if not page.may_write and form is None:
        return show_reading(request, page, status)
    form = form or ReportForm(report=report, indicators=page.indicators, initial=initial_of(report))
    form.explain(page.previous)
    context = {
        "page": page,
        "report": report,
        "form": form,
        "light": report.light(timezone.localdate()),
        "accept": ACCEPT,
        "early": is_early(timezone.localdate(), report.period.half_year.end),
        "timeline": timeline_of(report, signed_in(request)),
    }
    return render(request, "reports/report_form.html", context, status=status)


@require_POST
def report_save(request: HttpRequest, pk: int) -> HttpResponse:
    """What is valid is saved, also beside a field with an error: nothing typed depends on it."""
    report = fetch_report(request, pk)
    permit(request, Action.SAVE, report)
    form = form_of(report, request)
    if not form.may_save():
        return refuse(request, report, form)
    try:
        return save(request, report, form)
    except Incomplete as error:
        form.add_missing(error.missing)
        return refuse(request, fetch_report(request, pk), form)
    except Conflict as error:
        return clash(request, report, form, error)


def save(request: HttpRequest, report: Report, form: ReportForm) -> HttpResponse:
    """Save, attach what came along, and submit where that button was pressed."""
    user, version = signed_in(request), form.cleaned_data["version"]
    report = save_draft(report=report, by=user, content=form.content(), version=version)
    form.go_on_from(report)
    refused = exchange_files(request, report)
    if is_background(request):
        return background_answer(report, form)
    if form.removed:
        messages.warning(request, f"文字中有 {form.removed} 个看不见的控制字符，已去除。")
    for sentence in refused:
        messages.error(request, sentence)
    if form.errors or refused:
        return show(request, fetch_report(request, report.pk), form, status=422)
    if "submit" in request.POST:
        report = submit_report(report=report, by=user, version=report.version)
    messages.success(request, said(request, report))
    return redirect("report", report.pk)


def said(request: HttpRequest, report: Report) -> str:
    """What was done, in words."""
    if "submit" in request.POST:
        return "已报送。" if report.is_filed else "已提交审签。"
    return (
        "已移除该文件（原件留存备查），文字已保存。" if "remove" in request.POST else "已保存草稿。"
    )


def background_answer(report: Report, form: ReportForm) -> JsonResponse:
    """For the script that saves by itself: the new version, and which fields were left out."""
    answer = {
        "versions": {"version": report.version},
        "saved": f"{timezone.localtime():%H:%M}",
        "removed": form.removed,
        "errors": error_list(form),
    }
    return JsonResponse(answer, status=422 if form.errors else 200)


def error_list(form: ReportForm) -> list[str]:
    return [str(error) for field in form.errors.values() for error in field]


def exchange_files(request: HttpRequest, report: Report) -> list[str]:
    """Attach the files of the request, take out the one named; says what was refused."""
    uploads = request.FILES.getlist("files")
    refused = attach_uploads(owner=report, by=signed_in(request), uploads=uploads)
    if wanted := read_id(request.POST.get("remove", "")):
        attachment = report.attachments.present().filter(pk=wanted).first()
        if attachment is not None:
            remove_attachment(attachment=attachment, by=signed_in(request))
    return refused


def refuse(request: HttpRequest, report: Report, form: ReportForm) -> HttpResponse:
    """What is wrong stands at the field, and everything typed is still there."""
    if is_background(request):
        return JsonResponse({"errors": error_list(form)}, status=422)
    return show(request, report, form, status=422)


def clash(request: HttpRequest, report: Report, form: ReportForm, error: Conflict) -> HttpResponse:
    """Somebody was faster: both texts side by side, or why the report is locked."""
    current = fetch_report(request, report.pk)
    if is_background(request):
        return JsonResponse({"conflict": str(error)}, status=409)
    if already_submitted(request, current) and "submit" in request.POST:
        messages.info(request, "本项已经提交过了。")
        return redirect("report", report.pk)
    rows = differences(current, form.content(), form.cleaned_data["version"])
    context = {
        "report": current,
        "error": error,
        "choices": [(row, form[row.name] if row.is_text else None) for row in rows],
        "kept": kept_fields(form, {row.name for row in rows if row.is_text}),
    }
    return render(request, "reports/report_conflict.html", context, status=409)


def kept_fields(form: ReportForm, shown: set[str]) -> list[BoundField]:
    """The fields that the page of both texts carries along unseen."""
    return [field for field in form if field.name not in shown | {"version"}]


def already_submitted(request: HttpRequest, report: Report) -> bool:
    """Whether this very person has just submitted the report: the second of two clicks."""
    waiting = report.status in {Status.PENDING, Status.FILED}
    return waiting and report.submitted_by_id == signed_in(request).pk


@require_POST
def report_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """The choice made on the page of both texts becomes the new version."""
    report = fetch_report(request, pk)
    permit(request, Action.SAVE, report)
    form = form_of(report, request)
    if not form.may_save():
        return refuse(request, report, form)
    user, content = signed_in(request), merged(report, form.content(), request.POST)
    version = form.cleaned_data["version"]
    try:
        saved = save_draft(report=report, by=user, content=content, version=version)
    except Conflict as error:
        return clash(request, report, form, error)
    if form.errors:
        form.go_on_from(saved)
        return refuse(request, fetch_report(request, pk), form)
    messages.success(request, "已按您的选择保存，另一份文字留在稿次中。")
    return redirect("report", report.pk)


@require_POST
def report_unchanged(request: HttpRequest, pk: int) -> HttpResponse:
    report = fetch_report(request, pk)
    permit(request, Action.SUBMIT, report)
    done = submit_unchanged(report=report, by=signed_in(request))
    way = "报送" if done.is_filed else "提交审签"
    messages.success(request, f"已填「本期无新变化」并{way}。")
    return redirect("report", pk)


@require_POST
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    withdraw_report(report=fetch_report(request, pk), by=signed_in(request))
    messages.success(request, "已撤回，可以继续修改。")
    return redirect("report", pk)


@require_POST
def report_ask_return(request: HttpRequest, pk: int) -> HttpResponse:
    report = fetch_report(request, pk)
    ask_return(report=report, by=signed_in(request), reason=read_comment(request.POST))
    messages.success(request, f"已向{report.reviewer}申请退回。")
    return redirect("report", pk)
