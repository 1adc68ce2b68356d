"""A person's deadlines: each due date with what is outstanding for them; for their calendar."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from departments.models import Membership, Role, User
from departments.rights import Rights, rights_of
from reports.models import Report, ReportingPeriod
from reports.querysets import receives, still_owed
from reports.states import OPEN


@dataclasses.dataclass(frozen=True)
class Deadline:
    """One due date: ``key`` stays the same while only the lines change."""

    key: str
    day: datetime.date
    title: str
    lines: list[str]
    url: str


def deadlines_of(user: User, today: datetime.date) -> list[Deadline]:
    """What ``user`` has to write, to sign and, as a coordinator, to see come in; four queries."""
    rights = rights_of(user, today)
    return [*_own(user, rights, today), *_district(rights)]


def _own(user: User, rights: Rights, today: datetime.date) -> list[Deadline]:
    if not rights.works_for:
        return []
    owed = Report.objects.filter(
        period__closed_at__isnull=True, department__in=rights.works_for
    ).owed()
    rows = owed.with_deadline().select_related("period__plan", "assignment__work_item__task")
    rows = rows.order_by(
        "deadline", "assignment__work_item__task__number", "assignment__work_item__row"
    )
    reporters = _reporters(rights, today)
    groups: dict[tuple[datetime.date, str, int], list[Report]] = defaultdict(list)
    for report in rows:
        for part in _parts(user, rights, report, reporters):
            groups[report.deadline, part, report.period_id].append(report)
    name = _naming(found[0].period for found in groups.values())
    return [_deadline(day, part, name, found) for (day, part, _), found in groups.items()]


def _naming(periods: Iterable[ReportingPeriod]) -> Callable[[ReportingPeriod], str]:
    """How a half-year of ``periods`` is called: its plan is named where there are several."""
    several = len({period.plan_id for period in periods}) > 1
    return lambda period: f"{period.plan.title if several else '节水行动'} {period.label}"


def _reporters(rights: Rights, today: datetime.date) -> set[tuple[int | None, int]]:
    held = Membership.objects.on(today).filter(
        role=Role.REPORTER, department__in=rights.reporter_of
    )
    return set(held.values_list("department_id", "user_id"))


def _parts(
    user: User, rights: Rights, report: Report, reporters: set[tuple[int | None, int]]
) -> list[str]:
    """Whether the person is to write it (the person in charge while they work there, else
    everybody), or to sign it."""
    if report.status in OPEN:
        charge = report.assignment.person_in_charge_id
        another = charge != user.pk and (report.department_id, charge) in reporters
        return ["write"] if report.department_id in rights.reporter_of and not another else []
    signs = report.department_id in rights.approver_of and report.submitted_by_id != user.pk
    return ["sign"] if signs else []


_WORDS = {"write": "未报送", "sign": "待您审签"}


def _deadline(
    day: datetime.date,
    part: str,
    name: Callable[[ReportingPeriod], str],
    reports: list[Report],
) -> Deadline:
    return Deadline(
        key=f"{part}/{reports[0].period_id}/{day}",
        day=day,
        title=f"{name(reports[0].period)} {len(reports)} 项{_WORDS[part]}，24时截止",
        lines=[
            f"{report.assignment.work_item.code} {report.assignment.work_item.task.title}\n"
            f"{settings.SITE_URL}{reverse('report', args=[report.pk])}"
            for report in reports
        ],
        url=settings.SITE_URL + reverse("approval-list" if part == "sign" else "home"),
    )


def _district(rights: Rights) -> list[Deadline]:
    if not rights.coordinator_of:
        return []
    periods = ReportingPeriod.objects.filter(receives(rights), closed_at__isnull=True)
    counted = periods.annotate(owed=Count("reports", filter=still_owed("reports__")))
    rows = list(counted.filter(owed__gt=0).select_related("plan").order_by("due_on"))
    name = _naming(rows)
    return [
        Deadline(
            key=f"district/{row.pk}",
            day=row.due_on,
            title=f"{name(row)}报送截止，还有 {row.owed} 项未报",
            lines=[],
            url=settings.SITE_URL + reverse("overview", args=[row.plan.slug, row.code]),
        )
        for row in rows
    ]
