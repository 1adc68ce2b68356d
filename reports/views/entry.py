"""Progress entries: what my departments log, in under a minute on a phone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department
from departments.rights import rights_of
from reports.actions.attachments import attach_uploads, remove_attachment
from reports.actions.entries import edit_entry, log_entry, log_nothing, request_entries
from reports.filetypes import ACCEPT
from reports.forms.entry import EntryForm, initial_of
from reports.models import ProgressEntry
from reports.policies import Right, may
from reports.selectors.current import current_period
from reports.selectors.entries import authors_of, items_to_log, my_items, recent_entries
from reports.views.requests import fetch_report, read_id, signed_in


@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    period = current_period(user, timezone.localdate())
    context = {"lines": my_items(user, period), "entries": recent_entries(user), "period": period}
    context["mine"] = rights_of(user).works_for
    return render(request, "reports/entry_list.html", context)


@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest) -> HttpResponse:
    items, bodies = items_to_log(signed_in(request)), authors_of(signed_in(request))
    if not items:
        raise NotAllowed("您所在单位没有牵头或配合的事项，不能记进展。")
    if request.method == "GET":
        chosen = read_id(request.GET.get("item", ""))
        initial = {"item": chosen} if chosen else {}
        return entry_page(request, EntryForm(items=items, departments=bodies, initial=initial))
    form = EntryForm(request.POST, items=items, departments=bodies)
    if not form.is_valid():
        return entry_page(request, form, status=422)
    data = form.cleaned_data
    try:
        entry = log_entry(
            item=next(row for row in items if row.pk == data["item"]),
            by=signed_in(request),
            happened_on=data["happened_on"],
            text=data["text"],
            department=data.get("department", ""),
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return entry_page(request, form, status=error.status_code)
    return exchange_and_leave(request, entry, form, "已记下。")


@require_http_methods(["GET", "POST"])
def entry_edit(request: HttpRequest, pk: int) -> HttpResponse:
    entry = fetch_own(request, pk)
    items = [entry.work_item]
    if request.method == "GET":
        return entry_page(request, EntryForm(items=items, initial=initial_of(entry)), entry)
    form = EntryForm(request.POST, items=items)
    if not form.is_valid():
        return entry_page(request, form, entry, status=422)
    try:
        entry = edit_entry(
            entry=entry,
            by=signed_in(request),
            happened_on=form.cleaned_data["happened_on"],
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"] or 0,
        )
    except DomainError as error:
        return entry_refused(request, form, fetch_own(request, pk), error)
    return exchange_and_leave(request, entry, form, "已保存，旧稿留存。")


def entry_refused(
    request: HttpRequest, form: EntryForm, newest: ProgressEntry, error: DomainError
) -> HttpResponse:
    """What is wrong, with what was typed; after a conflict the next save replaces the newest."""
    form.add_error(None, str(error))
    if isinstance(error, Conflict):
        form.data = {**request.POST.dict(), "version": str(newest.version)}
    return entry_page(request, form, newest, status=error.status_code)


def fetch_own(request: HttpRequest, pk: int) -> ProgressEntry:
    """The entry if the user sees it (else 404) and may change it (else 403)."""
    rows = ProgressEntry.objects.visible_to(signed_in(request))
    entry: ProgressEntry = get_object_or_404(
        rows.select_related("work_item__task__plan", "department", "period"), pk=pk
    )
    if not may(signed_in(request), Right.EDIT_ENTRY, entry):
        raise NotAllowed("只有记录单位可以修改这条进展。")
    return entry


def entry_page(
    request: HttpRequest, form: EntryForm, entry: ProgressEntry | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "entry": entry, "accept": ACCEPT}
    if entry is not None:
        context["files"] = list(entry.attachments.present())
        context["revisions"] = list(entry.revisions.select_related("by"))
    return render(request, "reports/entry_form.html", context, status=status)


def exchange_and_leave(
    request: HttpRequest, entry: ProgressEntry, form: EntryForm, said: str
) -> HttpResponse:
    """Attach what came along, take out the file named; a refused file is said, the entry stands."""
    messages.success(request, said)
    if form.removed:
        messages.warning(request, f"文字中有 {form.removed} 个看不见的控制字符，已去除。")
    user, uploads = signed_in(request), request.FILES.getlist("files")
    refused = attach_uploads(owner=entry, by=user, uploads=uploads)
    for sentence in refused:
        messages.error(request, sentence)
    wanted = read_id(request.POST.get("remove", ""))
    if wanted and (attachment := entry.attachments.present().filter(pk=wanted).first()):
        remove_attachment(attachment=attachment, by=user)
        messages.success(request, f"已移除「{attachment.name}」（原件留存备查）。")
    stays = refused or "remove" in request.POST
    return redirect("entry-edit", entry.pk) if stays else redirect("entry-list")


@require_POST
def entry_nothing(request: HttpRequest) -> HttpResponse:
    """«本期无相关工作» for the ticked items."""
    ticked = set(request.POST.getlist("item"))
    mine = items_to_log(signed_in(request))
    if not mine:
        raise NotAllowed("您所在单位没有牵头或配合的事项，不能记进展。")
    items = [row for row in mine if str(row.pk) in ticked]
    made = log_nothing(items=items, by=signed_in(request), today=timezone.localdate())
    messages.success(request, f"已为 {made} 项记「本期无相关工作」。" if made else "没有新的记录。")
    return redirect("entry-list")


@require_POST
def entry_request(request: HttpRequest, pk: int) -> HttpResponse:
    """商请 the departments that have logged nothing on a report's item."""
    report = fetch_report(request, pk)
    codes = request.POST.getlist("department")
    named = Department.objects.filter(
        code__in=codes, assignments__work_item=report.assignment.work_item_id
    ).distinct()
    made = request_entries(report=report, by=signed_in(request), departments=named)
    messages.success(request, f"已商请 {made} 个单位补充进展。" if made else "已经商请过了。")
    return redirect("report", pk)
