"""What a crash left of tables in the background, and what nobody came back to."""

import datetime

from departments.background import EXPIRED, NOT_WRITTEN, UNCONFIRMED, stalled
from departments.models import TableImport
from departments.tables.later import settle
from departments.tables.progress import left_behind

TOLD = datetime.timedelta(days=30)
"""So long the refused rows of an import that is over can be read."""
INTERRUPTED = "核对中断了，没有写入任何内容；请重新选择文件。"
State = TableImport.State


def sweep_imports(now: datetime.datetime) -> None:
    """Run as often as one likes: a second run at ``now`` finds nothing to do."""
    dead = stalled(TableImport, now)
    settle(dead.filter(state=State.PREVIEWING), State.REFUSED, INTERRUPTED)
    dead.filter(state=State.WRITING).update(state=State.READY, sentence=NOT_WRITTEN)
    unconfirmed = TableImport.objects.filter(state=State.READY, at__lt=now - UNCONFIRMED)
    settle(unconfirmed, State.DROPPED, EXPIRED)
    for old in TableImport.objects.filter(settled_at__lt=now - TOLD, result__has_key="refused"):
        del old.result["refused"]
        old.save(update_fields=["result"])
    left_behind(set(TableImport.objects.filter(parcel__isnull=False).values_list("pk", flat=True)))
