"""提醒台: what was planned, sent, failed, is unknown or held, and why."""

import dataclasses
import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from departments.models import Membership, User
from reports import calendar
from reports.models import Attempt, ChannelState, Delivery, Notice
from reports.querysets import NoticeQuerySet
from reports.reminders.kinds import KINDS, Group, Kind
from reports.reminders.rules import rules_in
from reports.reminders.words import shortened, slot_words

State = Delivery.State
STATES = {
    "todo": "需处理",
    "all": "全部",
    **dict(State.choices),
    "merged": "已并入",
    "inbox": "只发站内",
}
"""What can be asked for: states of a delivery, and of notices that have none."""
TODO = (State.UNKNOWN, State.DEAD, State.HELD)
SETTLED_BY_HAND = (State.UNKNOWN, State.DEAD)
HUES = {
    State.PENDING: "blue", State.CLAIMED: "blue", State.SENDING: "blue", State.SENT: "green",
    State.UNKNOWN: "yellow", State.DEAD: "red", State.CANCELLED: "grey", State.HELD: "yellow",
}  # fmt: skip
OUTCOMES = {
    "sent": "已发", "retry": "未成，稍后再试", "dead": "失败", "unknown": "不明",
    "stop": "渠道停用", "by hand": "人工",
}  # fmt: skip
CODES_SHOWN = 6


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What the desk is asked for; empty is everything. ``since`` and ``until`` are moments."""

    state: str = "todo"
    kind: str = ""
    department: str = ""
    person: str = ""
    period: int | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True)
class Try:
    """One attempt in words."""

    at: datetime.datetime
    words: str
    by: str


@dataclasses.dataclass(frozen=True)
class DeliveryLine:
    """One way out of a notice; ``address`` is shortened."""

    pk: int
    channel: str
    address: str
    light: calendar.Light
    reason: str
    when: datetime.datetime
    waits: bool
    settles: bool
    attempts: int
    tries: list[Try]


@dataclasses.dataclass(frozen=True)
class NoticeLine:
    """A notice with its ways out; ``light`` where it has none of them."""

    notice: Notice
    slot: str
    department: str
    items: str
    light: calendar.Light | None
    deliveries: list[DeliveryLine]

    @property
    def label(self) -> str:
        """Which line a button is for, for who can't see it."""
        return f"{self.notice.get_kind_display()} {self.slot} {self.notice.user.name}"


@dataclasses.dataclass(frozen=True)
class Figure:
    """A state with its number; ``hot`` ones wait for a human."""

    state: str
    label: str
    count: int
    hot: bool


@dataclasses.dataclass(frozen=True)
class StoppedChannel:
    name: str
    label: str
    stopped_at: datetime.datetime
    reason: str


@dataclasses.dataclass(frozen=True)
class Picks:
    """Which boxes the page has; false where none."""

    notices: bool
    deliveries: bool

    def __bool__(self) -> bool:
        return self.notices or self.deliveries


def picks_in(lines: Iterable[NoticeLine]) -> Picks:
    """What can be ticked among ``lines``."""
    rows = list(lines)
    return Picks(
        notices=any(row.notice.held for row in rows),
        deliveries=any(way.settles for row in rows for way in row.deliveries),
    )


def desk_of(user: User, wanted: Wanted) -> NoticeQuerySet:
    """The notices that ``user`` may see on the desk and asked for, the newest first."""
    rows: NoticeQuerySet = Notice.objects.on_desk(user).filter(_state(wanted.state))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.department:
        people = Membership.objects.filter(department__code=wanted.department)
        rows = rows.filter(user__in=people.values("user"))
    if wanted.person:
        named = Q(user__name__icontains=wanted.person) | Q(user__username__icontains=wanted.person)
        rows = rows.filter(named)
    if wanted.period:
        rows = rows.filter(period=wanted.period)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return rows.distinct()


def _state(state: str) -> Q:
    if state == "all":
        return Q()
    if state == "merged":
        return Q(merged=True)
    if state == "inbox":
        return Q(merged=False, deliveries__isnull=True)
    if state == "todo":
        return Q(held=True) | Q(deliveries__state__in=TODO)
    if state == State.HELD:
        return Q(held=True) | Q(deliveries__state=State.HELD)
    return Q(deliveries__state=state)


