"""Files beside a report, an entry, a submission, an indicator's value or a history import."""

import hashlib
import uuid
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.holding import hold_periods
from reports.filetypes import FILE_TYPES
from reports.models import (
    Attachment,
    HistoryImport,
    Measurement,
    ProgressEntry,
    Report,
    Submission,
)
from reports.policies import Right, may
from reports.states import Action
from reports.text import clean

MAX_FILE = 20 * 1024 * 1024
MAX_REPORT = 100 * 1024 * 1024
MAX_NAME = 200
log = structlog.get_logger(__name__)
Owner = Report | ProgressEntry | Submission | Measurement | HistoryImport


class RefusedFile(DomainError):
    """The file was not taken; the message names it and says why."""


def attach_uploads(*, owner: Owner, by: User, uploads: Iterable[object]) -> list[str]:
    """Attach the files of a request; returns the sentences of those that were refused."""
    refused = []
    for upload in uploads:
        assert isinstance(upload, UploadedFile)
        try:
            attach_file(owner=owner, by=by, upload=upload)
        except DomainError as error:
            refused.append(str(error))
    return refused


def attach_file(*, owner: Owner, by: User, upload: "UploadedFile[Any]") -> Attachment:
    """Store ``upload`` beside ``owner`` under a name of ours; the same file twice is kept once.

    Raises RefusedFile where size or content forbid it, Conflict where the owner is locked.
    Writing of the text is not touched by a refusal.
    """
    name = clean_name(upload.name or "")
    _check_owner(owner, by)
    if (upload.size or 0) > MAX_FILE:
        raise RefusedFile(f"「{name}」超过 20 MB，请压缩或拆分后再传。")
    content = upload.read()
    content_type = _check_content(name, content)
    with transaction.atomic():
        locked = _lock(owner, by)
        return _stored_already(locked, name, content) or _store(
            locked, by, name, content, content_type
        )


def keep_original(*, history: HistoryImport, by: User, content: bytes) -> Attachment:
    """Keep the old ledger from which ``history`` came; whoever may import is asked before."""
    content_type, _ = FILE_TYPES["xlsx"]
    return _store(history, by, history.name, content, content_type)


def _lock(owner: Owner, by: User) -> Owner:
    """The owner read anew, locked against everybody else, and still open to ``by``.

    The half-year of what can only be changed in an open one stays as it is meanwhile.
    """
    locked: Owner = type(owner).objects.select_for_update(of=("self",)).get(pk=owner.pk)
    if isinstance(locked, Report | ProgressEntry):
        hold_periods([locked.period])
    _check_owner(locked, by)
    return locked


def clean_name(raw: str) -> str:
    """The name without its folders, on one line, at most 200 characters with its ending."""
    name = " ".join(clean(PurePath(raw.replace("\\", "/")).name).text.split())
    return name[-MAX_NAME:] or "未命名"


def _stored_already(owner: Owner, name: str, content: bytes) -> Attachment | None:
    found: Attachment | None = (
        owner.attachments.present().filter(name=name, sha256=_digest(content)).first()
    )
    return found


def _check_owner(owner: Owner, by: User) -> None:
    if isinstance(owner, Report):
        if not may(by, Action.SAVE, owner):
            raise NotAllowed("只有牵头单位填报员可以增减本项的佐证材料。")
        if owner.period.is_closed:
            raise Conflict(f"{owner.period.label}报告期已关闭，本项的佐证材料没有变动。")
        if not owner.is_writable:
            raise Conflict("本项现在不能修改，佐证材料没有变动。")
    elif isinstance(owner, ProgressEntry):
        if not may(by, Right.EDIT_ENTRY, owner):
            raise NotAllowed("只有记录单位可以增减材料。")
        if owner.period.is_closed:
            raise Conflict(f"{owner.period.label}报告期已关闭，进展记录的材料没有变动。")
    elif isinstance(owner, Measurement):
        if not (may(by, Right.ENTER_VALUE, owner) or may(by, Right.CONFIRM_VALUE, owner)):
            raise NotAllowed("完成值的材料由录入单位上传。")
    elif isinstance(owner, HistoryImport):
        raise Conflict("历史导入的原件只随导入一并留存。")
    elif not may(by, Right.KEEP_SUBMISSION, owner):
        raise NotAllowed("扫描件由报送单位上传；线下报送的由代录单位上传。")


