"""Plays the cases of ``matrix_cases`` through the product, by the gate that every page uses."""

import datetime
from collections.abc import Callable

import time_machine

from departments.models import Department
from reports.actions.extension_decisions import grant_unasked
from reports.actions.periods import close_period, open_period, reopen_period
from reports.actions.transition import Step, advance
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from reports.states import Action
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.matrix_cases import CASES, CLOSED, REOPENED, Case, at

Act = tuple[str, Callable[[], object]]
WORDS = {"progress": "完成改造。", "completion": 60, "problems": "缓慢。", "next_steps": "加快。"}


class Story:
    """``until(moment)`` lets happen what has not happened yet; the clock goes along."""

    def __init__(self, plan: Plan, cast: Cast, clock: time_machine.Traveller) -> None:
        self.cast, self.clock = cast, clock
        self.periods: dict[str, ReportingPeriod] = {}
        for code in ("2025H2", "2026H1", "2026H2"):
            half_year = HalfYear.parse(code)
            period, _ = open_period(plan=plan, half_year=half_year, now=at("2025-12-01 09:00"))
            self.periods[code] = period
        middle, by = self.periods["2026H1"], cast.slj_coordinator
        acts: list[Act] = [
            (CLOSED, lambda: close_period(period=middle, by=by)),
            (REOPENED, lambda: reopen_period(period=middle, by=by, comment="补报")),
            *(act for case in CASES for act in self.acts(case)),
        ]
        self.acts_left = sorted(acts, key=lambda act: at(act[0]))

    def until(self, moment: datetime.datetime) -> None:
        while self.acts_left and at(self.acts_left[0][0]) <= moment:
            when, act = self.acts_left.pop(0)
            self.clock.move_to(at(when))
            act()
        self.clock.move_to(moment)

    def acts(self, case: Case) -> list[Act]:
        """What happens to the report of ``case``, each with its moment."""
        cast, period = self.cast, self.periods[case.half_year]
        report = report_of(period, case.code, case.department)
        reporter = getattr(cast, f"{case.department}_reporter")
        approver = getattr(cast, f"{case.department}_approver")
        reviewer = cast.fgw_coordinator if case.department == "slj" else cast.slj_coordinator
        content = {**WORDS, "state": case.said}

        def act(action: Action, by: object, **step: object) -> Callable[[], object]:
            return lambda: advance(report=report, action=action, by=by, step=Step(**step))  # type: ignore[arg-type]

        def file() -> None:
            act(Action.SUBMIT, reporter, content=content)()
            act(Action.APPROVE, approver)()

        def extend() -> None:
            grant_unasked(
                period=period, department=Department.objects.get(code=case.department),
                by=reviewer, granted_on=datetime.date.fromisoformat(case.extended_to),
                reason="抢险。", reports=[report],
            )  # fmt: skip

        received = at(case.received) if case.received else None
        paper = act(Action.RECORD_PAPER, reviewer, content=content, filed_at=received)
        imported = act(Action.IMPORT, cast.admin, content=content, filed_at=received,
                       assessed_state=case.assessed)  # fmt: skip
        acts: list[Act] = [
            (case.drafted, act(Action.SAVE, reporter, content={"progress": "在写。"})),
            (case.submitted, act(Action.SUBMIT, reporter, content=content)),
            (case.exempted, act(Action.EXEMPT, reviewer, comment="已并入他项")),
            (case.extended, extend),
            (case.filed, paper if case.received else file),
            (case.returned, act(Action.RETURN, reviewer, comment="请补充。")),
            (case.refiled, file),
            (case.accepted, act(Action.ACCEPT, reviewer, assessed_state=case.assessed)),
            (case.imported, imported),
        ]
        return [(moment, step) for moment, step in acts if moment]
