"""签阅: which lead departments have read the 报送通知 of a half-year, and which have not."""

import dataclasses
import datetime
from collections.abc import Collection

from departments.models import Department, User
from departments.rights import rights_of
from reports import calendar
from reports.models import Acknowledgement, Notice, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.selectors.department_lines import DepartmentLine
from reports.selectors.facts import Values
from reports.selectors.overview import Overview
from reports.selectors.scope import Scope


@dataclasses.dataclass(frozen=True)
class Opening:
    """A 报送通知 that a department has still to acknowledge; ``notice`` is the reader's own."""

    department: Department
    notice: int | None


def openings_of(user: User, period: ReportingPeriod, now: datetime.datetime) -> list[Opening]:
    """The user's lead departments that have not acknowledged ``period``; two queries at most."""
    works_for = rights_of(user).works_for
    if not works_for or period.is_closed:
        return []
    done = Acknowledgement.objects.filter(period=period).values("department")
    bodies = list(
        Department.objects.filter(pk__in=works_for, reports__period=period)
        .exclude(pk__in=done)
        .distinct()
    )
    if not bodies:
        return []
    notices = Notice.objects.visible_to(user).filter(period=period, kind=Kind.OPENED, at__lte=now)
    notice = notices.values_list("pk", flat=True).first()
    return [Opening(body, notice) for body in bodies]


def read_acknowledgements(period: ReportingPeriod, scope: Scope) -> Values:
    """Who has acknowledged, for the receivers' coordinators; one query."""
    if not scope.coordinates:
        return ()
    rows = Acknowledgement.objects.filter(period=period)
    return tuple(rows.values_list("department__code", "by__name", "at"))


def with_acknowledgements(page: Overview, read: Values) -> Overview:
    """The overview with a mark at every department, for the receivers' coordinators."""
    if not page.scope.coordinates:
        return page
    there = {code: (name, at) for code, name, at in read}
    lines = [
        dataclasses.replace(line, acknowledged=_words(there.get(line.code)))
        for line in page.departments
    ]
    return dataclasses.replace(page, departments=lines, acknowledged=_total(lines, there))


def _words(done: tuple[str, datetime.datetime] | None) -> str:
    return f"✓ {done[0]} {calendar.moment_words(done[1])}签阅" if done else "未签阅"


def _total(lines: list[DepartmentLine], there: Collection[str]) -> str:
    missing = sum(line.code not in there for line in lines)
    count = len(lines) - missing
    return f"报送通知：{count} 个单位已签阅" + (f"，{missing} 个未签阅" if missing else "")