def _check_content(name: str, content: bytes) -> str:
    """The content type; raises RefusedFile where name and content disagree."""
    extension = PurePath(name).suffix.lower().removeprefix(".")
    if not content:
        raise RefusedFile(f"「{name}」是空文件（0 字节），请检查后再传。")
    if extension not in FILE_TYPES:
        kinds = "、".join(FILE_TYPES)
        raise RefusedFile(f"「{name}」的类型不能上传，可以传的类型：{kinds}。")
    content_type, check = FILE_TYPES[extension]
    if not check(content):
        raise RefusedFile(
            f"「{name}」的内容不是 .{extension} 文件（或已损坏、含宏），请用原软件另存后再传。"
        )
    return content_type


def _check_room(owner: Owner, name: str, size: int) -> None:
    taken = owner.attachments.present().aggregate(total=Sum("size"))["total"] or 0
    if taken + size > MAX_REPORT:
        raise RefusedFile(f"加上「{name}」后本项材料超过 100 MB，请先移除其他材料。")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _store(owner: Owner, by: User, name: str, content: bytes, content_type: str) -> Attachment:
    _check_room(owner, name, len(content))
    attachment = Attachment(
        report=owner if isinstance(owner, Report) else None,
        entry=owner if isinstance(owner, ProgressEntry) else None,
        submission=owner if isinstance(owner, Submission) else None,
        measurement=owner if isinstance(owner, Measurement) else None,
        history=owner if isinstance(owner, HistoryImport) else None,
        name=name,
        size=len(content),
        sha256=_digest(content),
        content_type=content_type,
        by=by,
        at=timezone.now(),
    )
    attachment.stored.save(uuid.uuid4().hex, ContentFile(content), save=False)
    attachment.save()
    return attachment


@transaction.atomic
def remove_attachment(*, attachment: Attachment, by: User) -> None:
    """Take a file out of sight; it is kept, with who removed it and when.

    Raises Conflict where its report is locked, NotAllowed for others than the owner's reporters.
    """
    owner: Owner | None = (
        attachment.report
        or attachment.entry
        or attachment.submission
        or attachment.measurement
        or attachment.history
    )
    assert owner is not None
    if isinstance(owner, HistoryImport):
        raise Conflict("历史导入的原件留存备查，不能移除。")
    if isinstance(owner, Submission):
        raise Conflict("已上传的扫描件不能移除；如有误，请再传一份。")
    if isinstance(owner, Measurement):
        raise Conflict("完成值的材料不能移除；如有误，请更正完成值并另附一份。")
    _lock(owner, by)
    if attachment.removed_at is None:
        attachment.removed_at, attachment.removed_by = timezone.now(), by
        attachment.save(update_fields=["removed_at", "removed_by"])


def verified_content(attachment: Attachment) -> bytes:
    """The stored bytes, checked against their SHA-256.

    Raises Conflict (409) where the file is gone or was changed on disk; the log says which.
    """
    try:
        with attachment.stored.open("rb") as stored:
            content: bytes = stored.read()
    except OSError as error:
        log.error("attachment_missing", attachment=attachment.pk, stored=attachment.stored.name)
        raise Conflict(f"「{attachment.name}」的文件不在存储中，请联系管理员。") from error
    if _digest(content) != attachment.sha256:
        log.error("attachment_changed", attachment=attachment.pk, stored=attachment.stored.name)
        raise Conflict(f"「{attachment.name}」未通过完整性校验，已停止下载，请联系管理员。")
    return content
