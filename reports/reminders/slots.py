"""When scheduled notices leave: ordinal slots around a deadline. Pure; days are Asia/Shanghai.

A slot is a name (``before-1`` … ``due``, ``after-1`` …), never a time stamp, so that two schedules,
a repeated run or a restored watermark change nothing.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Sequence

from reports.calendar import ONE_DAY, SHANGHAI, Days, deadline_moment, is_workday, local_date

DUE = "due"
OPENED = "opened"
RIPE, RECALL = "waiting", "recall"
"""What waits for its review: on the day it has waited long enough, and every week from then on."""
LAST_SLOTS = 400
"""Weekly slots end somewhere: about seven years after the deadline."""


@dataclasses.dataclass(frozen=True)
class Rules:
    """Days and hours of a plan's reminders, as they stood when the period opened.

    ``before`` and ``after`` are days around the deadline, ``repeat`` the days between the slots
    that follow; ``digest_*`` the same for the receivers; ``entries`` the days before the deadline
    on which co-responsible departments are asked; ``review`` the working days a filed report may
    wait; ``refile`` the working day after a return on which it is recalled; ``hour`` and ``end``
    the hours between which scheduled notices leave.
    """

    before: tuple[int, ...] = (7, 3, 1)
    after: tuple[int, ...] = (1, 3)
    repeat: int = 7
    digest_before: tuple[int, ...] = (3,)
    digest_after: tuple[int, ...] = (1,)
    entries: int = 10
    review: int = 5
    refile: int = 3
    hour: int = 9
    end: int = 18


@dataclasses.dataclass(frozen=True, order=True)
class Slot:
    """One rung: ``at`` is the aware moment from which it is due, ``until`` when it is void."""

    at: datetime.datetime
    name: str = dataclasses.field(compare=False)
    until: datetime.datetime | None = dataclasses.field(default=None, compare=False)


def at_hour(day: datetime.date, hour: int) -> datetime.datetime:
    """``hour`` o'clock of ``day`` in Asia/Shanghai."""
    return datetime.datetime.combine(day, datetime.time(hour), SHANGHAI)


def workday_before(day: datetime.date, days: Days | None = None) -> datetime.date:
    """``day`` itself if it is a working day, else the last one before it."""
    while not is_workday(day, days):
        day -= ONE_DAY
    return day


def workday_after(day: datetime.date, days: Days | None = None) -> datetime.date:
    """``day`` itself if it is a working day, else the first one after it."""
    while not is_workday(day, days):
        day += ONE_DAY
    return day


def opening_slot(opened_on: datetime.date, rules: Rules, days: Days | None = None) -> Slot:
    """The 报送通知 of a period opened on ``opened_on``."""
    return Slot(at_hour(workday_after(opened_on, days), rules.hour), OPENED)


def deadline_slots(  # noqa: PLR0913 - the facts of one ladder
    due_on: datetime.date,
    now: datetime.datetime,
    *,
    before: Sequence[int],
    after: Sequence[int],
    repeat: int,
    hour: int,
    days: Days | None = None,
) -> list[Slot]:
    """The rungs around ``due_on`` up to the first one after ``now``, in order of time.

    Before the deadline a rung on a day off moves to the working day before, after it to the one
    after; the due day's never moves. Of two on one day the later one stays. What is before the
    deadline is void from the deadline's moment on (``reports.calendar.deadline_moment``).
    """
    void = deadline_moment(due_on)
    early = [
        Slot(at_hour(workday_before(due_on - ONE_DAY * left, days), hour), f"before-{number}", void)
        for number, left in enumerate(sorted(before, reverse=True), 1)
    ]
    rungs = [*early, Slot(at_hour(due_on, hour), DUE, void)]
    for number, gone in enumerate(_days_after(after, repeat), 1):
        rungs.append(
            Slot(at_hour(workday_after(due_on + ONE_DAY * gone, days), hour), f"after-{number}")
        )
        if rungs[-1].at > now:
            break
    return list({slot.at: slot for slot in rungs}.values())


def _days_after(after: Sequence[int], repeat: int) -> Iterator[int]:
    yield from sorted(after)
    last = max(after, default=0)
    for number in range(1, LAST_SLOTS):
        yield last + repeat * number


def filing_slots(
    due_on: datetime.date, now: datetime.datetime, rules: Rules, days: Days | None = None
) -> list[Slot]:
    """The rungs for those who file and sign."""
    return deadline_slots(
        due_on, now, before=rules.before, after=rules.after,
        repeat=rules.repeat, hour=rules.hour, days=days,
    )  # fmt: skip


def digest_slots(
    due_on: datetime.date, now: datetime.datetime, rules: Rules, days: Days | None = None
) -> list[Slot]:
    """The rungs for the receivers' digest of who is outstanding."""
    return deadline_slots(
        due_on, now, before=rules.digest_before, after=rules.digest_after,
        repeat=rules.repeat, hour=rules.hour, days=days,
    )  # fmt: skip


def entry_slot(due_on: datetime.date, rules: Rules, days: Days | None = None) -> Slot:
    """When co-responsible departments that logged nothing are asked for it."""
    day = workday_before(due_on - ONE_DAY * rules.entries, days)
    return Slot(at_hour(day, rules.hour), "entries", deadline_moment(due_on))


def due_slots(
    slots: Sequence[Slot], now: datetime.datetime, since: datetime.datetime | None = None
) -> list[Slot]:
    """Those of ``slots`` that are due at ``now`` and not void, in order of time.

    ``since`` (the moment from which something was owed) leaves out what was due before it.
    """
    return [
        slot for slot in sorted(slots)
        if slot.at <= now and (slot.until is None or now < slot.until)
        and (since is None or slot.at > since)
    ]  # fmt: skip


def leaves_at(
    slot: str, now: datetime.datetime, rules: Rules, days: Days | None = None
) -> datetime.datetime:
    """The first moment from ``now`` on at which a scheduled notice may leave.

    From ``rules.hour`` to ``rules.end`` on a working day; the due day's at any hour, since it
    can't wait.
    """
    day = local_date(now)
    if slot == DUE or (is_workday(day, days) and at_hour(day, rules.hour) <= now
                       < at_hour(day, rules.end)):  # fmt: skip
        return now
    if now >= at_hour(day, rules.hour):
        day += ONE_DAY
    return at_hour(workday_after(day, days), rules.hour)
