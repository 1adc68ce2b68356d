"""The inbox: a person's notices, newest first, and what one of them says."""

import datetime
from typing import Any

from departments.models import Department, User
from departments.rights import rights_of
from reports import calendar
from reports.models import Acknowledgement, Notice
from reports.querysets import NoticeQuerySet
from reports.reminders.facts import Line
from reports.reminders.kinds import Kind
from reports.reminders.messages import headline, items_of
from reports.selectors.annex import annex_of


def inbox_of(user: User, now: datetime.datetime) -> NoticeQuerySet:
    """Notices of ``user`` that are due at ``now``, newest first, with what a line shows."""
    return _arrived(user, now).select_related("period__plan", "user")


def unread_count(user: User, now: datetime.datetime) -> int:
    """For the badge: how many of ``inbox_of`` were never opened."""
    return _arrived(user, now).filter(read_at__isnull=True).count()


def _arrived(user: User, now: datetime.datetime) -> NoticeQuerySet:
    found: NoticeQuerySet = Notice.objects.visible_to(user).filter(at__lte=now)
    return found


def notice_page(notice: Notice, user: User) -> dict[str, Any]:
    """Context of one notice: its sentence, its items with links, who has to acknowledge it."""
    lines = tuple(Line(**line) for line in notice.lines)
    return {
        "notice": notice,
        "headline": headline(notice, len(lines)),
        "items": items_of(notice, lines),
        "deadline": calendar.deadline_words(notice.due_on),
        "receivers": list(notice.period.plan.receivers.order_by("planreceiver__order")),
        "annex": annex_of(notice) if notice.kind == Kind.OPENED else [],
        "acknowledgements": _acknowledgements(notice, user),
    }


def _acknowledgements(
    notice: Notice, user: User
) -> list[tuple[Department, Acknowledgement | None]]:
    """The user's departments that owe in the period, with their 签阅; only on a 报送通知."""
    if notice.kind != Kind.OPENED:
        return []
    mine = Department.objects.filter(
        pk__in=rights_of(user).works_for, reports__period=notice.period
    ).distinct()
    there = {
        row.department_id: row
        for row in Acknowledgement.objects.filter(period=notice.period).select_related("by")
    }
    return [(body, there.get(body.pk)) for body in mine]
