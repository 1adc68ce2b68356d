"""The review queue: what is mine to review, how long it has waited, and what comes next."""

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from departments.models import Department, User
from departments.rights import rights_of
from reports import calendar
from reports.models import Receipt, Report, ReportEvent
from reports.states import IN_HAND, OPEN, Action, Status
from tasks.models import Assignment, Plan, Section

SHOWN = {
    "waiting": "待审核",
    "asked": "申请退回",
    "returned": "已退回，待重报",
    "accepted": "已审核",
    "other": "会签（另一单位审核）",
    "unfiled": "未报送",
}
"""What the queue may show; «unfiled» is where 代录 and 免报 start."""

DAYS = {"3": "3 个工作日以上", "5": "5 个工作日以上", "10": "10 个工作日以上"}


@dataclasses.dataclass(frozen=True)
class Filters:
    """The queue's filters as they stand in the address; empty means all."""

    show: str = "waiting"
    department: str = ""
    section: str = ""
    days: str = ""
    unreceived: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "Filters":
        """From an address's query; what can't be is left out."""
        section, department = data.get("section", ""), data.get("department", "")
        return cls(
            show=data.get("show", "") if data.get("show") in SHOWN else "waiting",
            department=department if re.fullmatch(r"[\w-]{1,20}", department, re.ASCII) else "",
            section=section if re.fullmatch(r"[0-9]{1,9}", section) else "",
            days=data.get("days", "") if data.get("days") in DAYS else "",
            unreceived="1" if data.get("unreceived") else "",
        )

    @property
    def is_in_hand(self) -> bool:
        """Whether what it shows was filed and can be received."""
        return self.show not in {"returned", "unfiled"}

    @property
    def is_waiting(self) -> bool:
        """Whether what it shows waits for a review."""
        return self.show == "waiting"

    @property
    def query(self) -> str:
        """The filters as an address's query; «queue» tells a report's page where one came from."""
        given = {name: value for name, value in dataclasses.asdict(self).items() if value}
        return urlencode({"queue": "1", **given})


def _by_kind(mine: frozenset[int]) -> dict[str, Q]:
    """What each entry of SHOWN stands for, for coordinators of the receivers ``mine``."""
    own = Q(reviewer__in=mine)
    return {
        "waiting": own & Q(status=Status.FILED),
        "asked": own & Q(status__in=IN_HAND, return_asked_at__isnull=False),
        "returned": own & Q(refile_due_on__isnull=False),
        "accepted": own & Q(status=Status.ACCEPTED),
        "other": ~own & Q(status__in=IN_HAND),
        "unfiled": own & Q(status__in=[*OPEN, Status.PENDING], refile_due_on__isnull=True),
    }


def _reviewable(user: User) -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.visible_to(user).filter(period__closed_at__isnull=True)
    return rows.filter(period__plan__receivers__in=rights_of(user).coordinator_of).distinct()


def counts_of(user: User) -> dict[str, int]:
    """How many reports each entry of SHOWN has; one query."""
    rows = Report.objects.filter(pk__in=_reviewable(user).values("pk"))
    kinds = _by_kind(rights_of(user).coordinator_of)
    return rows.aggregate(**{kind: Count("pk", filter=which) for kind, which in kinds.items()})


def queue(
    user: User, filters: Filters, today: datetime.date, days: calendar.Days
) -> QuerySet[Report]:
    """The reports of open periods that ``filters`` asks for, oldest filing first.

    ``received`` on each row says whether the user's receiver has signed for the filing in hand,
    ``brought`` whether a history import made it, for which nobody signs.
    ``today`` and ``days`` (the admin's working days) serve the filter by days waited.
    """
    mine = rights_of(user).coordinator_of
    received = Receipt.objects.filter(filing=OuterRef("filed_event"), receiver__in=mine)
    brought = ReportEvent.objects.filter(pk=OuterRef("filed_event"), action=Action.IMPORT)
    rows = Report.objects.filter(pk__in=_reviewable(user).values("pk"))
    rows = rows.filter(_by_kind(mine)[filters.show])
    rows = rows.annotate(received=Exists(received), brought=Exists(brought))
    if filters.department:
        rows = rows.filter(department__code=filters.department)
    if filters.section:
        rows = rows.filter(assignment__work_item__task__section=int(filters.section))
    if filters.days:
        last = calendar.workdays_ago(int(filters.days), today, days)
        rows = rows.filter(refiled_at__lt=calendar.deadline_moment(last))
    if filters.unreceived:
        rows = rows.filter(received=False, brought=False)
    found: QuerySet[Report] = rows.order_by("refiled_at", *Report._meta.ordering or [], "pk")
    return found


@dataclasses.dataclass(frozen=True)
class Queued:
    """A report in the queue, its light, and the working days since it was filed last."""

    report: Report
    light: calendar.Light
    days: int

    @property
    def awaits_receipt(self) -> bool:
        """Whether the user's receiver has still to sign for it."""
        row: Any = self.report
        return row.is_filed and not (row.received or row.brought)


def queue_rows(
    user: User, filters: Filters, today: datetime.date, days: calendar.Days
) -> list[Queued]:
    """``queue`` with what its page shows, in one query."""
    found = queue(user, filters, today, days)
    rows = found.select_related(
        "period", "department", "reviewer", "assignment__work_item__task__section"
    ).defer("progress", "problems", "coordination", "next_steps", "indicator_values")
    return [Queued(row, row.light(today), days_waited(row, today, days)) for row in rows]


def days_waited(report: Report, today: datetime.date, days: calendar.Days) -> int:
    """Working days since ``report`` was filed last, up to ``today``; 0 before it is filed."""
    if report.refiled_at is None:
        return 0
    return calendar.workdays_since(calendar.local_date(report.refiled_at), today, days)


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a report stands in the queue: its neighbours' ids, its number from 1 (0: not in)."""

    before: int | None
    after: int | None
    at: int
    total: int


def place_of(
    pk: int, user: User, filters: Filters, today: datetime.date, days: calendar.Days
) -> Place:
    """The place of report ``pk`` in the user's queue; what is not in it comes before the first."""
    ids = list(queue(user, filters, today, days).values_list("pk", flat=True))
    if pk not in ids:
        return Place(None, ids[0] if ids else None, 0, len(ids))
    at = ids.index(pk)
    after = ids[at + 1] if at + 1 < len(ids) else None
    return Place(ids[at - 1] if at else None, after, at + 1, len(ids))


def choices(user: User) -> tuple[QuerySet[Department], QuerySet[Section]]:
    """Lead departments and sections to filter by: of the plans whose reports come to the user."""
    mine = Plan.objects.filter(receivers__in=rights_of(user).coordinator_of)
    leads = Assignment.objects.leads().filter(work_item__task__plan__in=mine)
    bodies = Department.objects.filter(pk__in=leads.values("department")).order_by("order")
    return bodies, Section.objects.filter(plan__in=mine).order_by("plan", "order")
