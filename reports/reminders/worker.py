"""Drains what is due: claims, asks once more, commits ``sending``, sends, settles. Never inside a
transaction."""

import datetime
import time
from collections.abc import Callable

import structlog
from django.db.models import Q
from django.utils import timezone

from departments.models import Department
from reports.models import ChannelState, Delivery
from reports.reminders import delivery as gate
from reports.reminders.channels import CHANNELS
from reports.reminders.channels.base import Channel, ChannelFailure
from reports.reminders.checks import Verdict, verdicts
from reports.reminders.delivery import Outcome, Result
from reports.reminders.messages import Contact, Message, message_of
from reports.reminders.results import Results

log = structlog.get_logger(__name__)
Clock = Callable[[], datetime.datetime]
Judged = tuple[Delivery, Verdict]
ASK_AGAIN_SECONDS = 1.0
"""Whether a claimed row should still leave was asked so long ago at most."""
UNWORDED = datetime.timedelta(hours=1)
"""What can't be put into words waits so long for a cure."""


def drain(clock: Clock = timezone.now, *, limit: int = 100_000) -> dict[str, int]:
    """Send what is due on every channel; returns how many ended how.

    ``clock`` gives the current aware moment; ``limit`` is the most that one call sends.
    """
    gate.recover(clock())
    counts: dict[str, int] = {}
    for name, channel in CHANNELS.items():
        if not _is_stopped(name) and _has_due(name, clock()):
            _drain_channel(channel(), clock, limit, counts)
    return counts


def _has_due(name: str, now: datetime.datetime) -> bool:
    due = Delivery.objects.filter(channel=name, state=Delivery.State.PENDING, not_before__lte=now)
    return due.exists()


def _is_stopped(name: str) -> bool:
    return ChannelState.objects.filter(name=name, stopped_at__isnull=False).exists()


def _drain_channel(channel: Channel, clock: Clock, limit: int, counts: dict[str, int]) -> None:
    try:
        with channel:
            while limit > 0:
                claimed = gate.claim(channel.name, clock())
                if not claimed and not _has_due(channel.name, clock()):
                    return
                limit -= gate.CLAIM
                if not _send_claimed(channel, claimed, clock, counts):
                    return
    except ChannelFailure as failure:
        _note_failure(channel, failure.result, clock())


def _note_failure(channel: Channel, result: Result, now: datetime.datetime) -> None:
    """The way itself is shut: what waits is put off or, where access was refused, just stays."""
    log.warning("channel closed", channel=channel.name, why=result.detail)
    if result.outcome == Outcome.STOP:
        stop(channel.name, result.detail, now)
        return
    claimed, later = gate.claim(channel.name, now), now + gate.backoff(1)
    for row in gate.begin(claimed[: gate.BATCH], now):
        gate.settle(row, result, now)
    gate.put_off(claimed[gate.BATCH :], later, result.detail)
    gate.put_off_all(channel.name, now, later, result.detail)


def stop(name: str, reason: str, now: datetime.datetime) -> None:
    """Stop a channel until a human starts it again; nothing that waits dies of it."""
    ChannelState.objects.update_or_create(
        name=name, defaults={"stopped_at": now, "reason": reason[:200]}
    )


def start(name: str) -> None:
    """Start a stopped channel again."""
    ChannelState.objects.filter(name=name).update(stopped_at=None, reason="")


def _send_claimed(
    channel: Channel, claimed: list[Delivery], clock: Clock, counts: dict[str, int]
) -> bool:
    """Send what one claim took, batch by batch; False ends the drain of the channel."""
    judged, asked = verdicts(claimed, clock()), time.monotonic()
    contacts = _contacts(claimed)
    for start in range(0, len(claimed), gate.BATCH):
        batch, rest = claimed[start : start + gate.BATCH], claimed[start + gate.BATCH :]
        if time.monotonic() - asked > ASK_AGAIN_SECONDS:
            judged, asked = verdicts([*batch, *rest], clock()), time.monotonic()
        ready = _sift(channel, [(row, judged[row.pk]) for row in batch], clock)
        messages = _messages(channel, ready, contacts, clock)
        if not _send_batch(channel, ready, messages, clock, counts):
            gate.put_off(rest, clock())
            return False
    return True


def _send_batch(
    channel: Channel,
    ready: list[Judged],
    messages: dict[int, Message],
    clock: Clock,
    counts: dict[str, int],
) -> bool:
    """Send at most ``BATCH`` claimed rows, if they have words; False ends the channel's drain."""
    begun = gate.begin([row for row, _ in ready if row.pk in messages], clock())
    with Results(clock) as results:
        for number, row in enumerate(begun, 1):
            now = clock()
            if row.lease_until is None or now >= row.lease_until:
                continue  # stopped for longer than its lease: others call it unknown: so it is
            result = channel.send(row, channel.address_of(row), messages[row.pk])
            results.note(row, result)
            counts[result.outcome] = counts.get(result.outcome, 0) + 1
            if result.outcome == Outcome.STOP:
                stop(channel.name, result.detail, now)
                gate.give_back(begun[number:])
                return False
    return True


def _messages(
    channel: Channel, ready: list[Judged], contacts: dict[int, list[Contact]], clock: Clock
) -> dict[int, Message]:
    """Delivery id → its words. One that can't be put into words keeps no other from leaving."""
    found: dict[int, Message] = {}
    for row, verdict in ready:
        here = contacts[row.notice.period.plan_id]
        try:
            found[row.pk] = message_of(
                row.notice, verdict.lines, here, clock(), parts=channel.parts
            )
        except Exception:
            log.exception("no words for a notice", delivery=row.pk)
            gate.put_off([row], clock() + UNWORDED, "内容无法生成，请看日志")
    return found


def _sift(channel: Channel, judged: list[Judged], clock: Clock) -> list[Judged]:
    """Those that should leave now; the others are cancelled or put off, with the reason."""
    now, ready = clock(), []
    for row, verdict in judged:
        address = channel.address_of(row)
        if verdict.cancel or not address:
            gate.cancel([row], verdict.cancel or "没有登记地址", now)
        elif verdict.wait:
            gate.put_off([row], verdict.wait)
        elif wait := _crowded(channel, row, address, now):
            gate.put_off([row], wait)
        else:
            ready.append((row, verdict))
    return ready


def _crowded(
    channel: Channel, row: Delivery, address: str, now: datetime.datetime
) -> datetime.datetime | None:
    """Until when ``address`` can't take another message; None books the moment for this one."""
    if not channel.spacing_seconds:
        return None
    name = f"{channel.name}:{row.point_id}"
    state, _ = ChannelState.objects.get_or_create(name=name)
    free = ChannelState.objects.filter(Q(free_at__isnull=True) | Q(free_at__lte=now), pk=state.pk)
    gap = datetime.timedelta(seconds=channel.spacing_seconds)
    if free.update(free_at=now + gap):
        return None
    return state.free_at if state.free_at and state.free_at > now else now + gap


def _contacts(claimed: list[Delivery]) -> dict[int, list[Contact]]:
    """Receivers with their telephones, per plan."""
    plans = {row.notice.period.plan_id for row in claimed}
    bodies = Department.objects.filter(planreceiver__plan__in=plans).order_by("planreceiver__order")
    found: dict[int, list[Contact]] = {plan: [] for plan in plans}
    for plan, name, telephone in bodies.values_list("planreceiver__plan", "name", "telephone"):
        if plan is not None:
            found[plan].append(Contact(name, telephone))
    return found
