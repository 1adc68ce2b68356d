"""Giving up an import of workbooks, and undoing one."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict
from departments.models import User
from reports.actions.drafts import Draft, save_drafts
from reports.actions.holding import lock_reports
from reports.actions.workbook_import import lock_import
from reports.actions.workbook_read import forget_bytes
from reports.models import Report, WorkbookChange, WorkbookImport, WorkbookRow
from reports.selectors.workbook_bases import Point, contents_at

State = WorkbookImport.State


@transaction.atomic
def discard_import(*, workbook_import: WorkbookImport, by: User) -> WorkbookImport:
    """Give up an import that was not written; what was read of it is deleted.

    Raises Conflict where it is being written or has been.
    """
    made = lock_import(workbook_import, by)
    if made.state == State.DISCARDED:
        return made
    if made.state not in {State.WAITING, State.READY, State.REFUSED}:
        raise Conflict(f"这次导入{made.get_state_display()}，不能放弃。")
    empty_import(made)
    made.state, made.settled_by, made.settled_at = State.DISCARDED, by, timezone.now()
    made.save()
    return made


def empty_import(made: WorkbookImport) -> None:
    """Delete what was read of an import, and the bytes that it still holds."""
    WorkbookRow.objects.filter(file__workbook_import=made).delete()
    for file in made.files.all():
        forget_bytes(file)


@transaction.atomic
def undo_import(*, workbook_import: WorkbookImport, by: User) -> WorkbookImport:
    """Put back, as a new version, what stood in every report before the import.

    Raises Conflict where something later was written in one of them, naming it, or where the
    import was not written at all.
    """
    made = lock_import(workbook_import, by)
    if made.state == State.UNDONE:
        return made
    if made.state != State.DONE:
        raise Conflict(f"这次导入{made.get_state_display()}，没有可以撤销的。")
    changes = list(made.changes.all())
    reports = lock_reports(change.report_id for change in changes)
    _refuse_later(changes, reports)
    files = "、".join(f"「{file.name}」" for file in made.files.all() if not file.refusal)
    before = contents_at(
        {each.report_id: Point(each.report_id, each.version_before) for each in changes}
    )
    comment = f"撤销导入填报表{files}"
    drafts = [Draft(reports[pk], content, comment) for pk, content in before.items()]
    save_drafts(drafts=drafts, by=by)
    made.state, made.undone_by, made.undone_at = State.UNDONE, by, timezone.now()
    made.save()
    return made


def _refuse_later(changes: list[WorkbookChange], reports: Mapping[int, Report]) -> None:
    later = [
        reports[change.report_id].assignment.work_item.code
        for change in changes
        if reports[change.report_id].version != change.version_after
    ]
    if later:
        raise Conflict(
            f"导入之后 {'、'.join(later)} 又有改动，不能整体撤销；请在各项里改回，旧稿都在。"
        )
