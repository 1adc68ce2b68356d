"""Confirming an import of workbooks: what the preview showed is written, all or nothing."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from departments.background import claim
from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.drafts import Draft, save_drafts
from reports.actions.holding import lock_reports
from reports.ledger.inputs import Fault
from reports.ledger.preview import Item, Kind, Preview
from reports.ledger.summary import Summary
from reports.locks import locked_sentence
from reports.models import WorkbookChange, WorkbookImport, WorkbookRow
from reports.policies import Right, may
from reports.selectors.workbook_import import CHUNK, previews_of
from reports.states import Action

AT_ONCE_ROWS = 500
"""Imports of up to so many rows are written in the request that confirms them."""
UNDECIDED = "网页上已经改过，或者几份表填得不同，没有选用哪一份"
MOVED_ON = "您看过预览之后，其中有的事项又有改动，请重新核对下面的预览。"
State = WorkbookImport.State


def lock_import(workbook_import: WorkbookImport, by: User) -> WorkbookImport:
    """The import read anew, locked against everybody else. Raises NotAllowed."""
    if not may(by, Right.IMPORT_WORKBOOK, workbook_import.department):
        raise NotAllowed(f"{workbook_import.department.name}的填报表只能由本单位填报员导入。")
    rows = WorkbookImport.objects.select_for_update(of=("self",))
    locked: WorkbookImport = rows.select_related("department", "period__plan", "by").get(
        pk=workbook_import.pk
    )
    return locked


@transaction.atomic
def confirm_import(
    *,
    workbook_import: WorkbookImport,
    by: User,
    choices: Mapping[str, str],
    seen: str,
    valid_only: bool = False,
) -> WorkbookImport:
    """Write what the preview showed, all in one transaction; returns the import as it stands.

    ``choices`` maps the ids of reports in conflict to what the user took; ``seen`` is the
    preview's fingerprint. A large one is left to the background. A second click changes nothing.
    Raises Conflict (409) where a report has moved on since the preview or the import is over,
    DomainError (400) where rows can't be taken and ``valid_only`` is not said.
    """
    made = lock_import(workbook_import, by)
    if made.state in {State.QUEUED, State.WRITING, State.DONE}:
        return made
    if made.state != State.READY:
        raise Conflict(f"这次导入{made.get_state_display()}，不能再确认；请重新上传。")
    made.choices, made.seen, made.valid_only = dict(choices), seen, valid_only
    made.settled_by, made.settled_at, made.sentence = by, timezone.now(), ""
    if WorkbookRow.objects.filter(file__workbook_import=made).count() > AT_ONCE_ROWS:
        made.state = State.QUEUED
    else:
        write_import(made, by)
    made.save()
    return made


def write_import(made: WorkbookImport, by: User) -> None:
    """Write the rows of ``made`` as its choices say. Raises what ``confirm_import`` raises.

    It is written part by part and checked at the end: inside the caller's transaction, nothing
    stays of it where the whole can't be taken.
    """
    summary, taken = Summary(), 0
    for found, _ in previews_of(made, made.choices, lock_reports):
        summary.add(found)
        taken += _write_part(made, found, by)
    _check(summary, made, taken)
    left = WorkbookRow.objects.filter(file__workbook_import=made)
    left.filter(reason="").update(typed={}, content={})
    made.tally = {kind: summary.of[kind] for kind in Kind} | {"taken": taken}
    made.state = State.DONE


def _write_part(made: WorkbookImport, found: Preview, by: User) -> int:
    """Write some reports, and note at their rows why others are not; returns how many."""
    drafts = [
        Draft(item.report, item.content, _comment("导入", item))
        for item in found.taken
        if item.content
    ]
    before = {draft.report.pk: draft.report.version for draft in drafts}
    saved = save_drafts(drafts=drafts, by=by)
    WorkbookChange.objects.bulk_create(
        WorkbookChange(
            workbook_import=made,
            report=report,
            version_before=before[report.pk],
            version_after=report.version,
        )
        for report in saved
    )
    _note_reasons(found)
    return len(saved)


def _check(summary: Summary, made: WorkbookImport, taken: int) -> None:
    if summary.seen != made.seen:
        raise Conflict(MOVED_ON)
    if summary.blocked and not made.valid_only:
        raise DomainError(
            f"有 {summary.blocked} 行不能导入，什么都没有写入；请先补正，或者选「只导入有效的行」。"
        )
    if not taken:
        raise DomainError("没有可以导入的改动，什么都没有写入。")


def _comment(word: str, item: Item) -> str:
    files = {row.file.pk: row.file for row in item.rows if row.file.order in item.sources}
    named = "、".join(f"「{file.name}」（SHA-256 {file.sha256}）" for file in files.values())
    return f"{word}填报表{named}"


def reason_of(row: WorkbookRow, item: Item | None) -> str:
    """Why ``row`` is not taken, in words; empty where it is, or has nothing to say."""
    if row.faults:
        return "".join(str(Fault(**fault)) for fault in row.faults)
    if item is None or row not in item.fillers:
        return ""
    if item.kind == Kind.LOCKED:
        return locked_sentence(item.report, Action.SAVE)
    return f"{UNDECIDED}。" if item.is_open else ""


def _note_reasons(found: Preview) -> None:
    """Rows that are not taken keep what was typed, and why."""
    spoken = [(row, item) for item in found.items for row in item.rows]
    left = []
    for row, item in [*((row, None) for row in found.invalid), *spoken]:
        row.reason = reason_of(row, item)
        if row.reason:
            left.append(row)
    WorkbookRow.objects.bulk_update(left, ["reason"], batch_size=CHUNK)


def write_workbooks(*, workbook_import: WorkbookImport) -> bool:
    """Write a confirmed import in the background; returns whether it was this call that did.

    What keeps it from being written is told on its page, where it can be confirmed again.
    """
    if not claim(workbook_import, State.QUEUED, State.WRITING):
        return False
    by = WorkbookImport.objects.select_related("settled_by").get(pk=workbook_import.pk).settled_by
    assert by is not None
    try:
        with transaction.atomic():
            made = lock_import(workbook_import, by)
            write_import(made, by)
            made.save()
    except DomainError as error:
        writing = WorkbookImport.objects.filter(pk=workbook_import.pk, state=State.WRITING)
        writing.update(state=State.READY, sentence=str(error))
    return True
