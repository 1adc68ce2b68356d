"""What departments log along the way."""

from django.db import models

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.querysets import EntryQuerySet
from tasks.models import WorkItem


class ProgressEntry(models.Model):
    """进展记录: what a lead or co-responsible department logs on an item at any time."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="entries")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="entries")
    happened_on = models.DateField("日期")
    text = models.TextField("内容", blank=True)
    nothing_to_report = models.BooleanField("本期无相关工作", default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("记录时间")
    version = models.PositiveIntegerField("版本", default=1)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展记录"
        ordering = ["-happened_on", "-id"]
        indexes = [models.Index(fields=["work_item", "period"], name="entry_item_period")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(nothing_to_report=True) | ~models.Q(text=""),
                name="entry_says_something",
            ),
            models.UniqueConstraint(
                fields=["work_item", "department", "period"],
                condition=models.Q(nothing_to_report=True),
                name="entry_nothing_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_item} {self.department} {self.happened_on}"


class EntryRevision(AppendOnly):
    """The earlier text of an edited entry."""

    entry = models.ForeignKey(ProgressEntry, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField("版本")
    happened_on = models.DateField("日期")
    text = models.TextField("内容", blank=True)
    nothing_to_report = models.BooleanField("本期无相关工作", default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "进展记录旧稿"
        ordering = ["entry", "version"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "version"], name="entry_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry} 第 {self.version} 稿"


class EntryRequest(models.Model):
    """商请补充: a lead asks a co-responsible department for its entry of the half-year."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asking_department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "商请补充"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_item", "department", "period"], name="entry_request_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_item} {self.department}"
