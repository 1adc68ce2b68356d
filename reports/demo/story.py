"""Two past half-years and a part of the current one, lived through the real actions."""

import dataclasses
import datetime
from collections import defaultdict

from departments.models import Department, User
from reports.actions.approval import approve_reports
from reports.actions.coordination import Handling, asked_in, open_coordination
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_report
from reports.actions.periods import close_period, open_period
from reports.actions.review import receive_report
from reports.actions.transition import Step, advance
from reports.calendar import ONE_DAY, SHANGHAI, HalfYear
from reports.demo import texts
from reports.demo.values import confirm_values, tell_baselines
from reports.models import Coordination, ProgressEntry, Report, ReportingPeriod
from reports.states import Action, Progress
from tasks.models import Assignment, Plan, YearlyGoal

LEFT_BLANK = "12.1"
"""The item of the current half-year that a visitor may fill in."""


def current_half_year(today: datetime.date) -> HalfYear:
    """The half-year with the next due date on ``today`` (Asia/Shanghai)."""
    half_year = HalfYear.of(today).previous
    return half_year if today <= half_year.due_on() else half_year.next


@dataclasses.dataclass
class Story:
    """Tells the demo's half-years; ``now`` is the moment the demo is made."""

    plan: Plan
    now: datetime.datetime

    def __post_init__(self) -> None:
        self.people = {user.username: user for user in User.objects.all()}

    def tell(self) -> None:
        current = current_half_year(self.now.astimezone(SHANGHAI).date())
        tell_baselines(self.plan, self.people)
        for half_year in (current.previous.previous, current.previous):
            self.past(half_year)
        self.confirm(current.previous.previous)
        self.present(current)
        self.assign_people()

    def reporter(self, report: Report) -> User:
        return self.people[f"{report.department.code}-reporter"]

    def approver(self, report: Report) -> User:
        return self.people[f"{report.department.code}-approver"]

    def reviewer(self, report: Report) -> User:
        return self.people[f"{report.reviewer.code}-coordinator"]

    def opened(self, half_year: HalfYear, at: datetime.datetime) -> list[Report]:
        period, _ = open_period(plan=self.plan, half_year=half_year, now=at)
        self.goals(period)
        rows = period.reports.for_list().select_related("period__plan")
        return list(rows.order_by("pk"))

    def past(self, half_year: HalfYear) -> None:
        """Everything filed: most in time, some late, some returned and refiled, one exempt."""
        reports = self.opened(half_year, moment(half_year.opens_on, 9))
        due = half_year.due_on()
        batches: dict[tuple[int, datetime.datetime], list[Report]] = defaultdict(list)
        for number, report in enumerate(reports):
            self.entries(report, half_year, half_year.end - datetime.timedelta(days=number % 60))
            if number == len(reports) - 2:
                self.step(report, Action.EXEMPT, due, "本期无此项活动安排")
                continue
            late = (number + 6 * half_year.half) % 17 == 5
            day = due + datetime.timedelta(days=3 if late else -(2 + number % 8))
            self.submit(report, half_year, state_of(number, half_year), moment(day, 9))
            signed = max(due, day) if late else due - datetime.timedelta(days=1)
            batches[report.department_id, moment(signed, 16)].append(report)
        for (_, at), batch in batches.items():
            approve_reports(reports=batch, by=self.approver(batch[0]), now=at)
        for number, report in enumerate(reports[:-2] + reports[-1:]):
            self.review(report, half_year, due, returned=number % 19 == 7)
        close_period(period=reports[0].period, now=moment(due, 9) + datetime.timedelta(days=40))

    def confirm(self, half_year: HalfYear) -> None:
        """The values of ``half_year`` were confirmed a while after it was closed."""
        period = self.plan.periods.get(year=half_year.year, half=half_year.half)
        confirm_values(period, self.people, moment(half_year.due_on(), 9) + 60 * ONE_DAY)

    def present(self, half_year: HalfYear) -> None:
        """A part of the half-year: some accepted, filed, waiting, begun; 12.1 is left blank."""
        opening = min(moment(half_year.opens_on, 9), self.now - datetime.timedelta(days=12))
        reports = self.opened(half_year, opening)
        for number, report in enumerate(reports):
            if report.assignment.work_item.code == LEFT_BLANK:
                continue
            self.live(number, report, half_year)

    def live(self, number: int, report: Report, half_year: HalfYear) -> None:
        at = self.now - datetime.timedelta(hours=30 + number * 3)
        stage = number % 10
        day = at.astimezone(SHANGHAI).date()
        self.entries(report, half_year, day)
        if stage >= 8:
            return
        if stage >= 6:
            content = texts.content(report.assignment.work_item, half_year, Progress.ON_TRACK)
            save_draft(report=report, by=self.reporter(report), content=content, version=None)
            return
        self.submit(report, half_year, state_of(number, half_year), at)
        if stage >= 4:
            return
        signed = at + datetime.timedelta(hours=5)
        approve_reports(reports=[report], by=self.approver(report), now=signed)
        if stage < 2:
            self.settle(report, signed + datetime.timedelta(hours=18))
        elif number == 13:
            by, comment = self.reviewer(report), "请补充完成数量和佐证。"
            self.step_at(report, Action.RETURN, by, signed, comment)

    def submit(
        self, report: Report, half_year: HalfYear, state: Progress, at: datetime.datetime
    ) -> None:
        item = report.assignment.work_item
        content = texts.content(item, half_year, state)
        values = {
            row.code: texts.indicator_value(row, half_year)
            for row in item.indicators.prefetch_related("targets")
        }
        content["indicator_values"] = {code: value for code, value in values.items() if value}
        submit_report(report=report, by=self.reporter(report), content=content, now=at)

    def review(
        self, report: Report, half_year: HalfYear, due: datetime.date, *, returned: bool
    ) -> None:
        report.refresh_from_db()
        assert report.refiled_at is not None
        at = report.refiled_at + datetime.timedelta(days=2, hours=1)
        if returned:
            comment = "请补充与上期相比的变化和具体数量。"
            self.step_at(report, Action.RETURN, self.reviewer(report), at, comment)
            again = at + datetime.timedelta(days=1)
            self.submit(report, half_year, Progress.ON_TRACK, again)
            signed = again + datetime.timedelta(hours=3)
            approve_reports(reports=[report], by=self.approver(report), now=signed)
            at = signed + datetime.timedelta(days=1)
        self.settle(report, at)

    def settle(self, report: Report, at: datetime.datetime) -> None:
        """Receipts of both receivers, then acceptance."""
        report.refresh_from_db()
        for code in ("slj", "fgw"):
            receive_report(report=report, by=self.people[f"{code}-coordinator"], now=at)
        state = report.filed_content.get("state", Progress.ON_TRACK.value)
        step = Step(
            now=at + datetime.timedelta(hours=2), assessed_state=state, comment="同意，继续推进。"
        )
        advance(report=report, action=Action.ACCEPT, by=self.reviewer(report), step=step)
        self.coordinate(report, at + datetime.timedelta(hours=3))

    def coordinate(self, report: Report, at: datetime.datetime) -> None:
        """What a past half-year asked to be coordinated was answered; what was asked now waits."""
        if not asked_in(report):
            return
        due_on = report.period.due_on + datetime.timedelta(days=30)
        past = due_on < self.now.astimezone(SHANGHAI).date()
        outcome = "已列入年度资金计划，用地手续正在办理。" if past else ""
        state = Coordination.State.PARTLY if past else Coordination.State.RUNNING
        czj = Department.objects.get(code="czj")
        handling = Handling(czj, due_on, "落实改造资金", state=state, outcome=outcome)
        open_coordination(report=report, by=self.reviewer(report), handling=handling, now=at)

    def step(self, report: Report, action: Action, day: datetime.date, comment: str) -> None:
        self.step_at(report, action, self.reviewer(report), moment(day, 10), comment)

    def step_at(
        self, report: Report, action: Action, by: User, at: datetime.datetime, comment: str
    ) -> None:
        advance(report=report, action=action, by=by, step=Step(now=at, comment=comment))

    def entries(self, report: Report, half_year: HalfYear, day: datetime.date) -> None:
        """Two co-responsible departments and the lead log one entry each."""
        item = report.assignment.work_item
        rows = item.assignments.in_force().filter(kind=Assignment.Kind.RESPONSIBLE)
        signed_up = [name.removesuffix("-reporter") for name in self.people if "-reporter" in name]
        offices = rows.filter(department__code__in=signed_up).select_related("department")
        for assignment in offices.order_by("order")[:2]:
            ProgressEntry.objects.get_or_create(
                work_item=item,
                department=assignment.department,
                period=report.period,
                defaults={
                    "happened_on": day,
                    "text": texts.entry_text(item, half_year, assignment.printed_name),
                    "by": self.people[f"{assignment.department.code}-reporter"],
                    "at": moment(day, 15),
                },
            )

    def goals(self, period: ReportingPeriod) -> None:
        """The yearly goals of the rows that have a measured target."""
        rows = self.plan.indicators.with_numbers().select_related("work_item")
        for indicator in rows:
            if indicator.work_item is not None:
                YearlyGoal.objects.get_or_create(
                    work_item=indicator.work_item,
                    year=period.year,
                    defaults={
                        "text": f"{indicator.name}好于上年，并达到方案目标",
                        "basis": f"{period.year}年节水工作要点（演示）",
                        "entered_by": self.people["slj-coordinator"],
                    },
                )

    def assign_people(self) -> None:
        """区城管局's items are in the hands of an office and a person."""
        rows = Assignment.objects.leads().filter(department__code="cgj")
        for assignment in rows.filter(person_in_charge=None)[:5]:
            assignment.office = "供水科"
            assignment.person_in_charge = self.people["cgj-reporter"]
            assignment.save()


def state_of(number: int, half_year: HalfYear) -> Progress:
    """States vary by row: mostly on track, some behind, some standing, a few done."""
    if number % 11 == 3:
        return Progress.BEHIND if half_year.half == 2 else Progress.ON_TRACK
    if number % 7 == 4:
        return Progress.STANDING
    return Progress.DONE if number % 23 == 9 else Progress.ON_TRACK


def moment(day: datetime.date, hour: int) -> datetime.datetime:
    """``hour`` o'clock of ``day`` in Asia/Shanghai."""
    return datetime.datetime.combine(day, datetime.time(hour, 12), SHANGHAI)
