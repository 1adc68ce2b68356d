"""Files are served only through what the user may see, as a download that no browser runs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from departments.audit import record
from reports.actions.attachments import remove_attachment, verified_content
from reports.models import Attachment
from reports.views.requests import signed_in


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = get_object_or_404(Attachment.objects.visible_to(signed_in(request)), pk=pk)
    response = HttpResponse(verified_content(attachment), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, attachment.name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    record("下载附件", request=request, subject=f"{attachment.name}（{attachment.pk}）")
    return response


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Attachment.objects.visible_to(signed_in(request)).present()
    attachment = get_object_or_404(rows, pk=pk)
    remove_attachment(attachment=attachment, by=signed_in(request))
    messages.success(request, f"已移除「{attachment.name}」（原件留存备查）。")
    if attachment.entry_id:
        return redirect("entry-edit", attachment.entry_id)
    return redirect("report", attachment.report_id)
