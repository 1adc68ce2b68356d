"""催办 before it is pressed: which departments owe, and who would be told what."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings

from departments.models import Department, User
from reports import calendar
from reports.models import ContactPoint, Delivery, Notice, ReportingPeriod, Urge
from reports.reminders.facts import Planned, ReportFact
from reports.reminders.gather import gather
from reports.reminders.messages import headline
from reports.reminders.outbox import ways
from reports.reminders.rules import rules_in
from reports.reminders.urging import NOTICES, next_step, owed_by, plan_urge
from reports.reminders.words import shortened
from reports.selectors.told import UrgeStep, urge_steps
from reports.selectors.urges import nobody_sentence, wait_sentence, waits
from reports.states import OWED


@dataclasses.dataclass(frozen=True)
class Told:
    """A person who would be told, of how many items and by which ways; ``headline`` opens the
    notice."""

    name: str
    count: int
    ways: list[str]
    headline: str


@dataclasses.dataclass(frozen=True)
class UrgeLine:
    """A department that owes: what, how much of it late, who would be told, or why nobody can be.

    ``done`` are the steps that were pressed against it in this half-year, the newest first, and
    ``proposed`` the one that the ladder proposes now.
    """

    department: Department
    items: list[ReportFact]
    overdue: int
    told: list[Told]
    why_not: str
    done: list[UrgeStep]
    proposed: str

    @property
    def proposal(self) -> str:
        """The proposed step in words."""
        return str(Urge.Step(self.proposed).label)


def urge_lines(
    period: ReportingPeriod, step: Urge.Step, user: User, now: datetime.datetime
) -> list[UrgeLine]:
    """The departments that owe in ``period`` at ``now``, those with most that is late first, as
    ``user`` sees them. A fixed number of queries."""
    facts = gather(period, now)
    owing = {report.department for report in facts.reports if report.status in OWED}
    bodies = list(Department.objects.filter(pk__in=owing).order_by("order", "pk"))
    planned = {body.pk: plan_urge(facts, body.pk, NOTICES[step], "", now) for body in bodies}
    told = _told(period, [each for rows in planned.values() for each in rows])
    waiting, done = waits(bodies, step, now), _steps(period, user)
    lines = [
        UrgeLine(
            department=body,
            items=(items := owed_by(facts, body.pk)),
            overdue=sum(item.due_on < calendar.local_date(now) for item in items),
            told=[told[id(each)] for each in planned[body.pk]],
            why_not=_why_not(body, step, planned[body.pk], waiting.get(body.pk)),
            done=done[body.pk],
            proposed=next_step({each.step for each in done[body.pk]}),
        )
        for body in bodies
    ]
    return sorted(lines, key=lambda line: -line.overdue)


def _told(period: ReportingPeriod, planned: list[Planned]) -> dict[int, Told]:
    """By the id of the planned notice: nothing of it is in the database."""
    users = User.objects.in_bulk({each.user for each in planned})
    notices = [
        Notice(kind=row.kind, slot=row.slot, period=period, user=users[row.user], due_on=row.due_on)
        for row in planned
    ]
    by: dict[int, list[str]] = defaultdict(lambda: ["站内"])
    for notice, channel, point in ways(notices, rules_in(period)):
        by[id(notice)].append(_way(notice.user, channel, point))
    return {
        id(row): Told(
            str(notice.user), len(row.lines), by[id(notice)], headline(notice, len(row.lines))
        )
        for row, notice in zip(planned, notices, strict=True)
    }


def _way(user: User, channel: Delivery.Channel, point: ContactPoint | None) -> str:
    if point is None:
        return f"{channel.label} {shortened(user.email)}" if user.email else "没有登记邮箱"
    return f"{channel.label} {point.label}"


def _steps(period: ReportingPeriod, user: User) -> dict[int, list[UrgeStep]]:
    """Department id → the steps against it."""
    found: dict[int, list[UrgeStep]] = defaultdict(list)
    for each in urge_steps(Urge.objects.visible_to(user).filter(period=period)):
        found[each.department].append(each)
    return found


def _why_not(body: Department, step: Urge.Step, planned: list[Planned], wait: Urge | None) -> str:
    """Why ``body`` can't be urged now (Chinese); empty where it can."""
    if wait is not None:
        return wait_sentence(wait)
    return "" if planned else nobody_sentence(body, step)


def outstanding_text(
    period: ReportingPeriod, lines: Sequence[UrgeLine], now: datetime.datetime
) -> str:
    """Who is outstanding, as it is put into a chat group; empty where nobody is."""
    if not lines:
        return ""
    past = "（已过）" if now >= calendar.deadline_moment(period.due_on) else ""
    rows = [
        f"{number}. {line.department.name} {len(line.items)} 项："
        f"{'、'.join(item.code for item in line.items)}"
        for number, line in enumerate(lines, 1)
    ]
    return "\n".join([
        f"【{period.label}节水行动进展情况报送】截至 {calendar.moment_words(now)}，"
        f"还有 {len(lines)} 个单位 {sum(len(line.items) for line in lines)} 项未报送。",
        f"截止时间：{calendar.deadline_words(period.due_on)}{past}",
        *rows,
        f"请抓紧办理：{settings.SITE_URL}/",
    ])  # fmt: skip
