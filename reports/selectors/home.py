"""The home page by role: what is mine to do now first. Several roles see the union."""

import dataclasses
import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from departments.models import Department, User
from departments.rights import Rights, rights_of
from departments.roster import Gap, staffing_gaps
from reports.models import EntryRequest, ProgressEntry, Report, ReportingPeriod
from reports.policies import Right, may
from reports.querysets import receives, still_owed, with_collectives
from reports.selectors.acknowledgements import Opening, openings_of
from reports.selectors.attention import AttentionList, attention_of
from reports.selectors.current import current_period, plan_for
from reports.selectors.desk import Desk, desks_of
from reports.selectors.entries import ItemLine, my_items
from reports.selectors.extensions import waiting_for
from reports.selectors.figures import Tally
from reports.selectors.kpis import Kpi, kpis_of
from reports.selectors.leads import leads_of
from reports.selectors.notice_desk import Wanted, desk_of
from reports.selectors.overview import earlier_of, read_record
from reports.selectors.period_rows import rows_from
from reports.selectors.periods import NextPeriod, next_period
from reports.selectors.scope import Scope
from reports.states import IN_HAND, Status
from tasks.models import Assignment, Plan


@dataclasses.dataclass(frozen=True)
class Todo:
    """Something that waits for the user: how many, what, and where it is done."""

    count: int
    label: str
    button: str
    url: str


@dataclasses.dataclass(frozen=True)
class District:
    """The half-year's numbers, each with 上期同期, for receivers and auditor."""

    kpis: list[Kpi]
    attention: AttentionList


@dataclasses.dataclass(frozen=True)
class Home:
    """Context of the page; an empty part is not shown."""

    title: str
    period: ReportingPeriod | None
    rights: Rights
    todos: list[Todo]
    desks: list[Desk]
    requests: list[EntryRequest]
    takes_part: int
    parts: list[ItemLine]
    earlier: list[ReportingPeriod]
    district: District | None
    gaps: list[Gap]
    openings: list[Opening]
    upcoming: NextPeriod | None
    plan: Plan | None

    @property
    def periods_url(self) -> str:
        return reverse("period-list", args=[self.plan.slug]) if self.plan else ""

    @property
    def history_url(self) -> str:
        return reverse("history-list", args=[self.plan.slug]) if self.plan else ""

    @property
    def is_nobody(self) -> bool:
        return self.rights == Rights()


def home_of(user: User, today: datetime.date) -> Home:
    """Everything the page shows; the number of queries depends on the roles only."""
    rights, period = rights_of(user), current_period(user, today)
    plan = period.plan if period else plan_for(user)
    desks = desks_of(user, period, today) if period else []
    return Home(
        title=_title(user, rights, desks),
        period=period,
        rights=rights,
        todos=todos_of(user, rights),
        desks=desks,
        requests=open_requests(user, rights, period) if period and rights.works_for else [],
        takes_part=_takes_part(rights) if rights.works_for else 0,
        parts=my_items(user, period) if desks and not any(desk.lines for desk in desks) else [],
        earlier=owed_earlier(rights, period) if period and rights.works_for else [],
        district=_district(user, period, today) if period else None,
        gaps=_gaps(rights, period, today) if period else [],
        openings=openings_of(user, period, timezone.now()) if period else [],
        upcoming=_upcoming(plan, today) if period is None else None,
        plan=plan,
    )


def _title(user: User, rights: Rights, desks: list[Desk]) -> str:
    if rights.coordinator_of:
        bodies = Department.objects.filter(pk__in=rights.coordinator_of)
        return f"{'、'.join(body.name for body in bodies)} · 汇总工作"
    if len(desks) > 1:
        return "待办事项"
    if desks:
        name, due = desks[0].department.name, desks[0].tally["due"]
        return f"{name} · 本期应报 {due} 项" if due else f"{name} · 本期没有应报事项"
    if rights.is_auditor:
        return "督查"
    return "系统管理" if rights.is_admin else f"{user}，您好"


