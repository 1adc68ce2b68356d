"""Celery entry points; messages carry no data, so losing one or having it twice is harmless."""

from celery import shared_task
from django.utils import timezone

from departments.background import nudge_soon
from departments.tables.later import work_on_imports
from departments.tables.sweep import sweep_imports


@shared_task
def work_on_tables() -> int:
    """Try and write the admin's tables that were left to the background; clear what is over."""
    sweep_imports(timezone.now())
    return work_on_imports()


def work_on_tables_soon() -> None:
    """Ask for it once the transaction is committed; without a broker the next beat does it."""
    nudge_soon(work_on_tables)
