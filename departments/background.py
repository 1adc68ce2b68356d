"""What is too large for a request is left to the background: waiting, then claimed by one worker.

It holds for every model with ``state`` and ``claimed_at``.
"""

import datetime
import threading
from collections import defaultdict
from typing import Any

from celery import Task
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError
from structlog import get_logger

STALLED = datetime.timedelta(minutes=10)
"""After so long a worker that claimed something is taken for dead."""
UNCONFIRMED = datetime.timedelta(days=7)
"""After so long an import that nobody confirmed is given up."""
EXPIRED = f"超过 {UNCONFIRMED.days} 天没有确认，已自动放弃，没有写入任何内容。"
NOT_WRITTEN = "写入中断了，没有写入任何内容；请核对下面的预览，再确认一次。"
BROKEN = "系统出错，没有写入任何内容；问题已记录，请联系系统管理人员。"
nudging: dict[str, threading.Lock] = defaultdict(threading.Lock)
log = get_logger(__name__)


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


def nudge_soon(task: "Task[Any, Any]") -> None:
    """Ask for ``task`` once the transaction is committed; without a broker the next beat does it.

    In a thread of its own, one at a time of each kind: a broker that is down or hangs for seconds
    costs the page nothing.
    """
    transaction.on_commit(lambda: _nudge(task))


def _nudge(task: "Task[Any, Any]") -> None:
    if nudging[task.name].acquire(blocking=False):
        threading.Thread(target=_send_nudge, args=[task], daemon=True).start()


def _send_nudge(task: "Task[Any, Any]") -> None:
    try:
        task.apply_async(retry=False, expires=50)
    except (OperationalError, OSError) as error:
        log.warning("no broker, the next tick does it", error=str(error))
    finally:
        nudging[task.name].release()
