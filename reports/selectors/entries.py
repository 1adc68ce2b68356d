"""The pages of progress entries: my items, what I am asked for, what was logged."""

import dataclasses

from departments.models import Department, User
from departments.rights import rights_of
from reports.models import EntryRequest, ProgressEntry, ReportingPeriod
from reports.querysets import items_of
from tasks.models import WorkItem


@dataclasses.dataclass(frozen=True)
class ItemLine:
    """One of my items: how many entries my departments logged this half-year, who asks."""

    item: WorkItem
    count: int
    nothing: bool
    asked_by: str


def items_to_log(user: User) -> list[WorkItem]:
    """The work items on which ``user`` may log, in the annex's order."""
    writes = dataclasses.replace(rights_of(user), coordinator_of=frozenset())
    rows = WorkItem.objects.filter(pk__in=items_of(writes), withdrawn_on=None)
    return list(rows.select_related("task__plan").order_by("task__number", "row"))


def authors_of(user: User) -> list[Department]:
    """The departments in whose name ``user`` may log."""
    return list(Department.objects.filter(pk__in=rights_of(user).works_for).order_by("order"))


def my_items(user: User, period: ReportingPeriod | None) -> list[ItemLine]:
    """Every item of mine with what was logged in ``period``; requests first."""
    mine = rights_of(user).works_for
    entries = ProgressEntry.objects.filter(period=period, department__in=mine)
    counts: dict[int, int] = {}
    nothing = set()
    for item, none in entries.values_list("work_item_id", "nothing_to_report"):
        counts[item] = counts.get(item, 0) + 1
        if none:
            nothing.add(item)
    requests = EntryRequest.objects.filter(period=period, department__in=mine)
    asked = {
        row.work_item_id: f"{row.asking_department}"
        for row in requests.select_related("asking_department")
        if row.work_item_id not in counts
    }
    lines = [
        ItemLine(item, counts.get(item.pk, 0), item.pk in nothing, asked.get(item.pk, ""))
        for item in items_to_log(user)
    ]
    return sorted(lines, key=lambda line: not line.asked_by)


def recent_entries(user: User, limit: int = 100) -> list[ProgressEntry]:
    """The newest entries that ``user`` may read."""
    rows = ProgressEntry.objects.visible_to(user).select_related(
        "work_item__task", "department", "period", "by"
    )
    return list(rows.prefetch_related("attachments", "revisions__by")[:limit])
