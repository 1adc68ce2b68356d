"""A made-up half-year for the planner: two lead departments, their people, two receivers."""

import dataclasses
import datetime

from reports.calendar import SHANGHAI
from reports.reminders.facts import Facts, People, ReportFact
from reports.reminders.slots import Rules

OPENED = datetime.datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
DUE = datetime.date(2027, 1, 15)
CGJ, ZJW, SLJ, FGW = 1, 2, 3, 4
PEOPLE = People(
    reporters={CGJ: (11, 12), ZJW: (21,)},
    approvers={CGJ: (19,), ZJW: (29,)},
    coordinators={SLJ: (31,), FGW: (41, 42)},
)


def report(pk: int, department: int = CGJ, status: str = "blank", **facts: object) -> ReportFact:
    """One report, blank and due on DUE unless said otherwise."""
    plain = ReportFact(
        pk=pk, code=f"12.{pk}", title="供水管网改造", department=department,
        department_name={CGJ: "区城管局", ZJW: "区住房城乡建委"}[department],
        reviewer=SLJ, status=status, due_on=DUE, since=OPENED,
    )  # fmt: skip
    return dataclasses.replace(plain, **facts)  # type: ignore[arg-type]


def facts(*reports: ReportFact, **more: object) -> Facts:
    """The facts of 2026H2 with ``reports``."""
    plain = Facts(
        period=7, code="2026H2", opened_at=OPENED, due_on=DUE, receivers=(SLJ, FGW),
        rules=Rules(), days={}, people=PEOPLE, reports=reports,
    )  # fmt: skip
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def at(text: str) -> datetime.datetime:
    """``2027-01-12T09:05`` in Asia/Shanghai."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
