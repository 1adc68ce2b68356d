"""The whole out, asked for on a page and made in the background."""

from django.db import models
from django.db.models import Q

from departments.models import User
from tasks.models import Plan


class PlanExport(models.Model):
    """全部数据导出: one zip, from the question until it is deleted."""

    class State(models.TextChoices):
        WAITING = "waiting", "排队"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        EXPIRED = "expired", "已到期删除"

    plan = models.ForeignKey(
        Plan, verbose_name="实施方案", on_delete=models.PROTECT, related_name="exports"
    )
    asked_by = models.ForeignKey(
        User, verbose_name="导出人", on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("申请时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    rows = models.PositiveIntegerField("行数", default=0)
    files = models.PositiveIntegerField("附件数", default=0)
    bytes = models.PositiveBigIntegerField("字节", default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    problem = models.TextField("问题", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "全部数据导出"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed", "expired"]),
                name="plan_export_state_known",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state__in=["waiting", "running"]),
                name="plan_export_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
