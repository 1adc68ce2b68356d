"""The background's share of imports: what is large is read and written, what is over goes."""

import datetime

from django.core.files.storage import default_storage

from reports.actions.background import INTERRUPTED, STALLED, stalled
from reports.actions.history_read import read_history_file, sweep_histories
from reports.actions.workbook_import import write_workbooks
from reports.actions.workbook_read import read_workbooks
from reports.actions.workbook_undo import empty_import
from reports.models import HistoryImport, WorkbookFile, WorkbookImport, WorkbookRow

UNCONFIRMED = datetime.timedelta(days=7)
LEFT_BEHIND = datetime.timedelta(days=30)
FOLDER = "imports"
NOT_WRITTEN = "写入中断了，没有写入任何内容；请核对下面的预览，再确认一次。"
EXPIRED = "超过 7 天没有确认，已自动放弃，没有写入任何内容。"
State = WorkbookImport.State


def work_on_imports() -> int:
    """Read what waits and write what was confirmed, oldest first; returns how many."""
    made, histories = WorkbookImport.objects.order_by("pk"), HistoryImport.objects.order_by("pk")
    done = [read_workbooks(workbook_import=one) for one in made.filter(state=State.WAITING)]
    waiting = histories.filter(state=HistoryImport.State.WAITING).defer("content")
    done += [read_history_file(history=one) for one in waiting]
    done += [write_workbooks(workbook_import=one) for one in made.filter(state=State.QUEUED)]
    return sum(done)


def sweep_imports(now: datetime.datetime) -> None:
    """Put right what a crash left behind, give up what nobody confirmed, delete what is over.

    Run as often as one likes: a second run at ``now`` finds nothing to do.
    """
    sweep_histories(now=now)
    dead = stalled(WorkbookImport, now)
    for made in dead.filter(state=State.READING):
        _end(made, State.REFUSED, INTERRUPTED)
    dead.filter(state=State.WRITING).update(state=State.READY, sentence=NOT_WRITTEN)
    for made in WorkbookImport.objects.filter(state=State.READY, at__lt=now - UNCONFIRMED):
        _end(made, State.DISCARDED, EXPIRED)
    over = WorkbookRow.objects.filter(file__workbook_import__settled_at__lt=now - LEFT_BEHIND)
    over.exclude(file__workbook_import__state=State.READY).delete()
    _delete_orphans(now)


def _end(made: WorkbookImport, state: str, sentence: str) -> None:
    """Only from the state in which it was found: somebody may have been faster."""
    found = WorkbookImport.objects.filter(pk=made.pk, state=made.state)
    if found.update(state=state, sentence=sentence):
        empty_import(made)


def _delete_orphans(now: datetime.datetime) -> None:
    """Stored bytes that no waiting import names any more."""
    if not default_storage.exists(FOLDER):
        return
    kept = set(WorkbookFile.objects.exclude(stored="").values_list("stored", flat=True))
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if path not in kept and default_storage.get_modified_time(path) < now - STALLED:
            default_storage.delete(path)
