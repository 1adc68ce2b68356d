"""Parts of the delivery taken out: with any of them gone, the drill has to fail."""

import datetime
import secrets
import time
from collections.abc import Sequence

from reports.models import Delivery
from reports.reminders import delivery as gate
from reports.reminders.delivery import Result

LOOK_SECONDS = 0.1
"""From looking to taking, long enough that another worker surely looks in between."""

_begin, _settle, _settle_sent = gate.begin, gate.settle, gate.settle_sent


def take_out(part: str) -> None:
    """Take ``part`` out of this process; nothing where it is empty."""
    if part == "claim":
        gate.claim = claim_nothing  # type: ignore[assignment]
        gate.begin = begin_whatever  # type: ignore[assignment]
    elif part == "sending":
        gate.begin = begin_nothing  # type: ignore[assignment]
        gate.settle = settle_afterwards  # type: ignore[assignment]
        gate.settle_sent = settle_sent_afterwards  # type: ignore[assignment]


def claim_nothing(channel: str, now: datetime.datetime) -> list[Delivery]:
    """What is due, whether others have it by now or not."""
    due = Delivery.objects.filter(channel=channel, state=gate.State.PENDING, not_before__lte=now)
    pks = list(due.order_by("not_before", "pk").values_list("pk", flat=True)[: gate.CLAIM])
    time.sleep(LOOK_SECONDS if pks else 0)
    rows = Delivery.objects.filter(pk__in=pks)
    rows.update(
        state=gate.State.CLAIMED,
        token=secrets.token_hex(16),
        lease_until=now + gate.CLAIM_LEASE,
    )
    return list(rows.select_related("notice__user", "notice__period__plan", "point"))


def begin_whatever(deliveries: Sequence[Delivery], now: datetime.datetime) -> list[Delivery]:
    """``sending`` is committed, but nobody asks whose the row is."""
    _begin(deliveries, now)
    for row in deliveries:
        row.lease_until = now + gate.SEND_LEASE
    return list(deliveries)


def begin_nothing(deliveries: Sequence[Delivery], now: datetime.datetime) -> list[Delivery]:
    """The first byte leaves before ``sending`` is committed."""
    for row in deliveries:
        row.lease_until = now + gate.SEND_LEASE
    return list(deliveries)


def settle_afterwards(delivery: Delivery, result: Result, now: datetime.datetime) -> None:
    _begin([delivery], now)
    _settle(delivery, result, now)


def settle_sent_afterwards(deliveries: Sequence[Delivery], now: datetime.datetime) -> None:
    _begin(deliveries, now)
    _settle_sent(deliveries, now)
