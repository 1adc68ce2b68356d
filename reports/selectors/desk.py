"""A department's own half-year on the home page: what it owes, first what is to do first."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q
from django.urls import reverse

from departments.models import Department, User
from departments.rights import Rights, rights_of
from reports import calendar
from reports.models import Extension, Report, ReportingPeriod
from reports.querysets import without_record
from reports.selectors.charts import Bar, Column, columns, status_bar
from reports.selectors.figures import Tally
from reports.selectors.frame import Link
from reports.selectors.period_rows import Row
from reports.states import IN_HAND, OPEN, Status

PAST_SHOWN = 6
_ORDER = (
    Status.RETURNED, Status.DRAFT, Status.BLANK, Status.PENDING, Status.FILED, Status.ACCEPTED,
    Status.EXEMPT,
)  # fmt: skip
_BUTTONS = {Status.RETURNED: "修改", Status.DRAFT: "继续填写", Status.BLANK: "填写"}

_FIELDS = (
    "period", "assignment", "department", "reviewer", "status", "late", "offline", "imported",
    "filed_at",
    "returned_at", "extended_due_on", "refile_due_on", "state", "assessed_state",
    "return_asked_at", "correction", "sent_back", "updated_at",
    "department__name", "department__code", "department__order", "reviewer__name",
    "assignment__work_item", "assignment__scope", "assignment__order",
    "assignment__person_in_charge", "assignment__work_item__row",
    "assignment__work_item__text", "assignment__work_item__task__number",
    "assignment__work_item__task__title", "assignment__work_item__task__section",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class DeskLine:
    """One report in the list; ``notes`` are pairs of who says it (or nothing) and the sentence."""

    row: Row
    mine: bool
    button: str
    notes: list[tuple[str, str]]

    @property
    def writable(self) -> bool:
        return self.button != "查看"


@dataclasses.dataclass(frozen=True)
class Desk:
    """What one department owes and has filed; ``writes`` is for its reporters."""

    department: Department
    writes: bool
    tally: Tally
    bar: Bar
    lines: list[DeskLine]
    extensions: list[Extension]
    past: list[Column]
    period: ReportingPeriod

    @property
    def summary(self) -> str:
        """已报送 2 · 待审签 1 · 待填 6 项."""
        parts = {
            "已报送": self.tally["in_hand"],
            "待审签": self.tally["pending"],
            "待填": sum(row.status in OPEN for row in self.tally.rows),
        }
        return " · ".join(f"{word} {count}" for word, count in parts.items() if count) + " 项"

    @property
    def links(self) -> list[Link]:
        """What can be done for the department as a whole."""
        where = [self.period.plan.slug, self.period.code]
        body = f"?department={self.department.code}"
        return [
            Link(label, url)
            for label, url, shown in (
                (
                    "表格式填报",
                    reverse("table-form", args=[self.period.pk]) + body,
                    self.writes and bool(self.lines),
                ),
                (
                    "下载填报表",
                    reverse("workbook", args=[self.period.pk]) + body,
                    self.writes and bool(self.lines),
                ),
                (
                    "导入填报表",
                    reverse("workbook-upload", args=[self.period.pk]) + body,
                    self.writes and bool(self.lines),
                ),
                ("台账", reverse("ledger", args=where) + body, bool(self.lines)),
                ("报送函与签字页", reverse("submission-list"), bool(self.lines)),
                ("申请延期", self._ask_url(where), self.asks_extension),
            )
            if shown
        ]

    def _ask_url(self, where: list[str]) -> str:
        return reverse("extension-ask", args=[*where, self.department.code])

    @property
    def mine(self) -> int:
        """How many of the reports are in the user's own hand (经办人)."""
        return sum(line.mine for line in self.lines)

    @property
    def pending(self) -> Extension | None:
        """The request for a later deadline that is under way."""
        return next((row for row in self.extensions if row.is_pending), None)

    @property
    def asks_extension(self) -> bool:
        """Whether asking for a later deadline makes sense now."""
        running = any(row.owed and not row.overdue for row in self.tally.rows)
        return self.writes and running and self.pending is None

    @property
    def past_words(self) -> str:
        """What the chart of past half-years says, for who can't see it."""
        return "，".join(f"{one.label} {one.on_time}/{one.due}" for one in self.past)


