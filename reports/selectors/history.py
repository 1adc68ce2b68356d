"""A report's past: earlier half-years of the same assignment, and the texts it went through."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from departments.models import User
from reports.calendar import HalfYear, moment_words
from reports.models import Report, ReportEvent
from reports.policies import Right, may
from reports.states import IN_HAND, Action
from tasks.models import WorkItem


def previous_filed(report: Report) -> Report | None:
    """The same assignment's newest filed report of an earlier half-year, or None; one query."""
    rows = Report.objects.filter(
        _before(report.period.year, report.period.half),
        assignment=report.assignment_id,
        filed_event__isnull=False,
    )
    newest = rows.select_related("period", "filed_event")
    found: Report | None = newest.order_by("-period__year", "-period__half").first()
    return found


def previous_of(reports: Iterable[Report]) -> dict[int, Report]:
    """Report id → ``previous_filed``, for those that have one; two queries for all."""
    earlier = _before(OuterRef("period__year"), OuterRef("period__half"))
    rows = Report.objects.filter(earlier, assignment=OuterRef("assignment"))
    newest = rows.filter(filed_event__isnull=False).order_by("-period__year", "-period__half")
    wanted = Report.objects.filter(pk__in=[report.pk for report in reports])
    pairs = dict(wanted.values_list("pk", Subquery(newest.values("pk")[:1])))
    found = Report.objects.select_related("period", "filed_event").in_bulk(
        [pk for pk in pairs.values() if pk]
    )
    return {pk: found[before] for pk, before in pairs.items() if before}


def _before(year: int | OuterRef, half: int | OuterRef) -> Q:
    """Reports of a half-year before that one."""
    return Q(period__year__lt=year) | Q(period__year=year, period__half__lt=half)


def filed_before(item: WorkItem, half_year: HalfYear) -> dict[int, Report]:
    """Lead assignment's id → its newest report filed for a half-year before ``half_year``.

    One query. For a user who may read what was filed on ``item``.
    """
    earlier = _before(half_year.year, half_year.half)
    rows = Report.objects.filter(earlier, assignment=OuterRef("pk"), filed_event__isnull=False)
    newest = rows.order_by("-period__year", "-period__half").values("pk")[:1]
    wanted = item.assignments.leads().annotate(newest=Subquery(newest)).values("newest")
    found = Report.objects.filter(pk__in=wanted).select_related("period", "filed_event")
    return {report.assignment_id: report for report in found}


def readable_events(report: Report, user: User) -> list[ReportEvent]:
    """Steps whose text ``user`` may read, the oldest first."""
    events = report.events.filter(snapshot__isnull=False).order_by("at", "id")
    lead = may(user, Right.READ_DRAFT, report)
    return [event for event in events if is_readable(event, lead=lead)]


def is_readable(event: ReportEvent, *, lead: bool) -> bool:
    """Whether the text of ``event`` may be read: all by the lead, what was filed by everybody who
    sees the step."""
    filed = event.to_status in IN_HAND or event.from_status in IN_HAND
    return event.snapshot is not None and (lead or filed)


@dataclasses.dataclass(frozen=True)
class Text:
    """The text as it stood at a step; ``key`` is the step's id."""

    key: str
    label: str
    snapshot: dict[str, Any]


def readable_texts(report: Report, user: User) -> list[Text]:
    """Every text of ``report`` that differs from the one before, oldest first.

    The first is what the same item filed in the half-year before, if it did.
    """
    texts: list[Text] = []
    before = previous_filed(report)
    if before is not None and before.filed_event is not None:
        label = f"{before.period.label}报送"
        texts.append(Text(str(before.filed_event.pk), label, before.filed_content))
    for event in readable_events(report, user):
        snapshot = dict(event.snapshot or {})
        if not texts or texts[-1].snapshot != snapshot:
            texts.append(Text(str(event.pk), _label(event), snapshot))
    return texts


def _label(event: ReportEvent) -> str:
    return f"{moment_words(event.at)} {event.get_action_display()}"


def last_step(report: Report) -> ReportEvent | None:
    """The newest step of ``report``, receipts aside: they change nothing for anybody."""
    steps = report.events.exclude(action=Action.RECEIVE).order_by("-at", "-id")
    found: ReportEvent | None = steps.first()
    return found


def has_just_done(user: User, action: str, report: Report) -> bool:
    """Whether the newest event is this very person's ``action``: the second of two clicks."""
    last = report.events.order_by("-at", "-id").first()
    return last is not None and last.action == action and last.by_id == user.pk
