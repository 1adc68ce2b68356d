"""催办 that was pressed: how long to wait, what there was."""

import datetime
from collections.abc import Iterable

from departments.models import Department
from reports.calendar import SHANGHAI, moment_words
from reports.models import Urge

WAIT = datetime.timedelta(hours=1)
"""A department is urged at most once in this time, whoever presses."""
_MINUTE = datetime.timedelta(minutes=1)


def waits(
    departments: Iterable[Department], step: Urge.Step, now: datetime.datetime
) -> dict[int, Urge]:
    """Department id → the ``step`` for whose sake it can't be urged yet at ``now``. One query."""
    recent = Urge.objects.filter(
        department__in=list(departments), step=step, at__gt=now - WAIT, at__lte=now
    )
    rows = recent.select_related("department", "by").order_by("at")
    return {row.department_id: row for row in rows}


def free_at(last: Urge) -> datetime.datetime:
    """The full minute from which the department can be urged again after ``last``."""
    until = last.at + WAIT
    return until if until == until.replace(second=0, microsecond=0) else (
        until.replace(second=0, microsecond=0) + _MINUTE
    )  # fmt: skip


def wait_sentence(last: Urge) -> str:
    """«区城管局刚于 1月5日 14:20 由张三催办，15:20 后可再次催办。»"""
    pressed, free = moment_words(last.at), free_at(last).astimezone(SHANGHAI)
    return f"{last.department.name}刚于 {pressed} 由{last.by}催办，{free:%H:%M} 后可再次催办。"


def nobody_sentence(body: Department, step: Urge.Step) -> str:
    """«区城管局没有在任的填报员，无人可通知，请电话催办。»"""
    who = "审签人" if step == Urge.Step.LEADER else "填报员"
    return f"{body.name}没有在任的{who}，无人可通知，请电话催办。"
