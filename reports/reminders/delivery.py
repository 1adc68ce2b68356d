"""The life of a delivery: every change of its state is one conditional UPDATE in this module.

pending → claimed → sending → sent | pending (proven not accepted) | dead | unknown, and cancelled
or held beside. ``sending`` is committed before the first byte leaves; a row that died in it is
``unknown`` and never sent again blindly. The conditions hold on PostgreSQL and SQLite alike.
"""

import dataclasses
import datetime
import random
import secrets
from collections.abc import Iterable, Sequence
from enum import StrEnum

from django.db import models, transaction
from django.db.models import F

from departments.errors import Conflict
from departments.models import User
from reports.models import Attempt, Delivery, Notice

State = Delivery.State
BATCH = 10
"""At most so many rows become ``sending`` by one commit: so many can be unknown after a crash."""
CLAIM = 5 * BATCH
"""So many rows a worker claims at a time, to send them by batches."""
SEND_SECONDS = 30
"""The hard wall time of one send."""
CLAIM_LEASE = datetime.timedelta(seconds=120)
SEND_LEASE = datetime.timedelta(seconds=BATCH * SEND_SECONDS + 60)
BACKOFF_MINUTES = (1, 5, 10, 20, 30, 60)
GIVE_UP_AFTER = 48
"""Attempts after which a delivery that is always put off is dead: about two days."""


class Outcome(StrEnum):
    """What became of one try."""

    SENT = "sent"
    RETRY = "retry"  # proven not accepted, may be later
    DEAD = "dead"  # proven permanent
    UNKNOWN = "unknown"  # accepted or not cannot be known
    STOP = "stop"  # the channel itself is refused: nothing dies


@dataclasses.dataclass(frozen=True)
class Result:
    """The outcome of one try and why, in words without secrets."""

    outcome: Outcome
    detail: str = ""


def recover(now: datetime.datetime) -> tuple[int, int]:
    """Take back what a dead worker held; returns how many became pending and unknown."""
    expired = Delivery.objects.filter(lease_until__lt=now)
    freed = expired.filter(state=State.CLAIMED).update(
        state=State.PENDING, token="", lease_until=None
    )
    lost = expired.filter(state=State.SENDING).update(
        state=State.UNKNOWN, lease_until=None, reason="发送中断，无法确认对方是否收到"
    )
    return freed, lost


def claim(channel: str, now: datetime.datetime) -> list[Delivery]:
    """Up to ``CLAIM`` due deliveries of ``channel``, claimed by this call alone."""
    due = Delivery.objects.filter(channel=channel, state=State.PENDING, not_before__lte=now)
    # Workers that start together look at different rows.
    rows = list(due.order_by("not_before", "pk").values_list("pk", flat=True)[: CLAIM * 4])
    start = random.randrange(max(len(rows) - CLAIM, 0) + 1)
    token = secrets.token_hex(16)
    Delivery.objects.filter(pk__in=rows[start : start + CLAIM], state=State.PENDING).update(
        state=State.CLAIMED, token=token, lease_until=now + CLAIM_LEASE
    )
    mine = Delivery.objects.filter(token=token, state=State.CLAIMED)
    return list(mine.select_related("notice__user", "notice__period__plan", "point").order_by("pk"))


def cancel(deliveries: Iterable[Delivery], reason: str, now: datetime.datetime) -> int:
    """What is no longer true is not sent."""
    return _mine(deliveries, State.CLAIMED).update(
        state=State.CANCELLED, reason=reason, settled_at=now, token="", lease_until=None
    )


def put_off(
    deliveries: Iterable[Delivery], until: datetime.datetime, reason: str = ""
) -> int:  # fmt: skip
    """Nothing was tried: the hour, the rate or a stopped channel forbids it."""
    return _mine(deliveries, State.CLAIMED).update(
        state=State.PENDING, not_before=until, reason=reason, token="", lease_until=None
    )


def put_off_all(
    channel: str, now: datetime.datetime, until: datetime.datetime, reason: str
) -> int:  # fmt: skip
    """The way is shut: whatever of ``channel`` is due at ``now`` waits until ``until``."""
    due = Delivery.objects.filter(channel=channel, state=State.PENDING, not_before__lte=now)
    return due.update(not_before=until, reason=reason)


def begin(deliveries: Sequence[Delivery], now: datetime.datetime) -> list[Delivery]:
    """Commit ``sending`` before the first byte; returns those that are still this worker's."""
    begun = (
        _mine(deliveries, State.CLAIMED)
        .filter(lease_until__gt=now)
        .update(state=State.SENDING, lease_until=now + SEND_LEASE, attempts=F("attempts") + 1)
    )
    kept = {delivery.pk for delivery in deliveries}
    if begun != len(kept):
        kept = set(_mine(deliveries, State.SENDING).values_list("pk", flat=True))
    for delivery in deliveries:
        delivery.lease_until = now + SEND_LEASE
    return [delivery for delivery in deliveries if delivery.pk in kept]


