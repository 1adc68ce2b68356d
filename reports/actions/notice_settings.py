"""What people set about their own notices: channels, their own robot, their calendar's address."""

import hashlib
import secrets
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from departments.audit import record
from departments.errors import Conflict, DomainError
from departments.models import User
from reports.models import CalendarFeed, ContactPoint, NoticeChoice
from reports.reminders.channels.robot import problem_with

ROBOTS_EACH = 3


@transaction.atomic
def choose_channels(*, by: User, offered: Collection[str], wanted: Collection[str]) -> None:
    """Of the ``offered`` keys (``acts:mail``) keep those not ``wanted`` as muted.

    What was not offered stays as it is.
    """
    choice, _ = NoticeChoice.objects.select_for_update().get_or_create(user=by)
    choice.muted = sorted((set(choice.muted) - set(offered)) | (set(offered) - set(wanted)))
    choice.save(update_fields=["muted"])


@transaction.atomic
def add_own_robot(*, by: User, label: str, address: str) -> ContactPoint:
    """A group robot for one's own notices. Raises DomainError (400) where its address can't be
    used, Conflict (409) where the person has it or enough of them."""
    if problem := problem_with(address):
        raise DomainError(problem)
    own = ContactPoint.objects.filter(user=by, active=True)
    if own.filter(address=address).exists():
        raise Conflict("这个机器人已经登记过。")
    if own.count() >= ROBOTS_EACH:
        raise Conflict(f"每人最多 {ROBOTS_EACH} 个机器人，请先停用一个。")
    record("新增通知地址", user=by, subject=f"本人 群机器人 {label}")
    return ContactPoint.objects.create(
        channel=ContactPoint.Channel.ROBOT, user=by, label=label, address=address
    )


@transaction.atomic
def drop_own_robot(*, by: User, point: ContactPoint) -> None:
    """Nothing more goes to it; what went is still evidence."""
    if point.user_id != by.pk:
        raise Conflict("只能停用本人登记的机器人。")
    ContactPoint.objects.filter(pk=point.pk).update(active=False)
    record("停用通知地址", user=by, subject=f"本人 群机器人 {point.label}")


def hash_of(token: str) -> str:
    """What is kept of a calendar's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(*, by: User) -> str:
    """A new private token for the person's calendar; the one before stops working at once.

    Returned this once: only its hash is kept.
    """
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        user=by, defaults={"token_hash": hash_of(token), "created_at": timezone.now()}
    )
    record("生成日历订阅", user=by)
    return token


@transaction.atomic
def revoke_feed(*, by: User) -> None:
    """The address answers 404 from now on."""
    deleted, _ = CalendarFeed.objects.filter(user=by).delete()
    if deleted:
        record("撤销日历订阅", user=by)
