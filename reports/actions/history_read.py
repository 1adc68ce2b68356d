"""历史导入: an old ledger comes in and is read; nothing of it reaches a report yet."""

import datetime
import hashlib
from collections import Counter

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from departments.background import BROKEN, claim, stalled
from departments.errors import Conflict, NotAllowed
from departments.models import User
from reports import calendar
from reports.actions.attachments import clean_name
from reports.actions.background import AT_ONCE_BYTES, INTERRUPTED
from reports.actions.periods import NOT_A_HISTORIAN, check_past
from reports.calendar import HalfYear
from reports.ledger.history.grid import pack
from reports.ledger.reader import read_book
from reports.ledger.reading.book import Book, Sheet, WorkbookRefused
from reports.models import HistoryImport
from reports.policies import Right, may
from tasks.models import Plan

log = structlog.get_logger(__name__)
MOST = {
    "sheets": 60,
    "rows": 200,
    "columns": 500,
    "cells": 5_000,
    "merges": 1_000,
    "characters": 1_000_000,
}
"""Of all sheets together. A half-year's ledger has some sixty rows and 1,500 cells; every page of
an import is worked out from the whole, so more would take seconds."""
UNITS = {
    "sheets": "张工作表",
    "rows": "行",
    "columns": "列",
    "cells": "格",
    "merges": "处合并单元格",
    "characters": "字",
}
KEPT_OPEN = datetime.timedelta(days=30)
State = HistoryImport.State


def open_history(  # noqa: PLR0913 - keyword-only facts of one file
    *,
    plan: Plan,
    half_year: HalfYear,
    by: User,
    name: str,
    content: bytes,
    now: datetime.datetime | None = None,
    at_once: bool = False,
) -> HistoryImport:
    """Take the ledger ``content`` of ``half_year`` in and keep it until it is settled.

    It is read here unless it is large: then it waits for ``read_history_file``, except where the
    caller has time (``at_once``). The same file for the same half-year, not yet settled, is the
    same import. Raises NotAllowed (403), DomainError where the half-year can't be imported,
    WorkbookRefused where the file can't be read; ``at_once`` also Conflict (409) where the
    background is reading it.
    """
    permit_history(by, plan)
    now = now or timezone.now()
    check_past(plan, half_year, calendar.local_date(now))
    there = held_history(plan=plan, half_year=half_year, by=by, content=content)
    if there is not None:
        return _read_there(there) if at_once else there
    name = clean_name(name)
    history = HistoryImport(
        plan=plan, year=half_year.year, half=half_year.half, name=name, size=len(content),
        sha256=_digest(content), content=content, state=State.WAITING, by=by, at=now,
    )  # fmt: skip
    if at_once or len(content) <= AT_ONCE_BYTES:
        history.sheets, history.notices = _read(content, name)
        history.state = State.OPEN
    history.save()
    return history


def held_history(
    *, plan: Plan, half_year: HalfYear, by: User, content: bytes
) -> HistoryImport | None:
    """The import of ``content`` for ``half_year`` that ``by`` has not yet settled."""
    found: HistoryImport | None = HistoryImport.objects.filter(
        plan=plan, year=half_year.year, half=half_year.half, sha256=_digest(content), by=by,
        state__in=HistoryImport.HELD,
    ).first()  # fmt: skip
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_there(there: HistoryImport) -> HistoryImport:
    """``there``, read now where it waited. Raises WorkbookRefused, Conflict as opening does."""
    read_history_file(history=there)
    there.refresh_from_db()
    if there.state == State.REFUSED:
        raise WorkbookRefused(there.sentence)
    if not there.is_open:
        raise Conflict(f"这份台账在网页上{there.get_state_display()}，请稍后再试。")
    return there


def permit_history(by: User, plan: Plan) -> None:
    """Raises NotAllowed (403) unless ``by`` may import history into ``plan``."""
    if not may(by, Right.IMPORT_HISTORY, plan):
        raise NotAllowed(NOT_A_HISTORIAN)


def _read(content: bytes, name: str) -> tuple[list[dict[str, object]], list[str]]:
    """What is kept of the file's sheets, and what is to be said about it."""
    book = read_book(content, name)
    _check_size(book, name)
    return pack(book.sheets), book.notices


def _check_size(book: Book, name: str) -> None:
    found: Counter[str] = Counter()
    for sheet in book.sheets:
        found.update(sheets=1, merges=len(sheet.merges))
        _add_rows(found, sheet)
        if limit := _passed(found):
            raise WorkbookRefused(
                f"「{name}」的内容远多于一个半年的台账（最多 {limit}）；"
                "请只留本期的工作表，另存为 .xlsx 后再传。"
            )


def _add_rows(found: Counter[str], sheet: Sheet) -> None:
    """Count the rows of ``sheet`` until there are too many."""
    columns: set[int] = set()
    for row in sheet.rows:
        new = row.cells.keys() - columns
        columns |= new
        found.update(
            rows=bool(row.cells),
            columns=len(new),
            cells=len(row.cells),
            characters=sum(len(cell.text) for cell in row.cells.values()),
        )
        if _passed(found):
            return


def _passed(found: Counter[str]) -> str:
    """The first limit that was passed, in words; empty where none was."""
    over = (f"{most:,} {UNITS[what]}" for what, most in MOST.items() if found[what] > most)
    return next(over, "")


def read_history_file(*, history: HistoryImport) -> bool:
    """Read what waits, in the background; returns whether it was this call that did.

    A file that can't be taken is deleted, and the reason told on the import's page; so it is after
    a fault of ours, which is logged.
    """
    if not claim(history, State.WAITING, State.READING):
        return False
    reading = HistoryImport.objects.filter(pk=history.pk, state=State.READING)
    try:
        sheets, notices = _read(bytes(reading.get().content or b""), history.name)
    except WorkbookRefused as error:
        refuse(reading, str(error), timezone.now())
    except Exception:
        log.exception("history_read_failed", history=history.pk)
        refuse(reading, BROKEN, timezone.now())
    else:
        reading.update(state=State.OPEN, sheets=sheets, notices=notices)
    return True


def refuse(histories: QuerySet[HistoryImport], sentence: str, now: datetime.datetime) -> int:
    """Give up imports that could not be read, for the reason ``sentence``; returns how many."""
    refused: int = histories.update(
        state=State.REFUSED, sentence=sentence, content=None, sheets=[], settled_at=now
    )
    return refused


def sweep_histories(*, now: datetime.datetime) -> int:
    """Give up what a dead worker was reading, and what nobody has settled for long; how many.

    Run as often as one likes: a second run at ``now`` finds nothing to do.
    """
    dead = stalled(HistoryImport, now).filter(state=State.READING)
    old = HistoryImport.objects.filter(state=State.OPEN, at__lt=now - KEPT_OPEN)
    dropped: int = old.update(state=State.DROPPED, content=None, sheets=[], settled_at=now)
    return refuse(dead, INTERRUPTED, now) + dropped
