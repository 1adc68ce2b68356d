"""需协调解决事项: what the receivers do about what a filed report asks for."""

from django.db import models
from django.db.models import Q

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.models.event import ReportEvent
from reports.models.report import Report
from reports.querysets import CoordinationQuerySet

HANDLING = ("matter", "answerer", "other_answerer", "due_on", "state", "outcome")
"""What a coordinator writes down about a matter, in the order of the form."""


class Coordination(models.Model):
    """协调事项: one thing to be coordinated, who answers, by when, and what came of it.

    The lead's own text stays in the report's filing; ``filing`` is the one that was answered.
    """

    class State(models.TextChoices):
        RUNNING = "running", "办理中"
        RESOLVED = "resolved", "已解决"
        PARTLY = "partly", "部分解决"
        UNRESOLVED = "unresolved", "暂未解决"
        DROPPED = "dropped", "已撤销"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="coordinations")
    filing = models.ForeignKey(ReportEvent, on_delete=models.PROTECT, related_name="+")
    matter = models.TextField("协调事项", blank=True)
    answerer = models.ForeignKey(
        Department, verbose_name="答复单位", on_delete=models.PROTECT, null=True, related_name="+"
    )
    other_answerer = models.CharField("其他答复单位", max_length=60, blank=True)
    due_on = models.DateField("答复期限", null=True)
    state = models.CharField(
        "办理状态", max_length=10, choices=State.choices, default=State.RUNNING
    )
    outcome = models.TextField("办理结果", blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = CoordinationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协调事项"
        ordering = ["report", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answerer__isnull=False, other_answerer="")
                | (Q(answerer__isnull=True) & ~Q(other_answerer="")),
                name="coordination_has_one_answerer",
            ),
            models.CheckConstraint(
                condition=Q(state="running", due_on__isnull=False)
                | (Q(state__in=["resolved", "partly", "unresolved", "dropped"]) & ~Q(outcome="")),
                name="coordination_says_when_or_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.answered_by} {self.get_state_display()}"

    @property
    def answered_by(self) -> str:
        """Who answers, by name."""
        return self.answerer.name if self.answerer else self.other_answerer

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING


class CoordinationEvent(AppendOnly):
    """One change of a 协调事项: who, when, before and after, field by field in words."""

    coordination = models.ForeignKey(Coordination, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField("姓名", max_length=30)
    by_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField("修改前", default=dict)
    after = models.JSONField("修改后")

    class Meta:
        verbose_name = verbose_name_plural = "协调事项记录"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.coordination} {self.at:%Y-%m-%d %H:%M} {self.by_name}"
