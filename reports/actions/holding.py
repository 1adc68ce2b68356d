"""Rows that a step writes, held until its transaction ends: reports, and their half-years."""

from collections.abc import Iterable

from reports.models import Report, ReportingPeriod


def lock_report(report: Report) -> Report:
    """Read the report anew inside the transaction, locked against everybody else."""
    return lock_reports([report.pk])[report.pk]


def lock_reports(ids: Iterable[int]) -> dict[int, Report]:
    """Like ``lock_report`` for several, by id; locked in one order, so that two never wait for
    each other. Whether their half-years are closed is read anew, and stays so meanwhile.

    Others may go on referring to the rows (``no_key``): 催办 of the same department does.
    """
    rows = Report.objects.select_for_update(of=("self",), no_key=True).select_related(
        "period__plan", "department", "assignment__work_item__task"
    )
    found = {report.pk: report for report in rows.filter(pk__in=list(ids)).order_by("pk")}
    hold_periods(report.period for report in found.values())
    return found


def hold_periods(periods: Iterable[ReportingPeriod]) -> None:
    """Say in ``periods`` whether each is closed now, and let none be closed or reopened before
    the transaction ends."""
    known = list(periods)
    if not known:
        return
    held = ReportingPeriod.objects.filter(pk__in={period.pk for period in known}).held()
    closed_at = {period.pk: period.closed_at for period in held}
    for period in known:
        period.closed_at = closed_at[period.pk]
