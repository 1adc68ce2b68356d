"""One tick: what should exist is put into the outbox, what should not is taken back."""

import dataclasses
import datetime

import structlog

from reports.models import Notice, ReportingPeriod, TickState
from reports.reminders import outbox
from reports.reminders.facts import Planned
from reports.reminders.gather import gather, open_periods
from reports.reminders.planner import plan

log = structlog.get_logger(__name__)
HOLD_AFTER = datetime.timedelta(days=30)
"""So long after the last tick scheduled notices wait for a human (design §6)."""


@dataclasses.dataclass(frozen=True)
class Ticked:
    """What one tick did."""

    put: int
    cancelled: int
    revived: int
    held: bool


def last_tick() -> datetime.datetime | None:
    """When the planner ran last, or None if it never did."""
    return TickState.objects.order_by("-at").values_list("at", flat=True).first()


def preview(now: datetime.datetime) -> tuple[list[Planned], bool]:
    """What a tick at ``now`` would put into the outbox, and whether it would be held."""
    last = last_tick()
    rows = []
    for period in open_periods():
        there = outbox.existing_keys(period)
        rows += [row for row in plan(gather(period, now), now, last) if row.key not in there]
    return rows, is_held(last, now)


def is_held(last: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Whether scheduled notices of a tick at ``now`` wait for a human."""
    return last is not None and now - last > HOLD_AFTER


def tick(now: datetime.datetime) -> Ticked:
    """Plan at ``now`` (aware). Idempotent: a second run, or one at the same time, adds nothing.

    A period that fails keeps none of the others from being planned; its error is raised at the
    end, and the tick does not count as made, which /healthz tells.
    """
    last = last_tick()
    held = is_held(last, now)
    done: list[Ticked] = []
    failed: list[Exception] = []
    for period in open_periods():
        try:
            done.append(_tick_period(period, now, last, held=held))
        except Exception as error:
            log.exception("period not planned", period=period.code)
            failed.append(error)
    if failed:
        raise failed[0]
    TickState.objects.update_or_create(pk=1, defaults={"at": now})
    return Ticked(
        sum(each.put for each in done),
        sum(each.cancelled for each in done),
        sum(each.revived for each in done),
        held,
    )


def _tick_period(
    period: ReportingPeriod, now: datetime.datetime, last: datetime.datetime | None, *, held: bool
) -> Ticked:
    planned = plan(gather(period, now), now, last)
    put = outbox.put(period, planned, now, held=held)
    cancelled, revived = outbox.take_back(period, planned, now)
    return Ticked(len(put), cancelled, revived, held)


def waiting() -> int:
    """How many notices wait for a human to release them."""
    return Notice.objects.filter(held=True).count()
