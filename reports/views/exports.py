"""Everything of a plan in one zip: asked for here, made in the background, fetched here."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from departments.audit import record
from departments.errors import Conflict
from reports.actions.plan_export import ask_plan_export, discard_plan_export
from reports.archive.desk import archive_path
from reports.models import PlanExport
from reports.policies import Right
from reports.selectors.exports import export_lines
from reports.views.requests import fetch_plan, permit, signed_in
from tasks.models import Plan


def _plan(request: HttpRequest, slug: str) -> Plan:
    plan = fetch_plan(request, slug)
    permit(request, Right.EXPORT_PLAN, plan)
    return plan


@require_GET
def export_page(request: HttpRequest, plan: str) -> HttpResponse:
    where = _plan(request, plan)
    return render(request, "reports/plan_export.html", _context(where))


@require_GET
def export_progress(request: HttpRequest, plan: str) -> HttpResponse:
    where = _plan(request, plan)
    return render(request, "reports/_plan_exports.html", _context(where))


def _context(plan: Plan) -> dict[str, object]:
    lines = export_lines(plan)
    return {"plan": plan, "lines": lines, "busy": any(one.export.is_under_way for one in lines)}


@require_POST
def export_start(request: HttpRequest, plan: str) -> HttpResponse:
    where = _plan(request, plan)
    _, now = ask_plan_export(plan=where, by=signed_in(request), request=request)
    said = "已开始导出，可以离开本页，稍后回来下载。" if now else "上一次导出还在进行，请等它完成。"
    messages.success(request, said)
    return redirect("plan-export", where.slug)


def _export(request: HttpRequest, plan: str, pk: int) -> PlanExport:
    where = _plan(request, plan)
    return get_object_or_404(PlanExport.objects.select_related("plan"), plan=where, pk=pk)


@require_GET
def export_download(request: HttpRequest, plan: str, pk: int) -> HttpResponseBase:
    export = _export(request, plan, pk)
    try:
        stream = archive_path(export).open("rb")
    except OSError as error:
        raise Conflict("这份文件还没有完成或已到期删除，请重新导出。") from error
    record("下载全部数据", request=request, subject=f"{plan}（第 {pk} 次）SHA-256 {export.sha256}")
    made = timezone.localtime(export.finished_at or export.asked_at)
    name = f"{export.plan.title}全部数据{made:%Y%m%d-%H%M}.zip"
    response = FileResponse(stream, as_attachment=True, filename=name)
    response["Content-Type"], response["Cache-Control"] = "application/zip", "private, no-store"
    return response


@require_POST
def export_discard(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    export = _export(request, plan, pk)
    discard_plan_export(export=export, by=signed_in(request), request=request)
    messages.success(request, "文件已删除。")
    return redirect("plan-export", plan)
