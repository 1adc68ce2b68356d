"""重点关注: what the receivers should look at, and why."""

import dataclasses
from collections.abc import Sequence

from django.urls import reverse

from reports import calendar
from reports.models import ReportingPeriod
from reports.selectors.figures import CONCERNS, FIGURES, WORRYING, lags, rows_with
from reports.selectors.period_rows import Row
from reports.selectors.scope import Scope
from reports.states import Assessment

ATTENTION_SHOWN = 6


@dataclasses.dataclass(frozen=True)
class Attention:
    """A line of the red list: the row, why it stands there, and where its lead can be urged."""

    row: Row
    reason: str
    url: str
    urge_url: str


@dataclasses.dataclass(frozen=True)
class Concern:
    """One reason for 重点关注 and how many there are of it; ``key`` is the figure."""

    key: str
    label: str
    count: int


@dataclasses.dataclass(frozen=True)
class AttentionList:
    lines: list[Attention]
    concerns: list[Concern]


def attention_of(period: ReportingPeriod, scope: Scope, rows: Sequence[Row]) -> AttentionList:
    """The red list: overdue, returned, what lags, what says the same twice; the worst first."""
    listed = sorted(rows_with(rows, "attention"), key=_urgency)
    urge = urge_address(period, scope)
    return AttentionList(
        [Attention(row, _reason(row), scope.url_of(row), urge_url(urge, row)) for row in listed],
        [Concern(key, FIGURES[key].label, len(rows_with(rows, key))) for key in CONCERNS],
    )


def urge_address(period: ReportingPeriod, scope: Scope) -> str:
    """The page on which departments are urged; empty where nobody can be, or not by the reader."""
    if period.is_closed or not scope.coordinates:
        return ""
    return reverse("urge", args=[period.plan.slug, period.code])


def urge_url(urge: str, row: Row) -> str:
    """The page ``urge`` with the lead of ``row`` ticked, where it owes."""
    return f"{urge}?department={row.report.department.code}" if urge and row.owed else ""


def _urgency(row: Row) -> tuple[int, int]:
    if row.overdue:
        return 0, row.report.due_on.toordinal()
    if row.returned:
        return 1, row.report.due_on.toordinal()
    if lags(row):
        return 2, WORRYING.index(Assessment(row.state))
    return 3, 0


def _reason(row: Row) -> str:
    back = _returned_words(row)
    if row.overdue:
        days = (row.today - row.report.due_on).days
        return f"{back}已逾期 {days} 天" if back else f"{row.status.label}，已逾期 {days} 天"
    if row.returned:
        return f"{back}补正截止 {calendar.short_date(row.report.due_on)}"
    same = "文字与上期相同" if row.unchanged else ""
    if not lags(row):
        return f"{row.status.label}，{same}"
    return f"{_state_words(row)}，{same}" if same else _state_words(row)


def _state_words(row: Row) -> str:
    word = Assessment(row.state).label
    if row.last.state == row.state:
        return f"连续两期「{word}」"
    said = "核定" if row.report.assessed_state else "自评"
    return f"{row.status.label}，{said}「{word}」"


def _returned_words(row: Row) -> str:
    if not row.returned or row.report.returned_at is None:
        return ""
    day = calendar.short_date(calendar.local_date(row.report.returned_at))
    return f"{day}退回，尚未重报，"