def figures_for(user: User) -> list[Figure]:
    """How many wait for a human, by state, and how many for their hour; two queries."""
    seen = Notice.objects.on_desk(user)
    rows = Delivery.objects.filter(notice__in=seen.values("pk")).order_by()
    found = Counter(dict(rows.values_list("state").annotate(Count("pk"))))
    found[State.HELD] = seen.filter(held=True).count()
    states = (State.UNKNOWN, State.DEAD, State.HELD, State.PENDING)
    return [Figure(state, state.label, found[state], state in TODO) for state in states]


def stopped_channels() -> list[StoppedChannel]:
    """Channels that send nothing until a human starts them again."""
    rows = ChannelState.objects.filter(stopped_at__isnull=False).order_by("name")
    labels = dict(Delivery.Channel.choices)
    return [
        StoppedChannel(row.name, labels.get(row.name, row.name), row.stopped_at, row.reason)
        for row in rows
        if row.stopped_at is not None
    ]


def for_desk(rows: NoticeQuerySet) -> NoticeQuerySet:
    """With what the lines show: four queries for a page, whatever is on it."""
    tries = Attempt.objects.select_related("by").order_by("at", "pk")
    deliveries = Delivery.objects.select_related("point").order_by("pk")
    shown = deliveries.prefetch_related(Prefetch("tries", tries))
    return rows.select_related("period__plan", "user").prefetch_related(
        Prefetch("deliveries", shown)
    )


def desk_lines(notices: Iterable[Notice]) -> list[NoticeLine]:
    """The lines of a page of ``for_desk`` rows; one more query."""
    rows = list(notices)
    bodies = departments_of({row.user_id for row in rows}, timezone.localdate())
    return [_line(row, bodies.get(row.user_id, "")) for row in rows]


def departments_of(users: Iterable[int], today: datetime.date) -> dict[int, str]:
    """Where each of ``users`` works on ``today``, in words; one query."""
    held = Membership.objects.on(today).filter(user__in=list(users), department__isnull=False)
    found: dict[int, list[str]] = defaultdict(list)
    for user, name in held.values_list("user_id", "department__name"):
        if name not in found[user]:
            found[user].append(name)
    return {user: "、".join(names) for user, names in found.items()}


def _line(notice: Notice, department: str) -> NoticeLine:
    digest = KINDS[Kind(notice.kind)].group == Group.RECEIVER
    deliveries = list(notice.deliveries.all())
    return NoticeLine(
        notice=notice,
        slot=slot_words(notice.slot, rules_in(notice.period), digest=digest),
        department=department,
        items=items_words([line["text"] for line in notice.lines]),
        light=None if deliveries else _without(notice),
        deliveries=[_delivery(row, notice.user) for row in deliveries],
    )


def items_words(texts: list[str]) -> str:
    """What a notice is about: «12.1、14.1 等 9 项»; what was said in it is not the desk's."""
    codes = [text.partition(" ")[0] for text in texts]
    shown = "、".join(codes[:CODES_SHOWN])
    return f"{shown} 等 {len(codes)} 项" if len(codes) > CODES_SHOWN else shown


def _without(notice: Notice) -> calendar.Light:
    if notice.merged:
        return calendar.Light("grey", STATES["merged"])
    if notice.held:
        return calendar.Light(HUES[State.HELD], State.HELD.label)
    return calendar.Light("green", STATES["inbox"])


def _delivery(row: Delivery, user: User) -> DeliveryLine:
    state = State(row.state)
    return DeliveryLine(
        pk=row.pk,
        channel=row.get_channel_display(),
        address=shortened(row.point.address if row.point else user.email) or "没有登记地址",
        light=calendar.Light(HUES[state], state.label),
        reason=row.reason,
        when=row.settled_at or row.not_before,
        waits=state == State.PENDING,
        settles=state in SETTLED_BY_HAND,
        attempts=row.attempts,
        tries=[_try(each) for each in row.tries.all()],
    )


def _try(attempt: Attempt) -> Try:
    outcome = OUTCOMES.get(attempt.outcome.removeprefix("late "), attempt.outcome)
    words = f"{outcome}：{attempt.detail}" if attempt.detail else outcome
    return Try(attempt.at, words, str(attempt.by) if attempt.by else "")
