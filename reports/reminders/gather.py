"""Reads the planner's facts about a period: a fixed number of queries, whatever the data."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import F, Q

from departments.models import Department, Membership, Role
from reports import calendar
from reports.models import (
    EntryRequest,
    Extension,
    ProgressEntry,
    Report,
    ReportEvent,
    ReportingPeriod,
)
from reports.policies import receivers_of
from reports.querysets import without_record
from reports.reminders.audience import TOLD_WITHIN
from reports.reminders.facts import (
    EntryFact,
    EventFact,
    ExtensionFact,
    Facts,
    People,
    ReportFact,
)
from reports.reminders.kinds import Kind
from reports.reminders.rules import rules_in
from reports.selectors.working_days import assumed_years, log_assumed, working_days
from reports.states import Action, Status
from tasks.models import Assignment

_TOLD = {
    Action.RETURN: (Kind.RETURNED, Status.RETURNED),
    Action.SEND_BACK: (Kind.SENT_BACK, Status.DRAFT),
    Action.ACCEPT: (Kind.ACCEPTED, Status.ACCEPTED),
}
"""Acts that are told, and the status in which they still are news."""


def gather(period: ReportingPeriod, now: datetime.datetime) -> Facts:
    """The facts of ``period`` (with its plan) at ``now`` (aware)."""
    reports, days = _reports(period), working_days()
    log_assumed(assumed_years(period, days))
    return Facts(
        period=period.pk,
        code=period.code,
        opened_at=period.opened_at,
        due_on=period.due_on,
        receivers=receivers_of(period.plan),
        rules=rules_in(period),
        days=days,
        people=_people(calendar.local_date(now)),
        reports=reports,
        events=_events(period, reports, now),
        extensions=list(_extensions(period, now)),
        entries=_entries(period),
    )


def open_periods() -> list[ReportingPeriod]:
    """Periods in which something may still be owed."""
    rows = ReportingPeriod.objects.running()
    return list(rows.select_related("plan").order_by("due_on"))


def _people(today: datetime.date) -> People:
    found: dict[str, dict[int, list[int]]] = {role: defaultdict(list) for role in Role.values}
    rows = Membership.objects.on(today).order_by("user_id").distinct()
    for role, body, user in rows.values_list("role", "department_id", "user_id"):
        if body is not None and user not in found[role][body]:
            found[role][body].append(user)
    return People(
        reporters=found[Role.REPORTER],
        approvers=found[Role.APPROVER],
        coordinators=found[Role.COORDINATOR],
    )


def _reports(period: ReportingPeriod) -> list[ReportFact]:
    rows = Report.objects.filter(period=period).exclude(status=Status.EXEMPT).with_deadline()
    rows = rows.exclude(without_record())
    granted = _granted_at(period)
    return [
        ReportFact(
            pk=row["pk"],
            code=f"{row['number']}.{row['row']}",
            title=row["title"],
            department=row["department"],
            department_name=row["department__name"],
            reviewer=row["reviewer"],
            status=row["status"],
            due_on=row["deadline"],
            since=_since(row["pk"], row["returned_at"], granted, period.opened_at),
            person_in_charge=row["assignment__person_in_charge"],
            submitted_by=row["submitted_by"],
            filed_at=row["refiled_at"],
            work_item=row["assignment__work_item"],
        )
        for row in rows.values(
            "pk", "status", "department", "department__name", "reviewer", "deadline",
            "returned_at", "refiled_at", "submitted_by", "assignment__person_in_charge",
            "assignment__work_item",
            number=F("assignment__work_item__task__number"),
            row=F("assignment__work_item__row"),
            title=F("assignment__work_item__task__title"),
        )
    ]  # fmt: skip


def _granted_at(period: ReportingPeriod) -> dict[int, datetime.datetime]:
    """When each report last got a later date; the newest decision holds."""
    rows = Extension.objects.filter(period=period, status=Extension.Status.GRANTED)
    pairs = rows.order_by("decided_at").values_list("reports", "decided_at")
    return {report: at for report, at in pairs if report is not None and at is not None}


def _since(
    pk: int,
    returned_at: datetime.datetime | None,
    granted: dict[int, datetime.datetime],
    opened_at: datetime.datetime,
) -> datetime.datetime:
    return max(moment for moment in (opened_at, returned_at, granted.get(pk)) if moment)


def _events(
    period: ReportingPeriod, reports: Iterable[ReportFact], now: datetime.datetime
) -> list[EventFact]:
    """The last act of each report where it is news: told only while the status it made holds."""
    by_pk = {report.pk: report for report in reports}
    rows = ReportEvent.objects.filter(
        report__period=period, at__gt=now - TOLD_WITHIN, action__in=list(_TOLD)
    ).order_by("at", "pk")
    newest = {row["report_id"]: row for row in rows.values("pk", "report_id", "action", "at",
                                                          "comment")}  # fmt: skip
    found = []
    for row in newest.values():
        kind, status = _TOLD[Action(row["action"])]
        report = by_pk.get(row["report_id"])
        if report is not None and report.status == status:
            found.append(EventFact(row["pk"], kind, report.pk, row["at"], row["comment"],
                                   report.submitted_by))  # fmt: skip
    return found


def _extensions(period: ReportingPeriod, now: datetime.datetime) -> Iterator[ExtensionFact]:
    recent = (Q(asked_at__gt=now - TOLD_WITHIN) | Q(endorsed_at__gt=now - TOLD_WITHIN)
              | Q(decided_at__gt=now - TOLD_WITHIN))  # fmt: skip
    rows = Extension.objects.filter(recent, period=period).select_related("department")
    for row in rows:
        at = row.decided_at or row.endorsed_at or row.asked_at
        if at is not None and row.status != Extension.Status.WITHDRAWN:
            yield ExtensionFact(
                row.pk, row.status, row.department_id, row.department.name, row.reviewer_id,
                row.granted_on or row.wanted_on, at, _extension_words(row), row.asked_by_id,
            )  # fmt: skip


def _extension_words(row: Extension) -> str:
    day = calendar.day_words(row.granted_on or row.wanted_on)
    if row.status == Extension.Status.GRANTED:
        return f"已同意延至 {day}"
    if row.status == Extension.Status.REFUSED:
        return f"未同意延期：{row.decision}"
    return f"申请延至 {day}：{row.reason}"


def _entries(period: ReportingPeriod) -> list[EntryFact]:
    """Departments named in a cell that logged nothing on an item that is still to be filed."""
    logged = set(ProgressEntry.objects.filter(period=period).values_list("work_item", "department"))
    asked = {
        (work_item, body): (pk, at)
        for pk, work_item, body, at in EntryRequest.objects.filter(period=period).values_list(
            "pk", "work_item", "department", "at"
        )
    }
    return [
        EntryFact(item, f"{number}.{row}", title, body, lead,
                  *asked.get((item, body), (None, None)))
        for item, number, row, title, body, lead in _parts(period)
        if (item, body) not in logged
    ]  # fmt: skip


def _parts(period: ReportingPeriod) -> Iterable[tuple[int, int, int, str, int, str]]:
    owed = Report.objects.filter(period=period).owed()
    leads = defaultdict(list)
    pairs = owed.values_list("assignment__work_item", "department", "department__name")
    for item, body, name in pairs:
        leads[item].append((body, name))
    parts = Assignment.objects.in_force().filter(
        kind=Assignment.Kind.RESPONSIBLE, work_item__in=owed.values("assignment__work_item")
    ).exclude(department__kind=Department.Kind.COLLECTIVE)  # fmt: skip
    for item, number, row, title, body in parts.values_list(
        "work_item", "work_item__task__number", "work_item__row", "work_item__task__title",
        "department",
    ):  # fmt: skip
        bodies = leads[item]
        if body not in {lead for lead, _ in bodies}:
            yield item, number, row, title, body, "、".join(name for _, name in bodies)
