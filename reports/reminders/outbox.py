"""Puts the notices that should exist into the database, each once, and takes back what is moot."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from departments.models import Membership
from reports.models import ContactPoint, Delivery, Notice, NoticeChoice, ReportingPeriod, Urge
from reports.models.notice import message_id_of
from reports.reminders.choices import is_wanted
from reports.reminders.facts import Planned, notice_key
from reports.reminders.kinds import KINDS, Kind
from reports.reminders.rules import rules_in
from reports.reminders.slots import Rules, leaves_at
from reports.selectors.working_days import working_days

MOOT = "事项已办理或期限已变"
OVERTAKEN = "已有较新的一次提醒"
BY_HAND = (Kind.URGE, Kind.URGE_LEADER)
"""Kinds that a person's act made, not the plan: the plan does not take them back."""


@transaction.atomic
def put(
    period: ReportingPeriod,
    planned: Sequence[Planned],
    now: datetime.datetime,
    *,
    held: bool = False,
    urge: Urge | None = None,
) -> list[Notice]:
    """Insert those of ``planned`` (all of ``period``) that are not there yet, with deliveries.

    ``held`` keeps scheduled ones back until a human releases them. Returns the new notices.
    Safe to run twice at once: the database keeps each key once. The number of queries does not
    grow with the notices (SQLite inserts them in batches).
    """
    there = existing_keys(period)
    fresh = [row for row in planned if row.key not in there]
    if not fresh:
        return []
    Notice.objects.bulk_create(
        [_notice(row, now, held, urge) for row in fresh], ignore_conflicts=True
    )
    keys = {row.key: row for row in fresh}
    notices = [
        notice
        for notice in Notice.objects.filter(period=period, created_at=now)
        if notice.key in keys
    ]
    _link_reports(notices, keys)
    Delivery.objects.bulk_create(
        list(_deliveries(period, [n for n in notices if not n.merged], now)), ignore_conflicts=True
    )
    return notices


def existing_keys(period: ReportingPeriod) -> set[str]:
    """Keys of the notices that ``period`` has."""
    rows = Notice.objects.filter(period=period)
    return {
        notice_key(*row)
        for row in rows.values_list("kind", "slot", "period_id", "user_id", "due_on").iterator()
    }


def _notice(row: Planned, now: datetime.datetime, held: bool, urge: Urge | None) -> Notice:
    return Notice(
        kind=row.kind,
        slot=row.slot,
        period_id=row.period,
        user_id=row.user,
        due_on=row.due_on,
        at=row.at,
        created_at=now,
        lines=[line.as_dict() for line in row.lines],
        text=urge.text if urge else "",
        urge=urge,
        merged=row.merged,
        held=held and not row.merged and not KINDS[row.kind].at_once,
    )


def _link_reports(notices: Iterable[Notice], keys: dict[str, Planned]) -> None:
    through = Notice.reports.through
    through.objects.bulk_create(
        [
            through(notice_id=notice.pk, report_id=line.pk)
            for notice in notices
            for line in keys[notice.key].lines
            if line.of == "report"
        ],
        ignore_conflicts=True,
    )


def _deliveries(
    period: ReportingPeriod, notices: Sequence[Notice], now: datetime.datetime
) -> Iterable[Delivery]:
    rules, days = rules_in(period), working_days()
    for notice, channel, point in ways(notices, rules):
        start = max(now, notice.at)
        at_once = KINDS[Kind(notice.kind)].at_once and not _again(notice)
        leaves = start if at_once else leaves_at(notice.slot, start, rules, days)
        yield _delivery(notice, channel, point, leaves)


def ways(
    notices: Sequence[Notice], rules: Rules
) -> Iterator[tuple[Notice, Delivery.Channel, ContactPoint | None]]:
    """By which channels and addresses each of ``notices`` goes out, beside the inbox, as its
    person chose. The notices need not be in the database."""
    users = {notice.user_id for notice in notices}
    muted = dict(NoticeChoice.objects.filter(user__in=users).values_list("user", "muted"))
    points = _points(users)
    for notice in notices:
        if KINDS[Kind(notice.kind)].inbox_only:
            continue
        unwanted = muted.get(notice.user_id, [])
        for channel, point in [(Delivery.Channel.MAIL, None), *points.get(notice.user_id, [])]:
            # A department's group is nobody's own to mute.
            mine = [] if point and point.department_id else unwanted
            if is_wanted(notice.kind, notice.slot, channel, mine, rules):
                yield notice, Delivery.Channel(channel), point


