"""Half-years of a plan with all their reports, texts and events, written in bulk.

Each report comes out as its number says: most are accepted in time, some came late, some lag, some
stand; of the newest half-year some are still being written.
"""

import dataclasses
import datetime
import functools
import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from departments.models import Department, Membership, Role, User
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ProgressEntry, Report, ReportEvent, ReportingPeriod
from reports.states import IN_HAND, Action, Progress, Status
from tasks.models import Assignment, Plan

LENGTH = 500
"""Characters of 进展情况."""
WORDS = (
    *("供水管网", "改造", "更换", "智能水表", "检漏", "修复漏点", "节水型企业", "水平衡测试"),
    *("印发方案", "培训", "宣传", "农田灌溉", "计量设施", "安装", "街道", "小区创建", "验收"),
    *("督导检查", "整改", "下达计划", "用水户", "监控名录", "学校", "医院", "再生水利用"),
)
STATES = (
    *(Progress.ON_TRACK,) * 11, *(Progress.STANDING,) * 4, *(Progress.BEHIND,) * 3,
    Progress.DONE, Progress.NOT_BEGUN,
)  # fmt: skip
NEWEST = (Status.BLANK, Status.DRAFT, Status.PENDING, Status.FILED, Status.FILED, Status.ACCEPTED)


@dataclasses.dataclass(frozen=True)
class Staff:
    """Who writes, signs and reviews, by department."""

    reporters: dict[int, User]
    approvers: dict[int, User]
    coordinators: dict[int, User]


def hire_staff(plan: Plan, prefix: str = "") -> Staff:
    """A reporter and an approver for each lead department, a coordinator for each receiver."""
    leads = Department.objects.filter(
        assignments__kind=Assignment.Kind.LEAD, assignments__work_item__task__plan=plan
    )
    bodies = list(leads.distinct())
    return Staff(
        _hire(bodies, Role.REPORTER, prefix),
        _hire(bodies, Role.APPROVER, prefix),
        _hire(list(plan.receivers.all()), Role.COORDINATOR, prefix),
    )


def _hire(bodies: Sequence[Department], role: Role, prefix: str) -> dict[int, User]:
    people = User.objects.bulk_create(
        User(username=f"{prefix}{body.code}-{role}", name=f"{body}{role.label}",
             email=f"{body.code}-{role}@wz.cn", must_change_password=False)
        for body in bodies
    )  # fmt: skip
    Membership.objects.bulk_create(
        Membership(user=user, department=body, role=role, since=datetime.date(2020, 5, 15))
        for user, body in zip(people, bodies, strict=True)
    )
    return {body.pk: user for user, body in zip(people, bodies, strict=True)}


def live(plan: Plan, half_years: Iterable[HalfYear], staff: Staff, newest: HalfYear) -> None:
    """Write ``half_years`` of ``plan``; all but ``newest`` are over and closed."""
    leads = Assignment.objects.leads().filter(work_item__task__plan=plan).order_by("pk")
    parts = list(leads.select_related("work_item"))
    receivers = list(plan.receiver_rows.values_list("department_id", flat=True))
    for half_year in half_years:
        is_open = half_year == newest
        period = _open(plan, half_year, is_open=is_open)
        stories = [
            _Story(period, part, staff, receivers, _number(half_year) * 7 + number, is_open)
            for number, part in enumerate(parts)
        ]
        _write(stories)


def _number(half_year: HalfYear) -> int:
    return 2 * half_year.year + half_year.half


def _open(plan: Plan, half_year: HalfYear, *, is_open: bool) -> ReportingPeriod:
    due = half_year.due_on(plan.due_day)
    over = datetime.datetime.combine(due, datetime.time(18), SHANGHAI) + datetime.timedelta(30)
    return ReportingPeriod.objects.create(
        plan=plan, year=half_year.year, half=half_year.half, opens_on=half_year.opens_on,
        due_on=due, opened_at=_at(half_year.opens_on, 9), closed_at=None if is_open else over,
    )  # fmt: skip


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), SHANGHAI)


