"""One signature, one 报送件; its number."""

import datetime

from django.db import transaction

from departments.audit import record
from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from reports.actions.holding import hold_periods
from reports.models import ReportingPeriod, Submission
from reports.policies import Right, may
from reports.text import clean

MAX_NUMBER = 60


def open_submission(  # noqa: PLR0913 - keyword-only facts of one submission
    *,
    period: ReportingPeriod,
    department: Department,
    signed_by: User,
    now: datetime.datetime,
    letter_number: str = "",
    offline: bool = False,
) -> Submission:
    """The submission that the reports filed now will belong to; call inside their transaction."""
    return Submission.objects.create(
        period=period,
        department=department,
        signed_by=signed_by,
        signed_at=now,
        letter_number=clean_number(letter_number),
        offline=offline,
    )


def clean_number(raw: str) -> str:
    """A 发文字号 as it is stored. Raises DomainError where it is longer than a number can be."""
    number = " ".join(clean(raw).text.split())
    if len(number) > MAX_NUMBER:
        raise DomainError(f"发文字号最多 {MAX_NUMBER} 字，如「万州城管函〔2027〕3号」。")
    return number


@transaction.atomic
def set_letter_number(*, submission: Submission, by: User, number: str) -> Submission:
    """Enter or mend the 发文字号, known only once the letter is registered.

    It may be mended until the stamped scan is there, which shows the one that counts; every
    change goes to the security log with what stood before. Raises NotAllowed for others than the
    department's own people, Conflict once a scan was uploaded or the period is closed.
    """
    if not may(by, Right.KEEP_SUBMISSION, submission):
        raise NotAllowed("发文字号由报送单位自己登记。")
    locked: Submission = Submission.objects.select_for_update().get(pk=submission.pk)
    cleaned, before = clean_number(number), locked.letter_number
    if cleaned == before:
        return locked
    hold_periods([locked.period])
    if why := why_number_stands(locked):
        raise Conflict(why)
    locked.letter_number = cleaned
    locked.save(update_fields=["letter_number"])
    record("登记发文字号", user=by, subject=f"报送件{locked.pk}：{before or '（空）'} → {cleaned}")
    return locked


def why_number_stands(submission: Submission) -> str:
    """Why the number can no longer be changed (Chinese); empty where it can."""
    if submission.period.is_closed:
        return f"{submission.period.label}报告期已关闭，发文字号不能再改。"
    if submission.letter_number and submission.attachments.present().exists():
        return "盖章扫描件已上传，发文字号以扫描件为准，不能再改。"
    return ""
