"""Which half-year is the current one: of a plan, of a department, for a person."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from departments.models import Department, User
from departments.rights import rights_of
from reports.models import Report, ReportingPeriod
from reports.querysets import PeriodQuerySet, with_collectives
from tasks.models import Assignment, Plan, PlanReceiver

SHOWN = 13
"""Half-years on a page that shows several."""
RECENT = SHOWN + 1
"""Those, and the one before them to compare with."""


def plans_of(departments: frozenset[int]) -> Q:
    """Plans which ``departments`` (ids) receive, or in which they take part under any name."""
    bodies = Department.objects.filter(with_collectives(departments)).values("pk")
    part = Assignment.objects.in_force().filter(department__in=bodies)
    received = PlanReceiver.objects.filter(department__in=departments)
    return Q(pk__in=part.values("work_item__task__plan")) | Q(pk__in=received.values("plan"))


def plan_for(user: User, slug: str = "") -> Plan | None:
    """The plan named ``slug``, else the first of the user's own, else the first of all."""
    if slug and (named := Plan.objects.filter(slug=slug).first()):
        return named
    plans = list(Plan.objects.all()[:2])
    if len(plans) < 2:
        return plans[0] if plans else None
    return Plan.objects.filter(plans_of(rights_of(user).departments)).first() or plans[0]


def current_period_of(departments: frozenset[int], today: datetime.date) -> ReportingPeriod | None:
    """The current half-year of the plans which ``departments`` (ids) receive or report for, else of
    those in which they take part; of all where they have none.

    One query where they receive or owe something that is to be filed; three at most.
    """
    rows = ReportingPeriod.objects.select_related("plan").current(today)
    if not departments:
        return _first(rows)
    received = PlanReceiver.objects.filter(plan=OuterRef("plan"), department__in=departments)
    led = Report.objects.filter(period=OuterRef("pk"), department__in=departments)
    found = _first(rows.filter(Exists(received) | Exists(led)))
    if found is not None:
        return found
    own = Plan.objects.filter(plans_of(departments))
    return _first(rows.filter(plan__in=own) if own.exists() else rows)


def _first(rows: PeriodQuerySet) -> ReportingPeriod | None:
    found: ReportingPeriod | None = rows.first()
    return found


def current_period(user: User, today: datetime.date, slug: str = "") -> ReportingPeriod | None:
    """The current half-year of the plan that the page is about (``slug``), else of the user's.

    Kept on the user object, as the rights are: the page and its frame ask for the same one.
    """
    kept = user.__dict__.setdefault("_current_periods", {})
    if (slug, today) not in kept:
        if slug:
            found = _current_among(recent_periods(user, slug), today)
        else:
            found = current_period_of(rights_of(user).departments, today)
        kept[slug, today] = found
    period: ReportingPeriod | None = kept[slug, today]
    return period


def turn_to(user: User, plan: Plan) -> None:
    """The page is about ``plan``, whose name does not stand in its address; the frame follows."""
    user.__dict__["_plan"] = plan


def plan_at_hand(user: User) -> Plan | None:
    """The plan that the page turned to."""
    plan: Plan | None = user.__dict__.get("_plan")
    return plan


def recent_periods(user: User, slug: str) -> list[ReportingPeriod]:
    """The newest RECENT half-years of the plan ``slug`` that were opened, the newest first, all
    with the same plan object; one query, kept on the user object."""
    kept = user.__dict__.setdefault("_recent_periods", {})
    if slug not in kept:
        rows = ReportingPeriod.objects.visible_to(user).filter(plan__slug=slug)
        found = list(rows.select_related("plan").order_by("-year", "-half")[:RECENT])
        for period in found:
            period.plan = found[0].plan
        kept[slug] = found
    recent: list[ReportingPeriod] = kept[slug]
    return recent


def _current_among(
    recent: Iterable[ReportingPeriod], today: datetime.date
) -> ReportingPeriod | None:
    """As ``PeriodQuerySet.current`` finds it; of ``recent`` later ones come first and are due
    later."""
    running = [period for period in recent if not period.is_closed]
    upcoming = [period for period in running if period.due_on >= today]
    return next(iter(upcoming[-1:] or running), None)
