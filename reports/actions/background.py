"""What is too large for a request is left to the background: waiting, then claimed by one worker.

It holds for every model with ``state`` and ``claimed_at``.
"""

import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

AT_ONCE_BYTES = 512 * 1024
"""Workbooks up to this size, together, are read in the request that brings them."""
STALLED = datetime.timedelta(minutes=10)
"""After so long a worker that claimed something is taken for dead."""
INTERRUPTED = "读取中断了，没有写入任何内容；请重新上传。"


def claim(row: Model, waiting: str, working: str) -> bool:
    """Take ``row`` from the state ``waiting`` to ``working``; whether it was this call that did.

    Only who did goes on: of two workers one does nothing.
    """
    found = type(row)._default_manager.filter(pk=row.pk, state=waiting)
    return bool(found.update(state=working, claimed_at=timezone.now()))


def stalled(model: type[Model], now: datetime.datetime) -> QuerySet[Any]:
    """The rows of ``model`` that a worker claimed so long before ``now`` that it is dead, whatever
    their state."""
    return model._default_manager.filter(claimed_at__lt=now - STALLED)
