"""Rows that a step writes, held until its transaction ends: reports, and their half-years."""

from collections.abc import Iterable

from reports.models import Report, ReportingPeriod

PLACE = ("period", "assignment")
"""Where a report belongs, which no step changes."""


def lock_report(report: Report) -> Report:
    """Read the report anew inside the transaction, locked against everybody else.

    Its half-year and assignment are the objects that ``report`` brings along; whether the half-year
    is closed is read anew, and stays so meanwhile.

    Others may go on referring to the row (``no_key``): 催办 of the same department does.
    """
    locked: Report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    for name in PLACE:
        brought = report._state.fields_cache.get(name)
        if brought is not None and brought.pk == getattr(locked, f"{name}_id"):
            setattr(locked, name, brought)
    hold_periods([locked.period])
    return locked


def lock_reports(ids: Iterable[int]) -> dict[int, Report]:
    """Like ``lock_report`` for several, by id, with everything read anew; locked in one order, so
    that two never wait for each other."""
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
