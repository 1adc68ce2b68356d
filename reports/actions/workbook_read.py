"""Taking a department's workbooks in and reading them; nothing of it reaches a report yet."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from departments.background import claim
from departments.errors import DomainError, NotAllowed
from departments.models import Department, User
from reports.actions.attachments import MAX_FILE, clean_name
from reports.actions.background import AT_ONCE_BYTES
from reports.ledger.gather import exported_at, gather
from reports.ledger.match import Scope
from reports.ledger.reader import Book, WorkbookRefused, read_book
from reports.models import ReportingPeriod, WorkbookFile, WorkbookImport, WorkbookRow
from reports.policies import Right, may
from reports.selectors.workbook_import import workbook_scope

MOST_FILES = 20
AT_ONCE_FILES = 5
"""More files than that are left to the background: each may take seconds if it is malicious."""
CHUNK = 500
Reader = Callable[[bytes, str], Book]
"""What is asked instead of ``read_book``, where it has read some of the files already."""


def receive_workbooks(
    *,
    period: ReportingPeriod,
    department: Department,
    by: User,
    uploads: Sequence["UploadedFile[Any]"],
    read: Reader | None = None,
) -> WorkbookImport:
    """Take in the workbooks that somebody dropped together; small ones are read at once.

    Larger ones are kept until ``read_workbooks`` has read them. Raises NotAllowed for others than
    the department's reporters, DomainError without a file or with too many. A file that can't be
    taken is kept by name with the reason; the others are read all the same.
    """
    if not may(by, Right.IMPORT_WORKBOOK, department):
        raise NotAllowed(f"{department.name}的填报表只能由本单位填报员导入。")
    if not uploads:
        raise DomainError("请选择要导入的填报表（.xlsx）。")
    if len(uploads) > MOST_FILES:
        raise DomainError(f"一次最多导入 {MOST_FILES} 个文件，请分批导入。")
    files = [_received(order, upload) for order, upload in enumerate(uploads)]
    _refuse_twins([file for file, _ in files])
    made = WorkbookImport(period=period, department=department, by=by, at=timezone.now())
    size = sum(upload.size or 0 for upload in uploads)
    if size > AT_ONCE_BYTES or len(uploads) > AT_ONCE_FILES:
        return _keep_bytes(made, files)
    scope = workbook_scope(period, department)
    found = [_whole(_parse(file, content, scope, read)) for file, content in files]
    with transaction.atomic():
        made.save()
        for one in found:
            one.file.workbook_import = made
            one.file.save()
            _keep_rows(made, one)
        _settle(made, found)
    return made


def _received(order: int, upload: "UploadedFile[Any]") -> tuple[WorkbookFile, bytes]:
    too_large = (upload.size or 0) > MAX_FILE
    content = b"" if too_large else upload.read()
    name = clean_name(upload.name or "")
    file = WorkbookFile(
        order=order,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        size=upload.size or 0,
        refusal=f"「{name}」超过 20 MB，请拆分后再传。" if too_large else "",
    )
    return file, content


def _refuse_twins(files: Sequence[WorkbookFile]) -> None:
    first: dict[str, WorkbookFile] = {}
    for file in files:
        twin = first.setdefault(file.sha256, file)
        if twin is not file and not file.refusal:
            file.refusal = f"「{file.name}」和「{twin.name}」内容相同，只读一份。"


@transaction.atomic
def _keep_bytes(
    made: WorkbookImport, files: Sequence[tuple[WorkbookFile, bytes]]
) -> WorkbookImport:
    made.save()
    for file, content in files:
        file.workbook_import = made
        file.save()
        if not file.refusal:
            file.stored.save(f"{file.sha256}.xlsx", ContentFile(content))
    return made


def read_workbooks(*, workbook_import: WorkbookImport, read: Reader | None = None) -> bool:
    """Read what waits, in the background; returns whether it was this call that did.

    Whoever changes the state from waiting goes on; a second worker does nothing. The stored bytes
    are deleted when they have been read, whatever came of it.
    """
    state = WorkbookImport.State
    if not claim(workbook_import, state.WAITING, state.READING):
        return False
    workbook_import.refresh_from_db()
    scope = workbook_scope(workbook_import.period, workbook_import.department)
    files, found = list(workbook_import.files.all()), list[_Found]()
    try:
        for file in files:
            one = _parse(file, b"" if file.refusal else _stored(file), scope, read)
            file.save(update_fields=["refusal", "notices", "exported_at"])
            _keep_rows(workbook_import, one)
            found.append(one)
    finally:
        for file in files:
            forget_bytes(file)
    _settle(workbook_import, found)
    return True


def _stored(file: WorkbookFile) -> bytes:
    with file.stored.open("rb") as stored:
        content: bytes = stored.read()
    return content


def forget_bytes(file: WorkbookFile) -> None:
    """Delete the stored bytes of ``file``, if there are any."""
    if file.stored:
        file.stored.delete(save=False)
        WorkbookFile.objects.filter(pk=file.pk).update(stored="")


@dataclasses.dataclass(frozen=True)
class _Found:
    """A file that was read, and its rows as they are asked for; none where it was refused."""

    file: WorkbookFile
    rows: Iterable[WorkbookRow]


def _whole(found: _Found) -> _Found:
    return _Found(found.file, list(found.rows))


def _parse(file: WorkbookFile, content: bytes, scope: Scope, read: Reader | None) -> _Found:
    """Read ``content`` while nobody waits for the database: it may take seconds."""
    if file.refusal:
        return _Found(file, [])
    try:
        book = (read or read_book)(content, file.name)
        rows = gather(book, file.name, scope)
    except WorkbookRefused as error:
        file.refusal = str(error)
        return _Found(file, [])
    file.notices, file.exported_at = book.notices, exported_at(book)
    return _Found(file, rows)


def _keep_rows(made: WorkbookImport, found: _Found) -> None:
    rows = iter(found.rows)
    while chunk := list(islice(rows, CHUNK)):
        for row in chunk:
            row.file = found.file
        WorkbookRow.objects.bulk_create(chunk)
        made.rows_read += len(chunk)
        made.save(update_fields=["rows_read"])


def _settle(made: WorkbookImport, found: Sequence[_Found]) -> None:
    """The import is ready if one of its files could be read."""
    read = any(not one.file.refusal for one in found)
    made.state = made.State.READY if read else made.State.REFUSED
    made.save(update_fields=["state"])