def give_back(deliveries: Iterable[Delivery]) -> int:
    """``sending`` rows of this worker of which no byte has left wait for the next drain."""
    return _mine(deliveries, State.SENDING).update(
        state=State.PENDING, token="", lease_until=None, attempts=F("attempts") - 1
    )


def settle(delivery: Delivery, result: Result, now: datetime.datetime) -> None:
    """Write down what became of a try, with its evidence, in one transaction.

    A row that others gave up as unknown meanwhile is settled too: this worker knows better.
    """
    change = _change(delivery, result, now)
    with transaction.atomic():
        settled = _mine([delivery], State.SENDING, State.UNKNOWN).update(**change)
        Attempt.objects.create(
            delivery=delivery,
            at=now,
            outcome=_outcome(result.outcome, late=not settled),
            detail=result.detail[:200],
        )


def settle_sent(deliveries: Sequence[Delivery], now: datetime.datetime) -> None:
    """``settle`` for several that were all sent, in one transaction."""
    with transaction.atomic():
        settled = _mine(deliveries, State.SENDING, State.UNKNOWN).update(
            **_change(deliveries[0], Result(Outcome.SENT), now)
        )
        mine = {row.pk for row in deliveries}
        if settled != len(mine):
            mine = set(_mine(deliveries, State.SENT).values_list("pk", flat=True))
        Attempt.objects.bulk_create(
            Attempt(delivery=row, at=now, outcome=_outcome(Outcome.SENT, late=row.pk not in mine))
            for row in deliveries
        )


def _outcome(outcome: Outcome, *, late: bool) -> str:
    """As evidence has it; ``late`` where others had settled the row meanwhile."""
    return f"late {outcome}"[:10] if late else outcome


def _mine(deliveries: Iterable[Delivery], *states: str) -> models.QuerySet[Delivery]:
    rows = list(deliveries)
    tokens = {row.token for row in rows} or {"none"}
    return Delivery.objects.filter(pk__in=[r.pk for r in rows], token__in=tokens, state__in=states)


def _change(delivery: Delivery, result: Result, now: datetime.datetime) -> dict[str, object]:
    over: dict[str, object] = {"lease_until": None, "reason": result.detail[:200]}
    match result.outcome:
        case Outcome.SENT:
            return over | {"state": State.SENT, "settled_at": now, "reason": ""}
        case Outcome.DEAD:
            return over | {"state": State.DEAD, "settled_at": now, "token": ""}
        case Outcome.UNKNOWN:
            return over | {"state": State.UNKNOWN}
    if result.outcome == Outcome.RETRY and delivery.attempts + 1 >= GIVE_UP_AFTER:
        return over | {"state": State.DEAD, "settled_at": now, "token": ""}
    return over | {
        "state": State.PENDING, "token": "", "not_before": now + backoff(delivery.attempts + 1)
    }  # fmt: skip


def backoff(attempts: int) -> datetime.timedelta:
    """How long to wait after the ``attempts``-th try: 1, 5, 10, 20, 30, 60 min, up to 20 % more."""
    minutes = BACKOFF_MINUTES[min(attempts, len(BACKOFF_MINUTES)) - 1]
    return datetime.timedelta(minutes=minutes * random.uniform(1, 1.2))


def settle_by_hand(
    delivery: Delivery, by: User, now: datetime.datetime, *, arrived: bool
) -> None:  # fmt: skip
    """A human says that an unknown or dead one arrived, or wants it sent again.

    Raises Conflict (409) where it is neither by now.
    """
    change: dict[str, object] = {"token": "", "lease_until": None}
    if arrived:
        change |= {"state": State.SENT, "settled_at": now, "reason": "经人工确认已收到"}
    else:
        change |= {"state": State.PENDING, "not_before": now, "settled_at": None,
                   "reason": "", "attempts": 0}  # fmt: skip
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=[State.UNKNOWN, State.DEAD])
    with transaction.atomic():
        if not rows.update(**change):
            raise Conflict("这一条已经办结，无需再处理；请刷新页面。")
        Attempt.objects.create(
            delivery=delivery, at=now, by=by, outcome="by hand",
            detail="确认已收到" if arrived else "重新发送",
        )  # fmt: skip


def release(notices: Iterable[Notice], by: User, now: datetime.datetime) -> int:
    """Let held notices go; returns how many deliveries wait to be sent now."""
    pks = [notice.pk for notice in notices]
    with transaction.atomic():
        held = Delivery.objects.filter(notice__in=pks, state=State.HELD)
        evidence = [
            Attempt(delivery=row, at=now, by=by, outcome="by hand", detail="放行") for row in held
        ]
        Notice.objects.filter(pk__in=pks, held=True).update(held=False)
        count = held.update(state=State.PENDING, not_before=now)
        Attempt.objects.bulk_create(evidence)
    return count