def _again(notice: Notice) -> bool:
    """The second notice of a return is a scheduled one."""
    return notice.slot.endswith("-again")


def _delivery(
    notice: Notice, channel: str, point: ContactPoint | None, leaves: datetime.datetime
) -> Delivery:
    key = f"{notice.key}/{channel}"
    if point is not None:
        # A group robot says it once to the group, however many people of the department are told.
        to = f"department/{point.department_id}" if point.department_id else f"{notice.user_id}"
        key = f"{notice.kind}/{notice.slot}/{notice.period_id}/{to}/{notice.due_on}/{point.pk}"
    held = notice.held
    return Delivery(
        notice=notice,
        channel=channel,
        point=point,
        key=key,
        message_id=message_id_of(key, settings.DEFAULT_FROM_EMAIL),
        state=Delivery.State.HELD if held else Delivery.State.PENDING,
        not_before=leaves,
    )


def _points(users: Iterable[int]) -> dict[int, list[tuple[str, ContactPoint]]]:
    """Each person's own addresses beside e-mail, and those of the departments they work for."""
    active = ContactPoint.objects.filter(active=True)
    found: dict[int, list[tuple[str, ContactPoint]]] = {}
    of_department: dict[int, list[ContactPoint]] = {}
    for point in active:
        if point.user_id:
            found.setdefault(point.user_id, []).append((point.channel, point))
        elif point.department_id:
            of_department.setdefault(point.department_id, []).append(point)
    if not of_department:
        return found
    rows = Membership.objects.on(timezone.localdate()).filter(
        user__in=users, department__in=of_department
    )
    for user, body in rows.values_list("user_id", "department_id").distinct():
        if body is not None:
            found.setdefault(user, []).extend((p.channel, p) for p in of_department[body])
    return found


@transaction.atomic
def take_back(
    period: ReportingPeriod, planned: Sequence[Planned], now: datetime.datetime
) -> tuple[int, int]:
    """Cancel what waits and should not exist any more; revive what was cancelled and should.

    Nothing that may have left is touched: only rows that are still waiting (or were cancelled
    before their first byte). Returns how many were cancelled and revived.
    """
    live = {row.key for row in planned if not row.merged}
    ladders = {(row.kind, row.user, row.due_on) for row in planned if not row.merged}
    moot: dict[str, list[int]] = {MOOT: [], OVERTAKEN: []}
    back: list[int] = []
    for delivery in _waiting(period):
        notice = delivery.notice
        if delivery.state == Delivery.State.CANCELLED:
            back += [delivery.pk] * (notice.key in live)
        elif notice.key not in live:
            newer = (notice.kind, notice.user_id, notice.due_on) in ladders
            moot[OVERTAKEN if newer else MOOT].append(delivery.pk)
    gone = sum(
        Delivery.objects.filter(pk__in=rows, state=Delivery.State.PENDING).update(
            state=Delivery.State.CANCELLED, reason=reason, settled_at=now
        )
        for reason, rows in moot.items() if rows
    )  # fmt: skip
    revived = Delivery.objects.filter(
        pk__in=back, state=Delivery.State.CANCELLED, reason__in=[MOOT, OVERTAKEN]
    ).update(state=Delivery.State.PENDING, reason="", settled_at=None)
    return gone, revived


def _waiting(period: ReportingPeriod) -> Iterable[Delivery]:
    states = Q(state=Delivery.State.PENDING) | Q(
        state=Delivery.State.CANCELLED, reason__in=[MOOT, OVERTAKEN]
    )
    rows = Delivery.objects.filter(states, notice__period=period).exclude(notice__kind__in=BY_HAND)
    return rows.select_related("notice").defer("notice__lines").iterator()
