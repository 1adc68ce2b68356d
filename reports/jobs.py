"""Celery entry points; messages carry no data, so losing one or having it twice is harmless."""

from celery import shared_task
from django.utils import timezone

from departments.background import nudge_soon
from reports.actions.schedule import open_due_periods
from reports.actions.workbook_sweep import sweep_imports, work_on_imports
from reports.archive.desk import export_waiting
from reports.reminders import tick, worker


@shared_task
def open_due_period() -> list[str]:
    """Open the half-year whose opening day has come; returns the codes that were opened now."""
    opened = open_due_periods(today=timezone.localdate())
    return [period.code for period in opened]


@shared_task
def remind() -> None:
    """One tick: plan what should exist now, then send what is due, also where planning failed."""
    try:
        tick.tick(timezone.now())
    finally:
        worker.drain()


@shared_task
def work_on_workbooks() -> int:
    """Read and write what imports left to the background, and clear away what is over: of
    fill-in workbooks, and of old ledgers."""
    sweep_imports(timezone.now())
    return work_on_imports()


@shared_task
def export_plans() -> int:
    """Make the exports that wait, and clear away those that are over."""
    return export_waiting()


def remind_soon() -> None:
    """Ask for a tick once the transaction is committed; without a broker the next beat does it."""
    nudge_soon(remind)


def work_on_workbooks_soon() -> None:
    """Ask the background for imports, likewise."""
    nudge_soon(work_on_workbooks)


def export_soon() -> None:
    """Ask the background for exports, likewise."""
    nudge_soon(export_plans)