@functools.lru_cache(maxsize=8192)
def said(number: int, length: int = LENGTH) -> str:
    """A text of ``length`` characters that belongs to ``number``; every third is much like the
    one before."""
    pick, text = random.Random(number - number % 3), ""
    while len(text) < length:
        text += "".join(pick.choices(WORDS, k=pick.randint(3, 7)))
        text += f"{pick.randint(2, 900) + number % 3}处{pick.choice('，，；。')}"
    return text[:length]


@dataclasses.dataclass
class _Story:
    """What happens to one report; ``number`` decides."""

    period: ReportingPeriod
    part: Assignment
    staff: Staff
    receivers: list[int]
    number: int
    is_open: bool

    def __post_init__(self) -> None:
        number, due = self.number, self.period.due_on
        self.status = NEWEST[number % len(NEWEST)] if self.is_open else Status.ACCEPTED
        self.late = not self.is_open and number % 17 == 5
        self.filed_at = _at(due + datetime.timedelta(3 if self.late else -1 - number % 9), 15)
        body, content = self.part.department_id, self.content()
        self.is_filed = self.status in IN_HAND
        filed_at = self.filed_at if self.is_filed else None
        self.report = Report(
            period=self.period, assignment=self.part, department_id=body,
            reviewer_id=next(receiver for receiver in self.receivers if receiver != body),
            submitted_by=self.staff.reporters[body], late=self.late, version=3,
            filed_at=filed_at, refiled_at=filed_at, assessed_state=self.assessed(content),
            **content,
        )  # fmt: skip

    def content(self) -> dict[str, Any]:
        if self.status == Status.BLANK:
            return {}
        state = STATES[self.number % len(STATES)]
        lags = state in {Progress.BEHIND, Progress.NOT_BEGUN}
        rates = {Progress.DONE: 100, Progress.STANDING: None}
        return {
            "progress": said(self.number),
            "state": state,
            "completion": rates.get(state, 20 + self.number * 7 % 75),
            "problems": said(self.number, 150) if lags else "",
            "coordination": said(self.number + 2, 100) if lags else "",
            "next_steps": said(self.number + 1, 150),
        }

    def events(self) -> Iterator[ReportEvent]:
        """Submitted, signed and accepted, as far as it got."""
        report, steps = self.report, [Status.PENDING, Status.FILED, Status.ACCEPTED]
        acts = (
            (Action.SUBMIT, self.staff.reporters[report.department_id]),
            (Action.APPROVE, self.staff.approvers[report.department_id]),
            (Action.ACCEPT, self.staff.coordinators[report.reviewer_id]),
        )
        reached = steps.index(self.status) + 1 if self.status in steps else 0
        before = Status.DRAFT
        for hours, (after, (action, by)) in enumerate(zip(steps[:reached], acts, strict=False)):
            yield ReportEvent(
                report=report, action=action, from_status=before, to_status=after,
                at=self.filed_at + datetime.timedelta(hours=hours - 1), by=by, by_name=str(by),
                by_role="", snapshot=report.content(),
                assessed_state=report.assessed_state if action == Action.ACCEPT else "",
            )  # fmt: skip
            before = after

    def assessed(self, content: dict[str, Any]) -> str:
        return content["state"] if self.status == Status.ACCEPTED else ""

    def entry(self) -> ProgressEntry:
        by = self.staff.reporters[self.part.department_id]
        return ProgressEntry(
            work_item=self.part.work_item, department_id=self.part.department_id,
            period=self.period, happened_on=self.period.opens_on, text=said(self.number, 120),
            by=by, at=self.filed_at,
        )  # fmt: skip


def _write(stories: list[_Story]) -> None:
    """Reports first and blank, then what happened to them, then where that left them."""
    Report.objects.bulk_create(story.report for story in stories)
    ReportEvent.objects.bulk_create(event for story in stories for event in story.events())
    filing = ReportEvent.objects.filter(report=OuterRef("pk"), action=Action.APPROVE)
    for status in {story.status for story in stories}:
        pks = [story.report.pk for story in stories if story.status == status]
        Report.objects.filter(pk__in=pks).update(
            status=status, filed_event=Subquery(filing.values("pk")[:1])
        )
    ProgressEntry.objects.bulk_create(story.entry() for story in stories)
