"""What people do about reports that are outstanding: urge, and acknowledge the 报送通知."""

from django.db import models
from django.db.models import Q

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.querysets import UrgeQuerySet


class Urge(AppendOnly):
    """催办: one step a coordinator pressed against a department, and what came of it.

    ``lines`` is what was outstanding when it was pressed, as the letter prints it; ``at`` of a
    call is when it was made.
    """

    class Step(models.TextChoices):
        NOTICE = "notice", "催办"
        PHONE = "phone", "电话催办"
        LETTER = "letter", "催办函"
        LEADER = "leader", "抄送审签人"

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="urges")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    step = models.CharField("方式", max_length=8, choices=Step.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    text = models.TextField("附言", blank=True)
    spoke_with = models.CharField("通话人", max_length=60, blank=True)
    answer = models.TextField("答复", blank=True)
    letter_number = models.CharField("发文字号", max_length=60, blank=True)
    lines = models.JSONField("事项", default=list)
    reports = models.ManyToManyField("reports.Report", related_name="urges")

    objects = UrgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["period", "department", "-at"], name="urge_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=["notice", "phone", "letter", "leader"]),
                name="urge_step_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.department}"


class Acknowledgement(AppendOnly):
    """签阅: a lead department has read the 报送通知 of a period: who, when."""

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "报送通知签阅"
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["period", "department"], name="acknowledgement_once")
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.at:%Y-%m-%d %H:%M}"
