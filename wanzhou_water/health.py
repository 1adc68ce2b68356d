"""``/healthz``: whether the parts answer and the reminders run, for whoever keeps the machine."""

import datetime
import os
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.selectors.pulse import Pulse, pulse_at

log = structlog.get_logger(__name__)
LONGEST_SINCE_TICK = datetime.timedelta(minutes=5)
LONGEST_WAIT = datetime.timedelta(minutes=15)
STARTED = time.monotonic()


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """States, ages and numbers; 503 where a part is down or the reminders stand still.

    Open to everybody, so it tells no reason, no name and no content. What waits for a human
    (unknown, dead, held) is told and is no 503: the machinery works.
    """
    states: dict[str, object] = {
        "database": _state(_ask_database),
        "broker": _state(_ask_broker),
    }
    healthy = set(states.values()) == {"ok"}
    if states["database"] == "ok" and (pulse := _pulse()):
        states |= _told(pulse)
        healthy = healthy and runs(pulse)
    return JsonResponse(states, status=200 if healthy else 503)


def runs(pulse: Pulse) -> bool:
    """Whether reminders are planned and leave the house.

    Before the first tick of all, a new installation has a few minutes to make it.
    """
    if pulse.last_tick is not None:
        ticks = pulse.last_tick <= LONGEST_SINCE_TICK
    else:
        ticks = not pulse.has_open_period or _uptime() <= LONGEST_SINCE_TICK
    leaves = pulse.oldest_due is None or pulse.oldest_due <= LONGEST_WAIT
    return ticks and leaves and not pulse.stopped


def _uptime() -> datetime.timedelta:
    return datetime.timedelta(seconds=time.monotonic() - STARTED)


def _told(pulse: Pulse) -> dict[str, object]:
    return {
        "last_tick_seconds": _seconds(pulse.last_tick),
        "oldest_due_seconds": _seconds(pulse.oldest_due),
        "unknown": pulse.unknown,
        "dead": pulse.dead,
        "held": pulse.held,
        "stopped": pulse.stopped,
    }


def _seconds(age: datetime.timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())


def _pulse() -> Pulse | None:
    """None before the tables are there: a database without them has nothing to remind of."""
    try:
        with transaction.atomic():
            return pulse_at(timezone.now())
    except DatabaseError as error:
        log.warning("not healthy", part="reminders", error=str(error))
        return None


def _state(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception as error:
        log.warning("not healthy", part=ask.__name__, error=str(error))
        return "down"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    if settings.REDIS_URL:
        import redis

        timeouts = {"socket_timeout": 2, "socket_connect_timeout": 2}
        with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as client:
            client.ping()
    elif not os.access(settings.BROKER_DIR / "messages", os.W_OK):
        raise OSError("the broker's folder cannot be written")
