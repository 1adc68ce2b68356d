"""The half-years for which departments report."""

from django.db import models
from django.db.models import F, Q

from departments.models import User
from reports.calendar import HalfYear
from reports.models.base import AppendOnly
from reports.querysets import PeriodQuerySet
from tasks.models import Plan


class ReportingPeriod(models.Model):
    """报告期: a half-year of a plan that has been opened for filing.

    A ``historical`` one was made by a history import and never open: what it has no record of
    counts neither as owed nor as overdue.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="periods", verbose_name="实施方案"
    )
    year = models.PositiveSmallIntegerField("年度")
    half = models.PositiveSmallIntegerField("上/下半年")
    opens_on = models.DateField("开放日期")
    due_on = models.DateField("截止日期")
    opened_at = models.DateTimeField("开放时间")
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    published_at = models.DateTimeField("通报时间", null=True, blank=True)
    reminder_rules = models.JSONField("提醒规则", default=dict, blank=True)
    historical = models.BooleanField("由历史导入建立", default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报告期"
        ordering = ["-year", "-half"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(closed_at=None), name="period_running")
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year", "half"], name="period_once"),
            models.CheckConstraint(condition=Q(half__in=[1, 2]), name="period_half"),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("opens_on")), name="period_due_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.half_year.label

    @property
    def half_year(self) -> HalfYear:
        return HalfYear(self.year, self.half)

    @property
    def code(self) -> str:
        return self.half_year.code

    @property
    def label(self) -> str:
        return self.half_year.label

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class PeriodEvent(AppendOnly):
    """Who opened, closed, reopened or published a period, and when."""

    class Kind(models.TextChoices):
        OPENED = "opened", "开放填报"
        CLOSED = "closed", "关闭"
        REOPENED = "reopened", "重新开放"
        PUBLISHED = "published", "发布结果"
        RECORDED = "recorded", "历史导入建立"

    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="events", verbose_name="报告期"
    )
    kind = models.CharField("动作", max_length=12, choices=Kind.choices)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="操作人"
    )
    comment = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = verbose_name_plural = "报告期记录"

    def __str__(self) -> str:
        return f"{self.period} {self.get_kind_display()}"


class WorkingDay(models.Model):
    """工作日调整: a day off or a make-up workday, above the State Council's calendar."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("上班")
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "工作日调整"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '放假'}"
