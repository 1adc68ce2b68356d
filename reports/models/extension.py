"""Later deadlines, asked for or granted unasked."""

from django.db import models
from django.db.models import Q

from departments.models import Department, User
from reports.models.period import ReportingPeriod
from reports.models.report import Report
from reports.querysets import ExtensionQuerySet
from reports.states import EXTENSION_PENDING, ExtensionStatus


class Extension(models.Model):
    """延期: asked by a reporter, endorsed by the approver, decided by the reviewing receiver."""

    Status = ExtensionStatus

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="extensions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="extensions")
    reviewer = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    reports = models.ManyToManyField(Report, related_name="extensions", verbose_name="涉及事项")
    for_all = models.BooleanField("全部未报事项", default=False)
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    wanted_on = models.DateField("申请延至")
    reason = models.TextField("理由")
    granted_on = models.DateField("同意延至", null=True)
    decision = models.TextField("决定说明", blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField("申请时间", null=True)
    endorsed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    endorsed_at = models.DateTimeField("审签时间", null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "department", "reviewer"],
                condition=Q(status__in=list(EXTENSION_PENDING)),
                name="extension_one_pending",
            ),
            models.CheckConstraint(
                condition=~Q(status=ExtensionStatus.GRANTED) | Q(granted_on__isnull=False),
                name="extension_granted_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} 延至 {self.granted_on or self.wanted_on}"

    @property
    def is_pending(self) -> bool:
        """Whether somebody still has to decide."""
        return self.status in EXTENSION_PENDING

    @property
    def hue(self) -> str:
        """Class of its light: pending yellow, granted green, refused or withdrawn grey."""
        if self.is_pending:
            return "yellow"
        return "green" if self.status == ExtensionStatus.GRANTED else "grey"