def desks_of(user: User, period: ReportingPeriod, today: datetime.date) -> list[Desk]:
    """A desk for each department the user writes or signs for; six queries, however many."""
    rights = rights_of(user)
    bodies = list(Department.objects.filter(pk__in=rights.works_for))
    if not bodies:
        return []
    reports = _reports(bodies, period)
    extensions = list(
        Extension.objects.filter(period=period, department__in=bodies).prefetch_related(
            "reports__assignment__work_item__task"
        )
    )
    past = past_on_time(period, bodies)
    return [
        Desk(
            department=body,
            writes=body.pk in rights.reporter_of and not period.is_closed,
            tally=Tally(rows := [Row(report, today) for report in reports.get(body.pk, [])]),
            bar=status_bar(Status.RETURNED if row.returned else row.status for row in rows),
            lines=desk_lines(reports.get(body.pk, []), today, user, rights),
            extensions=[row for row in extensions if row.department_id == body.pk],
            past=past.get(body.pk, []),
            period=period,
        )
        for body in bodies
    ]


def _reports(bodies: Sequence[Department], period: ReportingPeriod) -> dict[int, list[Report]]:
    """Department id → its reports in the plan's order; one query, without the long texts."""
    read = (
        Report.objects.filter(period=period, department__in=bodies)
        .select_related("department", "reviewer", "assignment__work_item__task")
        .only(*_FIELDS)
    )
    found: dict[int, list[Report]] = defaultdict(list)
    for report in read:
        report.period = period
        found[report.department_id].append(report)
    return found


def desk_lines(
    reports: Sequence[Report], today: datetime.date, user: User, rights: Rights
) -> list[DeskLine]:
    """Returned first, then drafts, blank, what waits for a signature, what is filed."""
    lines = []
    for report in sorted(reports, key=_place):
        writes = report.is_writable and report.department_id in rights.reporter_of
        mine = report.assignment.person_in_charge_id == user.pk
        button = _BUTTONS[Status(report.status)] if writes else "查看"
        row = Row(report, today)
        lines.append(DeskLine(row, mine, button, _notes(row, report)))
    return lines


def _place(report: Report) -> tuple[bool, int]:
    corrected = report.status in OPEN and bool(report.correction or report.sent_back)
    return not corrected, _ORDER.index(Status(report.status))


def _notes(row: Row, report: Report) -> list[tuple[str, str]]:
    notes = _said(report) if row.status in OPEN else []
    if row.status == Status.DRAFT and not notes:
        notes.append(("", f"保存于 {calendar.moment_words(report.updated_at)}"))
    if row.owed and report.awaits_refiling:
        notes.append(("", f"补正截止 {calendar.day_words(report.due_on)}"))
    elif row.owed and report.extended_due_on:
        notes.append(("", f"已延期至 {calendar.day_words(report.extended_due_on)}"))
    if row.in_hand and report.return_asked_at:
        notes.append(("", "已申请退回，等待审核单位答复"))
    return notes


def _said(report: Report) -> list[tuple[str, str]]:
    """With which words the report came back: from its reviewer, from its approver."""
    said = [
        (f"{report.reviewer.name}退回：", report.correction),
        ("审签人退回：", report.sent_back),
    ]
    return [(who, words) for who, words in said if words]


def past_on_time(
    period: ReportingPeriod, departments: Sequence[Department]
) -> dict[int, list[Column]]:
    """On time of due in the half-years before ``period``, by department id; two queries.

    What a history import does not know (filed when, filed at all) is left out of both.

    The newest ``PAST_SHOWN`` half-years, the oldest first; those without anything due are left out.
    """
    before = period.plan.periods.filter(due_on__lt=period.due_on).order_by("-due_on")
    recent = {row.pk: row for row in before[:PAST_SHOWN]}
    counted = (
        Report.objects.filter(period__in=list(recent), department__in=departments)
        .exclude(status=Status.EXEMPT)
        .exclude(status__in=IN_HAND, late__isnull=True)
        .exclude(without_record())
        .order_by("period__due_on")
        .values_list("department_id", "period_id")
        .annotate(
            on_time=Count("pk", filter=Q(status__in=IN_HAND, late=False)),
            due=Count("pk"),
        )
    )
    by_department: dict[int, list[tuple[str, int, int]]] = {}
    for department, pk, on_time, due in counted:
        half = recent[pk].half_year
        label = f"{half.year % 100}{'上' if half.half == 1 else '下'}"
        by_department.setdefault(department, []).append((label, on_time, due))
    return {department: columns(past) for department, past in by_department.items()}
