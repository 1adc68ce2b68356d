"""What happened to a report, step by step; rows are only ever added."""

from django.db import models

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.states import Action, Assessment, Status


class ReportEvent(AppendOnly):
    """办理记录: who did what in which role, from status to status, the text as it stood.

    ``due_on`` is the deadline's day in force after the step; at a filing, the one it was judged by.
    """

    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="events")
    action = models.CharField("动作", max_length=16, choices=Action.choices)
    from_status = models.CharField("办理前", max_length=10, choices=Status.choices)
    to_status = models.CharField("办理后", max_length=10, choices=Status.choices)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField("姓名", max_length=30)
    by_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_role = models.CharField("角色", max_length=30)
    comment = models.TextField("意见", blank=True)
    assessed_state = models.CharField(
        "核定状态", max_length=12, choices=Assessment.choices, blank=True
    )
    snapshot = models.JSONField("当时内容", null=True)
    due_on = models.DateField("当时期限", null=True)
    submission = models.ForeignKey(
        "reports.Submission", on_delete=models.PROTECT, null=True, related_name="events"
    )

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["report", "at"], name="event_report_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=Action.values), name="event_action_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M} {self.by_name}"


class Receipt(AppendOnly):
    """签收: one receiver's receipt for one filing."""

    filing = models.ForeignKey(ReportEvent, on_delete=models.PROTECT, related_name="receipts")
    receiver = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["filing", "receiver"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.receiver} {self.at:%Y-%m-%d %H:%M}"
