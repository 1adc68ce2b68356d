"""Who was told, and whether it arrived: notices and steps of 催办 in words."""

import dataclasses
import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Prefetch, QuerySet

from reports.models import Delivery, Notice, Report, Urge
from reports.reminders.kinds import KINDS, Group, Kind
from reports.reminders.rules import rules_in
from reports.reminders.words import slot_words

NAMES_SHOWN = 3


@dataclasses.dataclass(frozen=True)
class UrgeStep:
    """One step of 催办 in words; ``said`` is what was added or answered, ``told`` what became of
    its notices, ``letter`` the id of a letter that can be printed."""

    at: datetime.datetime
    department: int
    step: str
    title: str
    who: str
    said: str
    told: str
    letter: int | None


@dataclasses.dataclass(frozen=True)
class ToldLine:
    """A round of notices about one report: what, to whom, whether it arrived."""

    at: datetime.datetime
    title: str
    who: str
    told: str


def urge_steps(urges: QuerySet[Urge]) -> list[UrgeStep]:
    """``urges`` in words, the newest first; three queries whatever their number."""
    rows = urges.select_related("by", "by_department").prefetch_related(
        Prefetch("notices", _with_deliveries(Notice.objects.all()))
    )
    return [_urge_step(row) for row in rows.order_by("-at", "-pk")]


def _urge_step(urge: Urge) -> UrgeStep:
    called = f"与{urge.spoke_with}通话，答复：{urge.answer}" if urge.spoke_with else ""
    return UrgeStep(
        at=urge.at,
        department=urge.department_id,
        step=urge.step,
        title=f"{urge.get_step_display()}{urge.letter_number and f'（{urge.letter_number}）'}",
        who=f"{urge.by_department} {urge.by}",
        said=called or urge.text,
        told=told_words(list(urge.notices.all())),
        letter=urge.pk if urge.step == Urge.Step.LETTER else None,
    )


def told_lines(report: Report, *, receives: bool) -> Iterator[ToldLine]:
    """Every round of notices that concerned ``report``, but those of 催办, oldest first.

    What the receivers were reminded of is theirs (``receives``). Merged ones went to nobody.
    """
    rows = _with_deliveries(report.notices.filter(merged=False, urge=None))
    rounds: dict[tuple[str, str, datetime.date], list[Notice]] = defaultdict(list)
    for row in rows.select_related("period").order_by("at", "pk"):
        if receives or KINDS[Kind(row.kind)].group != Group.RECEIVER:
            rounds[row.kind, row.slot, row.due_on].append(row)
    for notices in rounds.values():
        first = notices[0]
        slot = slot_words(first.slot, rules_in(first.period))
        title = str(first.get_kind_display())
        yield ToldLine(
            at=max(first.at, first.created_at),
            title=title if slot == "即时" else f"{title}（{slot}）",
            who=names_words([row.user.name for row in notices]),
            told=told_words(notices),
        )


def _with_deliveries(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    deliveries = Delivery.objects.order_by("pk")
    return notices.select_related("user").prefetch_related(Prefetch("deliveries", deliveries))


def names_words(names: Sequence[str]) -> str:
    """«甲、乙、丙等 5 人»."""
    shown = "、".join(names[:NAMES_SHOWN])
    return f"{shown}等 {len(names)} 人" if len(names) > NAMES_SHOWN else shown


def told_words(notices: Sequence[Notice]) -> str:
    """«已通知 3 人：站内 3，邮件已发 2，邮件不明 1»; empty where nobody was told."""
    if not notices:
        return ""
    held = sum(row.held for row in notices)
    parts = [f"站内 {len(notices) - held}"] if held < len(notices) else []
    parts += _states(row for notice in notices for row in notice.deliveries.all())
    return f"{len(notices)} 人：{'，'.join(parts)}"


def _states(deliveries: Iterable[Delivery]) -> list[str]:
    """A group's robot says it once, however many people of the department are told."""
    counts = Counter(f"{row.get_channel_display()}{row.get_state_display()}" for row in deliveries)
    return [f"{words} {count}" for words, count in counts.items()]
