"""What a department sends in one go."""

from django.db import models

from departments.models import Department, User
from reports.models.period import ReportingPeriod
from reports.querysets import SubmissionQuerySet


class Submission(models.Model):
    """报送件: the reports that one signature sent, with the letter's number if there is one.

    One that came on paper is ``offline``: ``signed_by`` is then the coordinator who recorded it,
    and ``signed_at`` stands for the day it was received.
    """

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="submissions"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="submissions")
    letter_number = models.CharField("发文字号", max_length=60, blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField("报送时间")
    offline = models.BooleanField("线下报送", default=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报送件"
        ordering = ["-signed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.letter_number}".strip()
