"""What was filed, as lines to read."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from departments.models import User
from reports.calendar import Light
from reports.models import Report
from reports.requirements import FIELD_LABELS
from reports.selectors.conflict import words
from tasks.models import Task


@dataclasses.dataclass(frozen=True)
class FiledText:
    """One half-year's filed text: ``lines`` are (label, text), empty fields left out."""

    report: Report
    lines: list[tuple[str, str]]
    light: Light
    progress_light: Light | None


NEWEST = 3
"""Half-years whose texts stand on the task's page; all of them are in the item's history."""


def filed_texts(
    task: Task, user: User, today: datetime.date, names: Mapping[str, str]
) -> dict[int, list[FiledText]]:
    """What was filed in the NEWEST half-years on the items of ``task`` that ``user`` may read.

    By work item's id, the newest first, in two queries. ``names`` gives the indicators' names by
    their codes. After a return this is the last filed version.
    """
    periods = list(
        task.plan.periods.order_by("-year", "-half").values_list("pk", flat=True)[:NEWEST]
    )
    reports = (
        Report.objects.visible_to(user)
        .filter(assignment__work_item__task=task, filed_event__isnull=False, period__in=periods)
        .select_related("period", "department", "filed_event", "assignment")
        .order_by("-period__year", "-period__half", "assignment__order")
    )
    found: dict[int, list[FiledText]] = defaultdict(list)
    for report in reports:
        lines = _lines(report.filed_content, names)
        light, progress = report.light(today), report.progress_light
        found[report.assignment.work_item_id].append(FiledText(report, lines, light, progress))
    return found


def _lines(content: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    plain = [
        (label, words(name, content.get(name)))
        for name, label in FIELD_LABELS.items()
        if name != "indicator_values"
    ]
    values = content.get("indicator_values") or {}
    measured = [(names.get(code, code), str(value)) for code, value in values.items()]
    return [(label, text) for label, text in (*plain, *measured) if text]
