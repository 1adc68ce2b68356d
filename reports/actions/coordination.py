"""协调台账: who answers a matter, by when, and what came of it; every change leaves its trace."""

import dataclasses
import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from departments.rights import rights_of
from reports.actions.holding import lock_report
from reports.models import Coordination, CoordinationEvent, Report
from reports.models.coordination import HANDLING
from reports.policies import Right, may
from reports.text import has_substance, utf16_units

MAX_MATTER = 500
MAX_OUTCOME = 2000
MAX_NAME = 60
"""In UTF-16 units."""
State = Coordination.State


@dataclasses.dataclass(frozen=True)
class Handling:
    """What is written down about a matter; the texts are cleaned.

    ``matter`` may stay empty (the lead's text says it); the answer comes from ``answerer`` or from
    ``other_answerer``, a body that is not in the system; ``due_on`` is a date in Asia/Shanghai.
    """

    answerer: Department | None
    due_on: datetime.date | None
    matter: str = ""
    other_answerer: str = ""
    state: str = State.RUNNING
    outcome: str = ""


@transaction.atomic
def open_coordination(
    *, report: Report, by: User, handling: Handling, now: datetime.datetime | None = None
) -> Coordination:
    """Write down who answers what ``report`` asks for; the same twice is kept once.

    Also in a closed half-year: what is to be coordinated outlasts it. Raises NotAllowed for anyone
    but a receiver's coordinator, Conflict where nothing filed asks for it, DomainError for what is
    missing or too long.
    """
    receiver = _receiver(report, by)
    _check(handling)
    locked = lock_report(report)
    if locked.filed_event is None or not has_substance(asked_in(locked)):
        raise Conflict("本项报送的内容里没有需协调解决事项。")
    facts = {name: getattr(handling, name) for name in HANDLING}
    there: Coordination | None = locked.coordinations.filter(**facts).first()
    if there is not None:
        return there
    made = Coordination.objects.create(report=locked, filing=locked.filed_event, **facts)
    _log(made, by, receiver, {}, now or timezone.now())
    return made


@transaction.atomic
def change_coordination(
    *, coordination: Coordination, by: User, handling: Handling, version: int | None = None
) -> Coordination:
    """Replace what is written down; the earlier words stay in its record.

    ``version`` is the one the user saw; None skips the check. Raises as ``open_coordination``, and
    Conflict where somebody was faster.
    """
    receiver = _receiver(coordination.report, by)
    _check(handling)
    rows = Coordination.objects.select_for_update(of=("self",)).select_related("answerer")
    locked: Coordination = rows.get(pk=coordination.pk)
    if version is not None and version != locked.version:
        raise Conflict("这件协调事项刚被他人修改，请对照后再保存。")
    before = words_of(locked)
    for name in HANDLING:
        setattr(locked, name, getattr(handling, name))
    if words_of(locked) != before:
        locked.version += 1
        locked.save()
        _log(locked, by, receiver, before, timezone.now())
    return locked


def asked_in(report: Report) -> str:
    """需协调解决事项 as it was filed last; empty if nothing was."""
    return str(report.filed_content.get("coordination") or "")


def words_of(coordination: Coordination) -> dict[str, str]:
    """What is written down, label → words, as the record keeps it."""
    due_on = coordination.due_on
    return {
        "协调事项": coordination.matter,
        "答复单位": coordination.answered_by,
        "答复期限": due_on.isoformat() if due_on else "",
        "办理状态": str(State(coordination.state).label),
        "办理结果": coordination.outcome,
    }


def _receiver(report: Report, by: User) -> Department:
    """The receiver for which ``by`` acts. Raises NotAllowed."""
    plan = report.period.plan
    if not may(by, Right.KEEP_COORDINATION, report.period):
        raise NotAllowed("协调事项由汇总单位的汇总员办理。")
    mine = plan.receivers.filter(pk__in=rights_of(by).coordinator_of)
    return mine.order_by("planreceiver__order")[0]


def _check(handling: Handling) -> None:
    sentences = [
        ("请选择答复单位；不在列表里的，写在「其他答复单位」。",
         handling.answerer is None and not has_substance(handling.other_answerer)),
        ("答复单位只能有一个：请在列表里选，或写在「其他答复单位」。",
         handling.answerer is not None and bool(handling.other_answerer)),
        ("请选择答复期限。", handling.state == State.RUNNING and handling.due_on is None),
        ("请写明办理结果（解决了什么，没解决的原因，或撤销的理由）。",
         handling.state != State.RUNNING and not has_substance(handling.outcome)),
        *(
            (f"「{label}」有 {utf16_units(text)} 字，最多 {most} 字，请精简。",
             utf16_units(text) > most)
            for label, text, most in (
                ("协调事项", handling.matter, MAX_MATTER),
                ("其他答复单位", handling.other_answerer, MAX_NAME),
                ("办理结果", handling.outcome, MAX_OUTCOME),
            )
        ),
    ]  # fmt: skip
    for sentence, wrong in sentences:
        if wrong:
            raise DomainError(sentence)


def _log(
    made: Coordination,
    by: User,
    receiver: Department,
    before: dict[str, Any],
    at: datetime.datetime,
) -> None:
    CoordinationEvent.objects.create(
        coordination=made,
        at=at,
        by=by,
        by_name=str(by),
        by_department=receiver,
        before=before,
        after=words_of(made),
    )
