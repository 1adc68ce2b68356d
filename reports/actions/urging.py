"""催办 in its ladder: notice, call, letter, a word to the department's approver. A person presses
each; each keeps who, when, what."""

import dataclasses
import datetime
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from departments.rights import rights_of
from reports.actions.holding import hold_periods
from reports.actions.submissions import clean_number
from reports.jobs import remind_soon
from reports.models import ReportingPeriod, Urge
from reports.policies import Right, may
from reports.reminders import outbox
from reports.reminders.facts import Facts, ReportFact
from reports.reminders.gather import gather
from reports.reminders.urging import NOTICES, owed_by, plan_urge, urged_lines
from reports.selectors.urges import nobody_sentence, wait_sentence, waits
from reports.states import OWED
from reports.text import clean, utf16_units
from tasks.models import Plan

MAX_TEXT = 200
"""Longest sentence added to the given wording, in UTF-16 units."""
MAX_NAME = 60


@dataclasses.dataclass(frozen=True)
class Urged:
    """How many people of which departments were told, and why others were not."""

    sent: list[tuple[Department, int]]
    refused: list[str]


@transaction.atomic
def urge(
    *,
    period: ReportingPeriod,
    departments: Collection[Department],
    by: User,
    text: str = "",
    step: Urge.Step = Urge.Step.NOTICE,
) -> Urged:
    """催办 ``departments`` in ``period`` at once, each at most once an hour.

    ``text`` is added to the given wording. With the step LEADER it goes to the approvers instead.
    A department that owes nothing, has nobody to tell or was urged within the hour is passed over
    and named; where that leaves none, Conflict (409). Raises NotAllowed (403), Conflict in a
    closed period, DomainError for a sentence that is too long. Two who press at once send one.
    """
    receiver, added = _permit(period, by), _added(text)
    locked = _lock(departments, period)
    now = timezone.now()
    facts, last = gather(period, now), waits(locked, step, now)
    sent: list[tuple[Department, int]] = []
    refused: list[str] = []
    for body in locked:
        if why := _why_not(facts, body, step, last.get(body.pk)):
            refused.append(why)
            continue
        made = _step(facts, body, step, by=by, by_department=receiver, at=now, text=added)
        planned = plan_urge(facts, body.pk, NOTICES[step], f"urge-{made.pk}", now)
        sent.append((body, len(outbox.put(period, planned, now, urge=made))))
    if not sent:
        raise Conflict("".join(refused) or "请至少勾选一个单位。")
    remind_soon()
    return Urged(sent, refused)


@transaction.atomic
def record_call(  # noqa: PLR0913 - keyword-only facts of one call
    *,
    period: ReportingPeriod,
    department: Department,
    by: User,
    at: datetime.datetime,
    spoke_with: str,
    answer: str,
) -> Urge:
    """电话催办: ``by`` spoke with somebody of ``department`` at ``at`` (aware), who answered.

    It concerns what was owed at that moment. The same call is kept once. Raises NotAllowed,
    Conflict (closed, nothing owed), DomainError for what is missing or a time that can't be.
    """
    receiver = _permit(period, by)
    name = _needed(spoke_with, "请写明与谁通话。", MAX_NAME)
    said = _needed(answer, "请写明对方的答复。", MAX_TEXT)
    if at > timezone.now():
        raise DomainError("通话时间不能晚于现在。")
    if at < period.opened_at:
        raise DomainError(f"通话时间早于{period.label}开放的时间，请核对日期。")
    (body,) = _lock([department], period)
    facts = gather(period, timezone.now())
    there: Urge | None = Urge.objects.filter(
        period=period, department=body, step=Urge.Step.PHONE, at=at, spoke_with=name, by=by
    ).first()
    if there is not None:
        return there
    return _step(facts, body, Urge.Step.PHONE, by=by, by_department=receiver, at=at,
                 spoke_with=name, answer=said)  # fmt: skip


