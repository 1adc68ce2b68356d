"""What a user may see: one ``visible_to`` per queryset; every list and every fetch starts there.

The models import this module, so the querysets do not name them.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connections, models
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest

from departments.models import Department, User
from departments.rights import Rights, rights_of
from reports.states import EXTENSION_PENDING, IN_HAND, OWED, Status
from tasks.models import Assignment, PlanReceiver

NONE = Q(pk__in=())
"""Matches nothing, and costs the database nothing."""


def receives(rights: Rights, prefix: str = "") -> Q:
    """Objects whose plan (``prefix`` leads to it) has this person as a receiver's coordinator."""
    if not rights.coordinator_of:
        return NONE
    plans = PlanReceiver.objects.filter(department__in=rights.coordinator_of).values("plan")
    return Q(**{f"{prefix}plan__in": plans})


def with_collectives(departments: frozenset[int]) -> Q:
    """Departments a person speaks for: their own, and the collectives those belong to."""
    return Q(pk__in=departments) | Q(members__in=departments)


def without_record(prefix: str = "") -> Q:
    """Reports (``prefix`` leads to them) of which nothing is known: ``Standing.is_unrecorded``."""
    return Q(**{f"{prefix}status": Status.BLANK, f"{prefix}period__historical": True})


def still_owed(prefix: str = "") -> Q:
    """Reports (``prefix`` leads to them) that are expected of the lead: ``Standing.is_owed``."""
    return Q(**{f"{prefix}status__in": OWED}) & ~without_record(prefix)


def items_of(rights: Rights) -> models.QuerySet[Assignment, int]:
    """Ids of the work items in which the person's departments take part, by any name."""
    mine = Department.objects.filter(with_collectives(rights.departments)).values("pk")
    part = Assignment.objects.in_force().filter(department__in=mine)
    return part.values_list("work_item", flat=True)


class PeriodQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> PeriodQuerySet:
        """Periods are known to everybody who may sign in."""
        return self

    def running(self) -> PeriodQuerySet:
        """Those not closed, whatever day it is."""
        return self.filter(closed_at__isnull=True)

    def current(self, today: datetime.date) -> PeriodQuerySet:
        """Those not closed, the one with the next due date first; past ones after, the last first.

        The first one is the current half-year on ``today`` (date in Asia/Shanghai).
        """
        upcoming = models.Case(models.When(due_on__gte=today, then="due_on"))
        return self.running().order_by(upcoming.asc(nulls_last=True), "-due_on", "plan")

    def held(self) -> list[Any]:
        """The periods read anew; they stay as they are until the transaction ends.

        Any number of people hold one at once; whoever closes it waits for them, and they for him.
        SQLite has one writer, who holds everything.
        """
        sql, params = self.order_by("pk").query.sql_with_params()
        shared = " FOR SHARE" if connections[self.db].features.has_select_for_update else ""
        return list(self.raw(sql + shared, params))


class ReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """Reports the user may know of.

        The lead's own; everything for the plan's receivers and the auditor (before it is filed
        only its status: see ``Right.READ_DRAFT``); what is filed on items on which the
        user's department is co-responsible, collectives included.
        """
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        own = Q(department__in=rights.works_for)
        shared = Q(filed_event__isnull=False, assignment__work_item__in=items_of(rights))
        return self.filter(own | shared | receives(rights, "period__"))

    def owed(self) -> ReportQuerySet:
        """Not filed (or returned and not refiled), and not exempt.

        Of a half-year that a history import made, what has no record is not owed: nobody knows.
        """
        return self.filter(still_owed())

    def in_hand(self) -> ReportQuerySet:
        """With the receivers: filed or accepted."""
        return self.filter(status__in=IN_HAND)

    def awaiting_approval(self) -> ReportQuerySet:
        return self.filter(status=Status.PENDING)

    def with_deadline(self) -> ReportQuerySet:
        """Adds ``deadline``: the day that holds now, as ``Report.due_on`` computes it."""
        due = Coalesce("extended_due_on", "period__due_on")
        returned = models.When(refile_due_on__isnull=False, then=Greatest(due, "refile_due_on"))
        rows: ReportQuerySet = self.annotate(
            deadline=models.Case(returned, default=due, output_field=models.DateField())
        )
        return rows

    def overdue(self, today: datetime.date) -> ReportQuerySet:
        """Owed and past the deadline on ``today`` (date in Asia/Shanghai)."""
        return self.owed().with_deadline().filter(deadline__lt=today)

    def for_list(self) -> ReportQuerySet:
        """With what a list shows, in one query."""
        return self.select_related(
            "period", "department", "reviewer", "assignment__work_item__task__section",
            "filed_event",
        )  # fmt: skip


class SubmissionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> SubmissionQuerySet:
        """The department's own, and everything for receivers and auditor."""
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        return self.filter(Q(department__in=rights.works_for) | receives(rights, "period__"))

    def for_list(self) -> SubmissionQuerySet:
        """With what a list shows, and how many reports each sent."""
        rows: SubmissionQuerySet = self.select_related("period", "department", "signed_by")
        counted: SubmissionQuerySet = rows.annotate(sent=models.Count("events"))
        return counted.order_by("-signed_at", "-pk")


class EntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> EntryQuerySet:
        """Entries of items the user's department takes part in; all for receivers and auditor."""
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        return self.filter(Q(work_item__in=items_of(rights)) | receives(rights, "period__"))


class ExtensionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> ExtensionQuerySet:
        """The department's own, and everything for receivers and auditor."""
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        return self.filter(Q(department__in=rights.works_for) | receives(rights, "period__"))

    def pending(self) -> ExtensionQuerySet:
        return self.filter(status__in=EXTENSION_PENDING)


class MeasurementQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> MeasurementQuerySet:
        """Values of items the user's department takes part in; all for receivers and auditor.

        A row is written when a report is filed and not before, so none tells of a draft.
        """
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        own = Q(department__in=rights.works_for)
        shared = Q(indicator__work_item__in=items_of(rights))
        return self.filter(own | shared | receives(rights, "period__"))


def _beside_reports(user: User) -> Q:
    """Files of reports that the user may read.

    A report's files are the lead's until the report is filed; outsiders get those that were
    there when it was filed last.
    """
    from reports.models import Report

    filed = Q(
        report__in=Report.objects.visible_to(user).values("pk"),
        report__filed_event__at__gte=models.F("at"),
    )
    filed &= Q(removed_at__isnull=True) | Q(removed_at__gt=models.F("report__filed_event__at"))
    return filed | Q(report__department__in=rights_of(user).works_for)


def _beside_others(user: User) -> Q:
    """Files of what else the user may read.

    An old ledger holds the texts of all departments, so that it is for receivers and auditor, and
    for the admin who brought it.
    """
    from reports.models import HistoryImport, Measurement, ProgressEntry, Submission

    return (
        Q(entry__in=ProgressEntry.objects.visible_to(user).values("pk"))
        | Q(submission__in=Submission.objects.visible_to(user).values("pk"))
        | Q(measurement__in=Measurement.objects.visible_to(user).values("pk"))
        | Q(history__in=HistoryImport.objects.readable_by(user).values("pk"))
    )


class AttachmentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Files of what the user may read."""
        return self.filter(_beside_reports(user) | _beside_others(user))

    def beside(self, report: Any, user: User) -> AttachmentQuerySet:
        """Those of ``visible_to`` that lie beside ``report``, without asking about all others."""
        rows = self.filter(report=report)
        own = report.department_id in rights_of(user).works_for
        return rows if own else rows.filter(_beside_reports(user))

    def present(self) -> AttachmentQuerySet:
        return self.filter(removed_at__isnull=True)


def _brought_by(user: User) -> Q:
    return Q(by=user) if rights_of(user).is_admin else NONE


class HistoryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> HistoryQuerySet:
        """Those of the admin who brought them.

        An admin reads no texts of departments, unless they stand in a file of their own.
        """
        return self.filter(_brought_by(user))

    def readable_by(self, user: User) -> HistoryQuerySet:
        """Whose original a person may read: all for receivers and auditor, an admin's own."""
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        return self.filter(_brought_by(user) | receives(rights))

    def without_file(self) -> HistoryQuerySet:
        """Without the bytes, which only settling needs."""
        rows: HistoryQuerySet = self.defer("content").select_related("plan", "by", "settled_by")
        return rows


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> NoticeQuerySet:
        """A person's own notices; merged and held ones are the desk's."""
        return self.filter(user=user, merged=False, held=False)

    def on_desk(self, user: User) -> NoticeQuerySet:
        """All that was planned, for the receivers' coordinators of its plan and for admins."""
        rights = rights_of(user)
        return self if rights.is_admin else self.filter(receives(rights, "period__"))


class UrgeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> UrgeQuerySet:
        """Steps against the user's own departments, and everything for receivers and auditor."""
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        return self.filter(Q(department__in=rights.works_for) | receives(rights, "period__"))


class WorkbookImportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> WorkbookImportQuerySet:
        """Those of the user's own departments: they hold drafts, which nobody else reads."""
        return self.filter(department__in=rights_of(user).works_for)


class CoordinationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> CoordinationQuerySet:
        """What came of the own department's matters; everything for receivers and auditor."""
        rights = rights_of(user)
        if rights.is_auditor:
            return self
        own = Q(report__department__in=rights.works_for)
        return self.filter(own | receives(rights, "report__period__"))
