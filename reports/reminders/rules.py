"""The reminder rules of a plan, and the copy a period keeps so that a change takes effect with the
next one."""

import dataclasses
from typing import Any

from reports.models import ReminderRules, ReportingPeriod
from reports.reminders.slots import Rules
from tasks.models import Plan

_LISTS = ("before", "after", "digest_before", "digest_after")


def parse_days(raw: str) -> tuple[int, ...]:
    """``7,3,1`` (also with ，、 or spaces). Raises ValueError with a Chinese sentence."""
    parts = raw.replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
    numbers = [part for part in parts if part]
    if not numbers or not all(part.isdecimal() and int(part) <= 180 for part in numbers):
        raise ValueError(f"「{raw}」应写作以逗号分隔的天数（不超过 180），如 7,3,1。")
    return tuple(sorted({int(part) for part in numbers}, reverse=True))


def rules_of(plan: Plan) -> dict[str, Any]:
    """What a period of ``plan`` that opens now keeps: empty where the defaults hold."""
    row = ReminderRules.objects.filter(plan=plan).first()
    if row is None:
        return {}
    names = [field.name for field in dataclasses.fields(Rules)]
    return {
        name: list(parse_days(getattr(row, name))) if name in _LISTS else getattr(row, name)
        for name in names
    }


def rules_in(period: ReportingPeriod) -> Rules:
    """The rules that hold in ``period``."""
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in period.reminder_rules.items()
    }
    return Rules(**kept)