@transaction.atomic
def issue_letter(
    *, period: ReportingPeriod, department: Department, by: User, number: str, text: str = ""
) -> Urge:
    """催办函 with its 发文字号 ``number``, kept as it stands now, to be printed.

    Raises NotAllowed, Conflict (closed, nothing owed, the number is taken), DomainError for a
    missing number or a letter to one's own house.
    """
    receiver, added = _permit(period, by, but=department), _added(text)
    cleaned = clean_number(number)
    if not cleaned:
        raise DomainError("请填写发文字号，如「万州水函〔2027〕5号」。")
    (body,) = _lock([department], period)
    facts = gather(period, timezone.now())
    _take_number(period.plan_id, cleaned)
    return _step(facts, body, Urge.Step.LETTER, by=by, by_department=receiver, at=timezone.now(),
                 text=added, letter_number=cleaned)  # fmt: skip


def _permit(period: ReportingPeriod, by: User, but: Department | None = None) -> Department:
    """The receiver for which ``by`` speaks (not ``but``, who is spoken to)."""
    if not may(by, Right.URGE, period):
        raise NotAllowed("催办由汇总单位的汇总员办理。")
    mine = period.plan.receivers.filter(pk__in=rights_of(by).coordinator_of)
    others = mine.exclude(pk=but.pk) if but else mine
    found = others.order_by("planreceiver__order").first()
    if found is None:
        raise DomainError(f"{but}不向本单位发催办函，请由另一汇总单位发函，或电话催办。")
    return found


def _added(text: str) -> str:
    return _needed(text, "", MAX_TEXT)


def _needed(raw: str, missing: str, longest: int) -> str:
    """``raw`` cleaned. Raises DomainError where it is empty (if it may not be) or too long."""
    cleaned = clean(raw).text.strip()
    if missing and not cleaned:
        raise DomainError(missing)
    if (units := utf16_units(cleaned)) > longest:
        raise DomainError(f"有 {units} 字，最多 {longest} 字，请精简。")
    return cleaned


def _lock(departments: Iterable[Department], period: ReportingPeriod) -> list[Department]:
    """The departments in their order, locked, so that the second who presses sees the first.

    Raises Conflict where ``period`` is closed; else it stays open until the transaction ends.
    What the departments file meanwhile may refer to them (``no_key``). On SQLite the transaction
    itself has the only writer's lock.
    """
    ids = [body.pk for body in departments]
    rows = Department.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    locked = list(rows.order_by("order", "pk"))
    hold_periods([period])
    if period.is_closed:
        raise Conflict(f"{period.label}报告期已关闭，不能再催办。")
    return locked


def _take_number(plan: int, number: str) -> None:
    """One letter takes a number of ``plan`` (id) at a time, and only one that is free."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan)
    if Urge.objects.filter(period__plan=plan, letter_number=number).exists():
        raise Conflict(f"「{number}」的催办函已经登记过，请核对发文字号。")


def _why_not(facts: Facts, body: Department, step: Urge.Step, last: Urge | None) -> str:
    """Why ``body`` can't be urged now (Chinese); empty where it can."""
    if not owed_by(facts, body.pk):
        return f"{body.name}本期已全部报送，无需催办。"
    if last is not None:
        return wait_sentence(last)
    if not plan_urge(facts, body.pk, NOTICES[step], "", timezone.now()):
        return nobody_sentence(body, step)
    return ""


def _step(facts: Facts, body: Department, step: Urge.Step, **what: object) -> Urge:
    """Keep one step, with what is outstanding at its moment."""
    at = what["at"]
    assert isinstance(at, datetime.datetime)
    rows = _owed_at(facts, body, at)
    if not rows:
        raise Conflict(f"{body.name}本期已全部报送，无需催办。")
    lines = urged_lines(rows, facts.due_on)
    made: Urge = Urge.objects.create(
        period_id=facts.period,
        department=body,
        step=step,
        lines=[line.as_dict() for line in lines],
        **what,
    )
    made.reports.set([row.pk for row in rows])
    return made


def _owed_at(facts: Facts, body: Department, at: datetime.datetime) -> Sequence[ReportFact]:
    return [
        row
        for row in facts.reports
        if row.department == body.pk
        and (row.status in OWED or (row.filed_at is not None and row.filed_at > at))
    ]
