"""Asking for everything of a plan, and taking it away."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from departments.audit import record
from departments.errors import NotAllowed
from departments.models import User
from reports.archive.desk import archive_path
from reports.jobs import export_soon
from reports.models import PlanExport
from reports.policies import Right, may
from tasks.models import Plan


@transaction.atomic
def ask_plan_export(
    *, plan: Plan, by: User, request: HttpRequest | None = None
) -> tuple[PlanExport, bool]:
    """Have everything of ``plan`` that ``by`` may read written into one zip, in the background.

    Returns the export and whether it was asked for now: while one is under way there is no
    second. Raises NotAllowed for anybody but a coordinator of the plan's first receiver.
    """
    if not may(by, Right.EXPORT_PLAN, plan):
        raise NotAllowed("全部数据只能由首位汇总单位的汇总员导出。")
    Plan.objects.select_for_update().get(pk=plan.pk)
    for export in PlanExport.objects.filter(plan=plan):
        if export.is_under_way:
            return export, False
    export = PlanExport.objects.create(plan=plan, asked_by=by, asked_at=timezone.now())
    record("导出全部数据", user=by, request=request, subject=f"{plan.slug}（第 {export.pk} 次）")
    export_soon()
    return export, True


@transaction.atomic
def discard_plan_export(
    *, export: PlanExport, by: User, request: HttpRequest | None = None
) -> None:
    """Delete the file of a finished export before its time; a second click does nothing more.

    Raises NotAllowed as ``ask_plan_export`` does.
    """
    if not may(by, Right.EXPORT_PLAN, export.plan):
        raise NotAllowed("全部数据只能由首位汇总单位的汇总员导出。")
    done, expired = PlanExport.State.DONE, PlanExport.State.EXPIRED
    if PlanExport.objects.filter(pk=export.pk, state=done).update(state=expired):
        record("删除导出的全部数据", user=by, request=request, subject=f"第 {export.pk} 次")
        transaction.on_commit(lambda: archive_path(export).unlink(missing_ok=True))
