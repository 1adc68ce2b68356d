"""Tables too long for a request: kept, tried in the background, confirmed, written there too."""

import structlog
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from departments.audit import record
from departments.background import BROKEN, NOT_WRITTEN, claim
from departments.errors import Conflict, DomainError
from departments.models import TableImport, User
from departments.tables.intake import Parcel
from departments.tables.kept import pack_lines, pack_table, parcel_of, preview_of, result_of
from departments.tables.preview import Fate, Preview, import_table, preview_table
from departments.tables.progress import Progress, forget
from departments.tables.resource import TableResource

log = structlog.get_logger(__name__)
State = TableImport.State
MOVED = "数据在预览之后有变动，什么也没有导入。请核对下面新的预览。"
SEEN_ANOTHER = "您看过之后又重新核对过一次，请核对下面新的预览，再确认。"


def keep_import(*, table: str, parcel: Parcel, resource: TableResource) -> TableImport:
    """Keep ``parcel`` for the background; ``table`` is the label of the model it is about.

    The same file sent twice, and not yet tried, is the same import. Raises NotAllowed.
    """
    going = TableImport.objects.filter(
        table=table, by=resource.actor, sha256=parcel.sha256,
        state__in=[State.WAITING, State.PREVIEWING],
    )  # fmt: skip
    if (there := going.first()) is not None:
        return there
    kept = TableImport.objects.create(
        table=table,
        by=resource.actor,
        at=timezone.now(),
        name=parcel.name,
        sha256=parcel.sha256,
        total=len(parcel.table.rows),
        parcel=pack_table(parcel.table),
    )
    record(f"上传{resource.title}", user=kept.by, request=resource.request, subject=parcel.words)
    return kept


def resource_of(kept: TableImport) -> TableResource:
    """What the background works with, on behalf of the admin who brought the file."""
    table = admin.site.get_model_admin(apps.get_model(kept.table))
    resource_class: type[TableResource] = table.resource_class  # type: ignore[attr-defined]
    resource = resource_class(User.objects.get(pk=kept.by_id))
    resource.at_desk, resource.progress = False, Progress(kept.pk)
    return resource


def preview_import(*, kept: TableImport) -> bool:
    """Try what waits; returns whether it was this call that did.

    Where the admin's right has ended, or it can't be taken, it is refused with the sentence.
    """
    if not claim(kept, State.WAITING, State.PREVIEWING):
        return False
    kept.refresh_from_db()
    try:
        _try(kept)
    except DomainError as refused:
        settle(_of(kept, State.PREVIEWING), State.REFUSED, str(refused))
    except Exception:
        log.exception("table_preview_failed", table_import=kept.pk)
        settle(_of(kept, State.PREVIEWING), State.REFUSED, BROKEN)
    finally:
        forget(kept.pk)
    return True


def _try(kept: TableImport) -> None:
    resource = resource_of(kept)
    preview = preview_table(resource, parcel_of(kept).table)
    new, effective = preview.count(Fate.NEW), len(preview.effective)
    if effective > resource.at_once and (refusal := resource.not_for_later(new, effective)):
        raise DomainError(refusal)
    _of(kept, State.PREVIEWING).update(
        state=State.READY, preview=pack_lines(preview.lines), mark=preview.mark
    )


def confirm_import(*, kept: TableImport, resource: TableResource, mark: str) -> Preview | None:
    """Do what the preview with ``mark`` showed, at once where it is little.

    Returns what was done; None where the background does it, has done it, or must try anew.
    ``resource`` is the confirming admin's. Raises NotAllowed; Conflict where there is nothing to
    confirm, or another preview was seen.
    """
    with transaction.atomic():
        row = TableImport.objects.select_for_update().get(pk=kept.pk)
        if row.state in {State.QUEUED, State.WRITING, State.DONE}:
            return None
        if row.state != State.READY:
            raise Conflict(f"这次导入{row.get_state_display()}，不能再确认；请重新选择文件。")
        if row.mark != mark:
            raise Conflict(SEEN_ANOTHER)
        effective = len(preview_of(row).effective)
        if not effective:
            raise Conflict("没有可以导入的行。")
        resource.permit()
        if effective <= resource.at_once:
            return _write(row, resource)
        row.state, row.total, row.sentence = State.QUEUED, effective, ""
        row.save(update_fields=["state", "total", "sentence"])
    return None


def write_import(*, kept: TableImport) -> bool:
    """Write what was confirmed; returns whether it was this call that did.

    All of it in one transaction, together with the word that it is done. After a fault of ours it
    can be confirmed again, as after a crash.
    """
    if not claim(kept, State.QUEUED, State.WRITING):
        return False
    try:
        with transaction.atomic():
            row = TableImport.objects.select_for_update().get(pk=kept.pk, state=State.WRITING)
            _write(row, resource_of(row))
    except DomainError as refused:
        settle(_of(kept, State.WRITING), State.REFUSED, str(refused))
    except Exception:
        log.exception("table_import_failed", table_import=kept.pk)
        _of(kept, State.WRITING).update(state=State.READY, sentence=NOT_WRITTEN)
    finally:
        forget(kept.pk)
    return True


def _write(row: TableImport, resource: TableResource) -> Preview | None:
    """Inside the caller's transaction. What would do something else by now is tried anew."""
    seen = preview_of(row)
    done = import_table(resource, seen.what_it_does, row.mark, parcel_of(row).words)
    if done is None:
        row.state, row.total, row.sentence = State.WAITING, len(seen.lines), MOVED
        row.save(update_fields=["state", "total", "sentence"])
        return None
    row.result = result_of(seen)
    row.save(update_fields=["result"])
    settle(_of(row, row.state), State.DONE)
    return done


def drop_import(*, kept: TableImport) -> bool:
    """Give up what is not yet being written; returns whether it was this call that did.

    Raises Conflict where it is being written or over.
    """
    with transaction.atomic():
        row = TableImport.objects.select_for_update().get(pk=kept.pk)
        if row.state == State.DROPPED:
            return False
        if not row.can_be_dropped:
            raise Conflict(f"这次导入{row.get_state_display()}，不能放弃。")
        settle(_of(row, row.state), State.DROPPED)
    return True


def settle(rows: QuerySet[TableImport], state: str, sentence: str = "") -> None:
    """End ``rows``, in ``state``: what the file said goes."""
    rows.update(
        state=state, sentence=sentence, parcel=None, preview=None, settled_at=timezone.now()
    )


def _of(kept: TableImport, state: str) -> QuerySet[TableImport]:
    """``kept`` while it is in ``state``: somebody may have been faster."""
    return TableImport.objects.filter(pk=kept.pk, state=state)


def work_on_imports() -> int:
    """Write what was confirmed and try what waits, oldest first; returns how many."""
    waiting = TableImport.objects.order_by("pk").defer("parcel", "preview")
    done = [write_import(kept=one) for one in waiting.filter(state=State.QUEUED)]
    done += [preview_import(kept=one) for one in waiting.filter(state=State.WAITING)]
    return sum(done)
