"""Whether the reminders run: ages and numbers, no content."""

import dataclasses
import datetime

from django.db.models import Count, Max, Min

from reports.models import ChannelState, Delivery, Notice, ReportingPeriod, TickState

State = Delivery.State


@dataclasses.dataclass(frozen=True)
class Pulse:
    """``last_tick`` and ``oldest_due`` are ages, None where there is none."""

    last_tick: datetime.timedelta | None
    oldest_due: datetime.timedelta | None
    unknown: int
    dead: int
    held: int
    stopped: list[str]
    has_open_period: bool


def pulse_at(now: datetime.datetime) -> Pulse:
    """The pulse at ``now`` (aware); a fixed number of queries."""
    tick = TickState.objects.aggregate(at=Max("at"))["at"]
    due = [moment for moment in (_longest_due(now), *_stuck()) if moment is not None]
    states = Delivery.objects.filter(state__in=[State.UNKNOWN, State.DEAD])
    counts = dict(states.order_by().values_list("state").annotate(Count("pk")))
    stopped = ChannelState.objects.filter(stopped_at__isnull=False)
    return Pulse(
        last_tick=None if tick is None else now - tick,
        oldest_due=now - min(due) if due else None,
        unknown=counts.get(State.UNKNOWN, 0),
        dead=counts.get(State.DEAD, 0),
        held=Notice.objects.filter(held=True).count(),
        stopped=sorted(stopped.values_list("name", flat=True)),
        has_open_period=ReportingPeriod.objects.filter(closed_at__isnull=True).exists(),
    )


def _longest_due(now: datetime.datetime) -> datetime.datetime | None:
    due = Delivery.objects.filter(state=State.PENDING, not_before__lte=now)
    first: datetime.datetime | None = due.aggregate(first=Min("not_before"))["first"]
    return first


def _stuck() -> list[datetime.datetime]:
    """Per channel, when the first of those that wait to be tried again was tried, unless another
    one has left since: one full mailbox is no broken channel."""
    tried = Delivery.objects.filter(state=State.PENDING, attempts__gt=0).order_by()
    first = dict(tried.values_list("channel").annotate(Min("tries__at")))
    if not first:
        return []
    sent = Delivery.objects.filter(state=State.SENT, channel__in=first).order_by()
    last = dict(sent.values_list("channel").annotate(Max("settled_at")))
    return [
        moment
        for channel, moment in first.items()
        if moment and (last.get(channel) is None or last[channel] < moment)
    ]
