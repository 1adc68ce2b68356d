"""Hand-over (交接): when a person leaves, rights and duties pass to the one named."""

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from departments.actions.accounts import account_deactivate
from departments.actions.memberships import membership_check, membership_record
from departments.audit import record
from departments.errors import DomainError
from departments.models import Membership, User
from departments.signals import person_handed_over

DAY = datetime.timedelta(days=1)
FURTHEST = datetime.timedelta(days=366)


@dataclasses.dataclass(frozen=True)
class Passed:
    """What one part of the product passed on: how many of what."""

    what: str
    count: int


@transaction.atomic
def hand_over(  # noqa: PLR0913 - keyword-only; request only adds the address to the log
    *,
    person: User,
    successor: User,
    day: datetime.date,
    by: User,
    close_account: bool = False,
    request: HttpRequest | None = None,
) -> list[Passed]:
    """Pass everything of ``person`` to ``successor``; returns what was passed on.

    ``day`` (Asia/Shanghai) is the last day on which the person's roles count; it may lie one day
    back, so that rights can end at once. The successor holds the same roles from the next day,
    where they do not hold them already. Drafts hang on the department's report, not on the
    person, so they pass by themselves. Raises DomainError where a rule forbids it.
    """
    _check(person, successor, day, by, close_account)
    ended = _held_after(person, day)
    for row in ended:
        for verb, membership in _pass_on(row, successor, day):
            membership_record(membership=membership, by=by, request=request, verb=verb)
    facts = {"person": person, "successor": successor, "day": day, "by": by}
    answers: list[tuple[Any, Any]] = person_handed_over.send(sender=User, **facts)
    passed = [Passed("任职", len(ended)), *(answer for _, answer in answers)]
    record("交接", user=by, request=request, subject=_sentence(person, successor, day, passed))
    if close_account:
        account_deactivate(person=person, by=by, request=request)
    return passed


def _check(
    person: User, successor: User, day: datetime.date, by: User, close_account: bool
) -> None:
    today = timezone.localdate()
    if successor.pk == person.pk:
        raise DomainError("接替人不能是本人。")
    if successor.pk == by.pk:
        raise DomainError("不能把他人的权限移交给自己，请另一位管理员办理。")
    if not successor.is_active:
        raise DomainError("接替人的账户已停用，请先启用。")
    if not today - DAY <= day <= today + FURTHEST:
        raise DomainError("离任日期最早为昨天，最晚为一年以内。")
    if close_account and day > today:
        raise DomainError("离任日期还没到，账户现在不能停用，请届时再停用。")


def _held_after(person: User, day: datetime.date) -> list[Membership]:
    still = Q(until__isnull=True) | Q(until__gt=day)
    return list(person.memberships.select_related("department").filter(still))


def _pass_on(
    row: Membership, successor: User, day: datetime.date
) -> Iterator[tuple[str, Membership]]:
    """End ``row`` on ``day`` and give the successor what was left of it; yields what to record.

    A membership that has not begun by then never takes effect for the person: it changes hands,
    or goes (its history stays) where the successor holds the role anyway.
    """
    left = (max(row.since, day + DAY), row.until)
    if row.since <= day:
        row.until = day
        row.save(update_fields=["until"])
        yield "终止任职", row
    else:
        row.delete()
        yield "取消任职", row
    for since, until in missing_spans(left, _spans_of(successor, row)):
        yield "新增任职", _grant(row, successor, since, until)


def _grant(
    row: Membership, successor: User, since: datetime.date, until: datetime.date | None
) -> Membership:
    granted = Membership(
        user=successor, department=row.department, role=row.role, since=since, until=until
    )
    membership_check(granted)
    granted.save()
    return granted


Span = tuple[datetime.date, datetime.date | None]


def _spans_of(successor: User, row: Membership) -> list[Span]:
    held = successor.memberships.filter(department=row.department, role=row.role)
    return list(held.order_by("since").values_list("since", "until"))


def missing_spans(wanted: Span, held: list[Span]) -> list[Span]:
    """The parts of ``wanted`` that no span of ``held`` covers.

    Spans are first and last day, both inclusive; None is an open end. ``held`` is in order.
    """
    missing: list[Span] = []
    start, end = wanted
    for since, until in held:
        if until is not None and until < start:
            continue
        if end is not None and since > end:
            break
        if since > start:
            missing.append((start, since - DAY))
        if until is None:
            return missing
        start = max(start, until + DAY)
    if end is None or start <= end:
        missing.append((start, end))
    return missing


def _sentence(person: User, successor: User, day: datetime.date, passed: list[Passed]) -> str:
    counts = "、".join(f"{row.what} {row.count} 项" for row in passed)
    return f"{_named(person)}→ {_named(successor)}，{day} 止：{counts}"


def _named(person: User) -> str:
    return f"{person.name}（{person.username}）"
