"""What a person's own page of notice settings shows."""

import dataclasses

from departments.models import User
from departments.rights import Rights, rights_of
from reports.models import CalendarFeed, ContactPoint, Delivery, NoticeChoice
from reports.reminders.choices import choice_key
from reports.reminders.kinds import KINDS, Group
from reports.reminders.words import shortened


@dataclasses.dataclass(frozen=True)
class Box:
    """One check box of the table."""

    key: str
    label: str
    ticked: bool


@dataclasses.dataclass(frozen=True)
class GroupRow:
    """A group of kinds with a box for each channel the person has."""

    label: str
    kinds: str
    boxes: list[Box]


@dataclasses.dataclass(frozen=True)
class OwnPoint:
    pk: int
    label: str
    address: str


@dataclasses.dataclass(frozen=True)
class NoticeSettings:
    """Context of the page; ``shared`` are the robots of the person's departments."""

    channels: list[str]
    rows: list[GroupRow]
    email: str
    points: list[OwnPoint]
    shared: list[str]
    feed: CalendarFeed | None

    @property
    def keys(self) -> list[str]:
        return [box.key for row in self.rows for box in row.boxes]


def settings_of(user: User) -> NoticeSettings:
    """Four queries, whatever the person has."""
    rights = rights_of(user)
    own = list(ContactPoint.objects.filter(user=user, active=True))
    shared = ContactPoint.objects.filter(department__in=rights.departments, active=True)
    choice = NoticeChoice.objects.filter(user=user).first()
    channels = _channels(own)
    return NoticeSettings(
        channels=[str(channel.label) for channel in channels],
        rows=[_row(group, channels, choice.muted if choice else []) for group in _groups(rights)],
        email=shortened(user.email),
        points=[OwnPoint(row.pk, row.label, shortened(row.address)) for row in own],
        shared=[f"{row.department} {row.label}" for row in shared.select_related("department")],
        feed=CalendarFeed.objects.filter(user=user).first(),
    )


def _channels(own: list[ContactPoint]) -> list[Delivery.Channel]:
    has = {point.channel for point in own}
    others = (Delivery.Channel.ROBOT, Delivery.Channel.SMS)
    return [Delivery.Channel.MAIL, *(channel for channel in others if channel in has)]


def _groups(rights: Rights) -> list[Group]:
    groups = [Group.DEADLINE, Group.ACTS] if rights.works_for else []
    if not rights.works_for and rights.coordinator_of:
        groups = [Group.ACTS]
    return [*groups, Group.RECEIVER] if rights.coordinator_of else groups


def _row(group: Group, channels: list[Delivery.Channel], muted: list[str]) -> GroupRow:
    sent = [row for row in KINDS.values() if row.group == group and not row.inbox_only]
    kinds = [str(row.kind.label) for row in sent]
    keys = [(choice_key(group, channel), str(channel.label)) for channel in channels]
    boxes = [Box(key, f"{group.label} {label}", key not in muted) for key, label in keys]
    return GroupRow(str(group.label), "、".join(kinds), boxes)
