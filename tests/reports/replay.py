"""Lets the hand-written half-year of ``figure_cases`` happen, by the product's own actions."""

import datetime
from collections.abc import Callable

from departments.models import Department
from reports.actions.extension_decisions import grant_extension, grant_unasked
from reports.actions.extensions import ask_extension, endorse_extension
from reports.actions.transition import Step, advance
from reports.models import Report, ReportingPeriod
from reports.states import Action
from tests.cast import Cast, report_of
from tests.reports.figure_cases import CASES, Case

Happening = tuple[datetime.datetime, Callable[[], object]]
Replay = Callable[[datetime.datetime], None]


def happenings(case: Case, period: ReportingPeriod, cast: Cast) -> list[Happening]:
    """The acts of ``case``, each with its moment."""
    report = report_of(period, case.code, case.department)
    reporter = getattr(cast, f"{case.department}_reporter", None)
    approver = getattr(cast, f"{case.department}_approver", None)
    reviewer = cast.fgw_coordinator if case.department == "slj" else cast.slj_coordinator
    body = Department.objects.get(code=case.department)

    def act(action: Action, by: object, **step: object) -> Callable[[], Report]:
        return lambda: advance(report=report, action=action, by=by, step=Step(**step))  # type: ignore[arg-type]

    content = {"progress": f"{case.code} 按计划推进。", "state": case.state}

    def file() -> None:
        act(Action.SUBMIT, reporter, content=content)()
        act(Action.APPROVE, approver)()

    def ask() -> None:
        assert case.extended is not None
        rows = [report_of(period, each.code, each.department) for each in CASES if each.asked]
        extension = ask_extension(
            period=period, department=body, by=reporter, wanted_on=case.extended[1],
            reason="抢险。", reports=rows,
        )  # fmt: skip
        endorse_extension(extension=extension, by=approver)

    def extend() -> None:
        assert case.extended is not None
        day = case.extended[1]
        if case.asked:
            extension = period.extensions.pending().get(department=body)
            grant_extension(extension=extension, by=reviewer, granted_on=day)
            return
        grant_unasked(
            period=period, department=body, by=reviewer, granted_on=day, reason="抢险。",
            reports=[report],
        )  # fmt: skip

    if case.asked and case != next(each for each in CASES if each.asked):
        return [(case.filed, file)] if case.filed else []
    acts: list[tuple[datetime.datetime | None, Callable[[], object]]] = [
        (case.drafted, act(Action.SAVE, reporter, content={"progress": "在写。"})),
        (case.submitted, act(Action.SUBMIT, reporter)),
        (case.exempted, act(Action.EXEMPT, reviewer, comment="已并入他项")),
        (case.restored, act(Action.LIFT_EXEMPTION, reviewer)),
        (case.asked, ask),
        (case.extended and case.extended[0], extend),
        (case.filed, file),
        (case.returned, act(Action.RETURN, reviewer, comment="请补充。")),
        (case.redrafted, act(Action.SUBMIT, reporter)),
        (case.refiled, file),
        (case.accepted, act(Action.ACCEPT, reviewer, assessed_state=case.assessed)),
    ]
    if case.paper:
        recorded, received = case.paper
        paper = act(Action.RECORD_PAPER, reviewer, filed_at=received, content=content)
        acts.append((recorded, paper))
    return [(moment, step) for moment, step in acts if moment is not None]
