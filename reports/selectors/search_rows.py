"""The rows that hold every word of a search, each kind from what the person may see."""

import re
from collections.abc import Sequence

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from departments.models import User
from departments.rights import rights_of
from reports.models import Attachment, ProgressEntry, Report
from reports.models.search import SEARCHED
from reports.searching import fold, narrow, spellings
from tasks.models import WorkItem

FILED = "filed_event__search_text__text"
TASK_FIELDS = ("text", "task__title", "lead_cell", "responsible_cell")
_CODE = re.compile(r"(\d{1,3})\.(\d{1,2})", re.ASCII)


def holding(names: Sequence[str], term: str) -> Q:
    """One of the fields ``names`` holds ``term`` in one of its spellings.

    Django escapes what LIKE would take for a wildcard.
    """
    found = Q()
    for name in names:
        for spelling in spellings(term):
            found |= Q(**{f"{name}__icontains": spelling})
    return found


def filed_text_holds(term: str) -> Q:
    """The text filed last, folded as it is kept, holds ``term``.

    Not LIKE: PostgreSQL expects next to nothing of a pattern and then joins row by row, which
    costs several times as much where a word occurs in half of the texts.
    """
    return Q(GreaterThan(StrIndex(F(FILED), Value(fold(term))), 0))


def tasks(user: User, terms: Sequence[str]) -> QuerySet[WorkItem]:
    """Rows of the annex in force, known to everybody; a word like 12.1 is also a row's code."""
    wanted = Q()
    for term in terms:
        wanted &= holding(TASK_FIELDS, term) | _code(term)
    rows = WorkItem.objects.in_force().filter(wanted)
    return rows.order_by("task__plan__issued_on", "task__plan", "task__number", "row")


def read_tasks(keys: Sequence[int]) -> QuerySet[WorkItem]:
    """The rows with these ``keys``, with what a hit shows; one query."""
    return WorkItem.objects.filter(pk__in=keys).select_related("task__plan")


def _code(term: str) -> Q:
    match = _CODE.fullmatch(narrow(term))
    return Q(task__number=int(match[1]), row=int(match[2])) if match else Q(pk__in=[])


def reports(user: User, terms: Sequence[str]) -> QuerySet[Report]:
    """Reports whose filed text holds the words; of the lead's own also the working copy.

    The text filed last is found, whatever became of the report since.
    """
    filed, draft = Q(), Q(department__in=rights_of(user).works_for)
    for term in terms:
        filed &= filed_text_holds(term)
        draft &= holding(SEARCHED, term)
    rows: QuerySet[Report] = Report.objects.visible_to(user).filter(filed | draft)
    return rows.order_by(
        "-period__year", "-period__half", "assignment__work_item__task__number",
        "assignment__work_item__row", "assignment__order", "pk",
    )  # fmt: skip


def read_reports(keys: Sequence[int]) -> QuerySet[Report]:
    """As ``read_tasks``."""
    rows: QuerySet[Report] = Report.objects.filter(pk__in=keys).for_list()
    return rows.select_related("assignment__work_item__task__plan")


def entries(user: User, terms: Sequence[str]) -> QuerySet[ProgressEntry]:
    """Progress entries, the newest first."""
    wanted = Q()
    for term in terms:
        wanted &= holding(["text"], term)
    rows: QuerySet[ProgressEntry] = ProgressEntry.objects.visible_to(user).filter(wanted)
    return rows.order_by("-happened_on", "-pk")


def read_entries(keys: Sequence[int]) -> QuerySet[ProgressEntry]:
    """As ``read_tasks``."""
    rows = ProgressEntry.objects.filter(pk__in=keys)
    return rows.select_related("work_item__task__plan", "department", "period", "by")


def files(user: User, terms: Sequence[str]) -> QuerySet[Attachment]:
    """Files by their names, the newest first.

    One that was removed is found no more, unless it stood beside the text that was filed last and
    the person reads just that.
    """
    wanted = Q()
    for term in terms:
        wanted &= holding(["name"], term)
    as_filed = Q(report__isnull=False) & ~Q(report__department__in=rights_of(user).works_for)
    there = Q(removed_at__isnull=True) | as_filed
    rows: QuerySet[Attachment] = Attachment.objects.visible_to(user).filter(wanted & there)
    return rows.order_by("-at", "-pk")


def read_files(keys: Sequence[int]) -> QuerySet[Attachment]:
    """As ``read_tasks``."""
    return Attachment.objects.filter(pk__in=keys).select_related(
        "report__period", "report__department", "report__assignment__work_item__task__plan",
        "entry__period", "entry__department", "entry__work_item__task__plan",
        "submission__period", "submission__department",
        "measurement__period", "measurement__department", "measurement__indicator__plan",
        "history__plan",
    )  # fmt: skip
