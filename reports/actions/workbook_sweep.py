"""The background's share of imports: what is large is read and written, what is over goes."""

import datetime

import structlog
from django.core.files.storage import default_storage

from departments.background import BROKEN, EXPIRED, NOT_WRITTEN, STALLED, UNCONFIRMED, stalled
from reports.actions.background import INTERRUPTED
from reports.actions.history_read import read_history_file, sweep_histories
from reports.actions.workbook_import import write_workbooks
from reports.actions.workbook_read import read_workbooks
from reports.actions.workbook_undo import empty_import
from reports.models import HistoryImport, WorkbookFile, WorkbookImport, WorkbookRow

log = structlog.get_logger(__name__)
LEFT_BEHIND = datetime.timedelta(days=30)
FOLDER = "imports"
State = WorkbookImport.State


def work_on_imports() -> int:
    """Read what waits and write what was confirmed, oldest first; returns how many.

    A fault of ours at one of them is logged and told on its page; the others go on.
    """
    made, histories = WorkbookImport.objects.order_by("pk"), HistoryImport.objects.order_by("pk")
    done = [_read(one) for one in made.filter(state=State.WAITING)]
    waiting = histories.filter(state=HistoryImport.State.WAITING).defer("content")
    done += [read_history_file(history=one) for one in waiting]
    done += [_write(one) for one in made.filter(state=State.QUEUED)]
    return sum(done)


def _read(made: WorkbookImport) -> bool:
    try:
        return read_workbooks(workbook_import=made)
    except Exception:
        log.exception("workbook_read_failed", workbook_import=made.pk)
        made.state = State.READING
        _end(made, State.REFUSED, BROKEN)
        return True


def _write(made: WorkbookImport) -> bool:
    try:
        return write_workbooks(workbook_import=made)
    except Exception:
        log.exception("workbook_write_failed", workbook_import=made.pk)
        writing = WorkbookImport.objects.filter(pk=made.pk, state=State.WRITING)
        writing.update(state=State.READY, sentence=NOT_WRITTEN)
        return True


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
