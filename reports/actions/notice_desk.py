"""What a person settles on the desk of notices: unknown, dead and held ones, a stopped channel."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from departments.audit import record
from departments.errors import Conflict, NotAllowed
from departments.models import User
from reports.jobs import remind_soon
from reports.models import ChannelState, Delivery, Notice
from reports.policies import Right, may
from reports.reminders import delivery as gate
from reports.reminders import worker


def _check(by: User) -> None:
    if not may(by, Right.SEE_NOTICE_DESK):
        raise NotAllowed("提醒台由汇总员和管理员处理。")


def settle_deliveries(*, deliveries: Iterable[Delivery], by: User, arrived: bool) -> int:
    """«已收到» or «重新发送» for what is unknown or dead; returns how many were settled.

    Raises Conflict (409) where all of them have been settled by others meanwhile.
    """
    _check(by)
    done, now = 0, timezone.now()
    for delivery in deliveries:
        try:
            gate.settle_by_hand(delivery, by, now, arrived=arrived)
        except Conflict:
            continue
        done += 1
    if not done:
        raise Conflict("所选的已经由他人处理，请刷新页面。")
    if not arrived:
        remind_soon()
    return done


def release_notices(*, notices: Iterable[Notice], by: User) -> int:
    """«放行»: held notices go; before each leaves it is asked once more whether it still holds.

    Returns how many were released. Raises Conflict (409) where none is held any more.
    """
    _check(by)
    held = [notice for notice in notices if notice.held]
    if not held:
        raise Conflict("所选的已经放行，请刷新页面。")
    gate.release(held, by, timezone.now())
    remind_soon()
    return len(held)


@transaction.atomic
def start_channel(*, channel: ChannelState, by: User) -> None:
    """«重新启用» a channel that was refused; raises Conflict (409) where it runs."""
    _check(by)
    if channel.stopped_at is None:
        raise Conflict("该渠道已经启用，请刷新页面。")
    worker.start(channel.name)
    record("启用提醒渠道", user=by, subject=f"{channel.name} {channel.reason}")
    remind_soon()
