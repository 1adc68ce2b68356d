"""Ledgers of past half-years on their way in, and where an imported report came from."""

from django.db import models
from django.db.models import Q

from departments.models import User
from reports.calendar import HalfYear
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.models.report import Report
from reports.querysets import HistoryQuerySet
from tasks.models import Plan

_HELD, _OVER = ["waiting", "reading", "open"], ["done", "dropped", "refused"]
"""The states in which the file is kept, and those in which it is not."""


class HistoryImport(models.Model):
    """历史导入: an old ledger from the file to the reports it became.

    ``content`` and ``sheets`` (what was read of it) are kept only until it is settled; then the
    file is the import's attachment. ``answers`` is what people said of its columns and rows,
    ``result`` what became of every row and cell, ``sentence`` why the file could not be read.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待读取"
        READING = "reading", "正在读取"
        OPEN = "open", "待核对"
        DONE = "done", "已导入"
        DROPPED = "dropped", "已放弃"
        REFUSED = "refused", "未能读取"

    HELD = tuple(_HELD)

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="history_imports")
    year = models.PositiveSmallIntegerField("年度")
    half = models.PositiveSmallIntegerField("上/下半年")
    name = models.CharField("文件名", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    content = models.BinaryField("文件", null=True)
    sheets = models.JSONField("读出的内容", default=list)
    notices = models.JSONField("提示", default=list)
    answers = models.JSONField("核对", default=dict)
    result = models.JSONField("结果", default=dict)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    claimed_at = models.DateTimeField("后台领取时间", null=True)
    sentence = models.TextField("说明", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField("办结时间", null=True)
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, null=True, related_name="history_imports"
    )

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历史导入"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_HELD, content__isnull=False)
                | Q(state__in=_OVER, content__isnull=True),
                name="history_keeps_the_file_until_settled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.half_year.label} {self.name}"

    @property
    def half_year(self) -> HalfYear:
        return HalfYear(self.year, self.half)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_busy(self) -> bool:
        """Whether the background is at it, so that the page waits."""
        return self.state in {self.State.WAITING, self.State.READING}


class HistoryRow(AppendOnly):
    """Where an imported report stood in the old ledger, and what was said of it in review."""

    history = models.ForeignKey(HistoryImport, on_delete=models.PROTECT, related_name="rows")
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="history_row")
    place = models.CharField("位置", max_length=300)
    review = models.TextField("审核意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "历史导入的行"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.report} {self.place}"