def todos_of(user: User, rights: Rights) -> list[Todo]:
    """What waits for the user's signature or decision; only what is there."""
    todos = []
    if rights.approver_of:
        todos.append(_to_sign(user, rights))
    if rights.coordinator_of:
        todos += _to_review(rights)
    if rights.approver_of or rights.coordinator_of:
        count = waiting_for(user).count()
        todos.append(Todo(count, "延期申请", "去办理", reverse("extension-list")))
    if rights.coordinator_of or rights.is_admin:
        count = desk_of(user, Wanted()).count()
        todos.append(Todo(count, "提醒未送达或待放行", "去处理", reverse("notice-desk")))
    return [todo for todo in todos if todo.count]


def _to_sign(user: User, rights: Rights) -> Todo:
    waiting = Report.objects.filter(
        department__in=rights.approver_of, period__closed_at__isnull=True
    ).awaiting_approval()
    count = waiting.exclude(submitted_by=user).count()
    return Todo(count, "待我审签", "去审签", reverse("approval-list"))


def _to_review(rights: Rights) -> list[Todo]:
    mine = Report.objects.filter(
        receives(rights, "period__"),
        reviewer__in=rights.coordinator_of,
        period__closed_at__isnull=True,
    ).aggregate(
        filed=Count("pk", filter=Q(status=Status.FILED)),
        asked=Count("pk", filter=Q(status__in=IN_HAND, return_asked_at__isnull=False)),
    )
    queue = reverse("review-queue")
    return [
        Todo(mine["filed"], "待我审核", "去审核", queue),
        Todo(mine["asked"], "申请退回，待答复", "去答复", f"{queue}?show=asked"),
    ]


def open_requests(user: User, rights: Rights, period: ReportingPeriod) -> list[EntryRequest]:
    """配合事项: what leads asked the user's departments for and nobody has answered yet."""
    bodies = Department.objects.filter(with_collectives(rights.works_for)).values("pk")
    answered = ProgressEntry.objects.filter(
        Q(department=OuterRef("department")) | Q(department__in=rights.works_for),
        work_item=OuterRef("work_item"),
        period=period,
    )
    asked = EntryRequest.objects.filter(~Exists(answered), period=period, department__in=bodies)
    return list(asked.select_related("work_item__task", "asking_department"))


def _takes_part(rights: Rights) -> int:
    bodies = Department.objects.filter(with_collectives(rights.works_for)).values("pk")
    part = Assignment.objects.in_force().filter(
        kind=Assignment.Kind.RESPONSIBLE, department__in=bodies
    )
    return part.values("work_item").distinct().count()


def owed_earlier(rights: Rights, period: ReportingPeriod) -> list[ReportingPeriod]:
    """Open half-years before ``period`` for which the departments still owe; ``owed`` says how
    many."""
    owed = Q(reports__department__in=rights.works_for) & still_owed("reports__")
    rows = ReportingPeriod.objects.filter(closed_at__isnull=True, due_on__lt=period.due_on)
    counted = rows.annotate(owed=Count("reports", filter=owed)).filter(owed__gt=0)
    return list(counted.select_related("plan").order_by("due_on"))


def _district(user: User, period: ReportingPeriod, today: datetime.date) -> District | None:
    if not may(user, Right.READ_FILED, period):
        return None
    record = read_record(period, today)
    both = rows_from(record.beside, period, today)
    earlier = earlier_of(both, record.past, period, today)
    same_day = earlier.same_day if earlier else None
    coordinates = rights_of(user).coordinator_of
    everything = Scope(True, departments=frozenset(), linked=None, coordinates=coordinates)
    return District(
        kpis=kpis_of(Tally(both.now), None if same_day is None else Tally(same_day)),
        attention=attention_of(period, everything, both.now),
    )


def _gaps(rights: Rights, period: ReportingPeriod, today: datetime.date) -> list[Gap]:
    """Lead departments that can't file as they are staffed: an alarm for who can see to it."""
    if not rights.coordinator_of and not rights.is_admin:
        return []
    return staffing_gaps(leads_of(period), today)


def _upcoming(plan: Plan | None, today: datetime.date) -> NextPeriod | None:
    """The half-year of ``plan`` that opens next, where none is open."""
    if plan is None:
        return None
    return next_period(plan, list(ReportingPeriod.objects.filter(plan=plan)[:1]), today)
