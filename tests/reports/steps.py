"""Shortcuts through the life of a report, by the actions that the pages use."""

from typing import Any

from departments.models import User
from reports.actions.approval import approve_reports
from reports.actions.filing import submit_report
from reports.models import Report, Submission
from tests.cast import Cast

TEXT: dict[str, Any] = {
    "progress": "本半年完成管网改造 6.1 公里，累计 14.5 公里。",
    "state": "on_track",
    "completion": 60,
}


def submitted(report: Report, by: User, **content: Any) -> Report:
    """``report`` waiting for its signature."""
    return submit_report(report=report, by=by, content={**TEXT, **content})


def sent(reports: list[Report], cast: Cast, **content: Any) -> Submission:
    """``reports`` of 区城管局, submitted and sent with one signature."""
    for report in reports:
        submitted(report, cast.cgj_reporter, **content)
    return approve_reports(reports=reports, by=cast.cgj_approver)[0]


def filed(report: Report, cast: Cast, **content: Any) -> Report:
    """One report of 区城管局, filed; read anew."""
    sent([report], cast, **content)
    return Report.objects.get(pk=report.pk)
