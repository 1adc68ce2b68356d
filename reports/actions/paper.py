"""代录: a filing that came on paper is recorded by the reviewing receiver's coordinator."""

import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from departments.errors import DomainError
from departments.models import User
from reports import calendar
from reports.actions.attachments import attach_file
from reports.actions.drafts import clean_content
from reports.actions.filing import require_complete
from reports.actions.holding import lock_report
from reports.actions.measurements import record_measurements
from reports.actions.submissions import clean_number, open_submission
from reports.actions.transition import Step, advance_locked
from reports.models import Report, Submission
from reports.moments import end_of_day
from reports.requirements import settle
from reports.states import Action


@transaction.atomic
def record_paper(  # noqa: PLR0913 - keyword-only facts of one letter
    *,
    report: Report,
    by: User,
    content: dict[str, Any],
    received_on: datetime.date,
    letter_number: str = "",
    scan: "UploadedFile[Any] | None" = None,
    now: datetime.datetime | None = None,
) -> Report:
    """File ``report`` as the paper says: its text, the day it came, its scan.

    ``content`` holds CONTENT_FIELDS, ``received_on`` is a date in Asia/Shanghai and decides
    whether it is on time. Letters of one department with the same number that came on the same day
    are one submission.
    A department's unfiled draft does not slip into what its paper said. Raises Incomplete (400)
    with what is missing by field, DomainError for a date that can't be, RefusedFile for the scan,
    and what ``advance`` raises; nothing is written then.
    """
    now, locked = now or timezone.now(), lock_report(report)
    check_received_on(locked, received_on, calendar.local_date(now))
    full = settle({**Report().content(), **clean_content(content)})
    require_complete(full)
    filed_at = received_at(received_on, now)
    submission = _submission_of(locked, by, clean_number(letter_number), filed_at)
    step = Step(content=full, submission=submission, filed_at=filed_at, now=now)
    done = advance_locked(report=locked, action=Action.RECORD_PAPER, by=by, step=step)
    record_measurements(report=done, by=by, now=now)
    if scan is not None:
        attach_file(owner=submission, by=by, upload=scan)
    return done


def check_received_on(report: Report, day: datetime.date, today: datetime.date) -> None:
    """Raises DomainError where paper can't have come on ``day``."""
    opened = calendar.local_date(report.period.opened_at)
    if day > today:
        raise DomainError(f"收到日期 {day} 在今天之后，请核对。")
    if day < opened:
        raise DomainError(f"收到日期 {day} 早于本期开放日期 {opened}，请核对。")
    if report.awaits_refiling and report.returned_at is not None:
        returned = calendar.local_date(report.returned_at)
        if day < returned:
            raise DomainError(f"收到日期 {day} 早于退回日期 {returned}，请核对。")


def received_at(day: datetime.date, now: datetime.datetime) -> datetime.datetime:
    """The moment that counts as filed: the last one of ``day``, or now if that is today."""
    return min(end_of_day(day), now)


def _submission_of(
    report: Report, by: User, number: str, filed_at: datetime.datetime
) -> Submission:
    day = calendar.local_date(filed_at)
    there = Submission.objects.filter(
        period=report.period,
        department=report.department,
        offline=True,
        letter_number=number,
        signed_at__date=day,
    )
    same = there.first() if number else None
    return same or open_submission(
        period=report.period,
        department=report.department,
        signed_by=by,
        now=filed_at,
        letter_number=number,
        offline=True,
    )
