"""Long tables: what breaks off is put right, what nobody confirms is given up."""

import datetime
from pathlib import Path
from unittest import mock

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from departments.background import STALLED, UNCONFIRMED
from departments.jobs import work_on_tables
from departments.models import AuditEvent, TableImport
from departments.tables import later
from departments.tables.later import work_on_imports, write_import
from departments.tables.progress import Progress, rows_done
from departments.tables.sweep import TOLD, sweep_imports
from tests.tables.later_steps import (
    AT_ONCE,
    HAND,
    State,
    clock,
    kept,
    offices,
    parts,
    people,
    polled,
    queued,
    ready,
    renamed,
    var,
)
from tests.tables.steps import Table, fates, text_of

__all__ = ["clock", "parts", "people", "var"]


def test_a_fault_of_ours_ends_with_a_sentence_and_the_next_one_goes_on(parts: Table) -> None:
    address = parts.later(renamed(parts, 1))
    with mock.patch.object(later, "preview_table", side_effect=PermissionDenied):
        work_on_tables()
    page = text_of(parts.client.get(address))
    assert "未能导入" in page
    assert "系统出错，没有写入任何内容；问题已记录" in page
    another = parts.later(renamed(parts, 1))
    assert another != address
    work_on_tables()
    assert "待确认" in polled(parts, another)["state"]


def test_a_fault_while_writing_leaves_nothing_half_written_and_can_be_confirmed_again(
    parts: Table,
) -> None:
    address = queued(parts)
    with mock.patch.object(later, "result_of", side_effect=LookupError):
        work_on_tables()
    assert (kept().state, offices()) == (State.READY, 0)
    assert not AuditEvent.objects.filter(action="导入分工").exists()
    assert "写入中断了，没有写入任何内容" in text_of(parts.client.get(address))
    parts.confirm_later(address)
    work_on_tables()
    assert offices() == AT_ONCE + 1


def died(state: str) -> datetime.datetime:
    """A worker took it to ``state`` and never came back; the moment at which that is plain."""
    now = timezone.now()
    TableImport.objects.update(state=state, claimed_at=now)
    Progress(kept().pk)(7)
    return now + STALLED + datetime.timedelta(seconds=1)


def test_a_crash_of_the_preview_ends_with_a_sentence(parts: Table, var: Path) -> None:
    address = parts.later(renamed(parts, 1))
    late = died(State.PREVIEWING)
    sweep_imports(late - datetime.timedelta(minutes=1))
    assert polled(parts, address) == {"busy": True, "state": "正在核对", "rows": 7}
    sweep_imports(late)
    assert (kept().state, kept().parcel) == (State.REFUSED, None)
    assert "核对中断了，没有写入任何内容；请重新选择文件" in text_of(parts.client.get(address))
    assert list(var.iterdir()) == []


def test_a_crash_of_the_write_goes_back_to_the_preview(parts: Table) -> None:
    address = queued(parts)
    sweep_imports(died(State.WRITING))
    assert "写入中断了，没有写入任何内容" in text_of(parts.client.get(address))
    parts.confirm_later(address)
    work_on_imports()
    assert offices() == AT_ONCE + 1


def test_a_worker_taken_for_dead_writes_nothing(parts: Table) -> None:
    queued(parts)
    with mock.patch.object(later, "claim", side_effect=lambda *_: bool(sweep_away())):
        assert write_import(kept=kept())
    assert (kept().state, offices()) == (State.READY, 0)


def sweep_away() -> int:
    return TableImport.objects.update(state=State.READY)


def test_what_nobody_confirms_is_given_up_after_a_week(parts: Table) -> None:
    address = ready(parts)
    made = kept().at
    sweep_imports(made + UNCONFIRMED)
    assert kept().state == State.READY
    sweep_imports(made + UNCONFIRMED + datetime.timedelta(seconds=1))
    assert (kept().state, kept().parcel) == (State.DROPPED, None)
    assert "超过 7 天没有确认" in text_of(parts.client.get(address))


def test_refused_rows_are_told_for_a_month_and_the_counts_for_good(parts: Table) -> None:
    rows = renamed(parts, AT_ONCE + 2)
    rows[1][HAND] = "没有的人"
    address = parts.later(rows)
    work_on_tables()
    parts.confirm_later(address)
    work_on_tables()
    settled = kept().settled_at
    assert settled
    sweep_imports(settled + TOLD + datetime.timedelta(seconds=1))
    assert "没有的人" not in text_of(parts.client.get(address))
    assert fates(parts.client.get(address))["修改"] == AT_ONCE + 1


def test_how_far_it_is_can_be_seen_while_the_transaction_is_open(parts: Table) -> None:
    address = parts.later(renamed(parts, 1))
    seen = []
    with mock.patch.object(Progress, "__call__", lambda self, done: seen.append(done), create=True):
        work_on_tables()
    assert seen == list(range(1, AT_ONCE + 2))
    Progress(kept().pk)(40)
    assert rows_done(kept().pk) == 40
    assert polled(parts, address)["rows"] == 40


def test_where_the_sign_of_progress_can_not_be_written_the_import_goes_on(
    parts: Table, var: Path
) -> None:
    var.write_text("in the way of the folder")
    address = queued(parts)
    assert polled(parts, address) == {"busy": True, "state": "等待写入", "rows": 0}
    work_on_tables()
    assert (kept().state, offices()) == (State.DONE, AT_ONCE + 1)
