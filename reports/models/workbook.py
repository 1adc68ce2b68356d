"""Fill-in workbooks on their way in: what came, what was found in it, what became of it."""

from django.db import models
from django.db.models import Q

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.models.report import Report
from reports.querysets import WorkbookImportQuerySet


class WorkbookImport(models.Model):
    """填报表导入: the workbooks that somebody dropped together, until they are taken or not."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待读取"
        READING = "reading", "正在读取"
        READY = "ready", "待确认"
        QUEUED = "queued", "等待写入"
        WRITING = "writing", "正在写入"
        DONE = "done", "已导入"
        UNDONE = "undone", "已撤销"
        REFUSED = "refused", "未能读取"
        DISCARDED = "discarded", "已放弃"

    department = models.ForeignKey(
        Department, verbose_name="单位", on_delete=models.PROTECT, related_name="workbook_imports"
    )
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name="报告期",
        on_delete=models.PROTECT,
        related_name="workbook_imports",
    )
    by = models.ForeignKey(
        User, verbose_name="导入人", on_delete=models.PROTECT, related_name="workbook_imports"
    )
    at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    claimed_at = models.DateTimeField("后台领取时间", null=True)
    rows_read = models.PositiveIntegerField("已读行数", default=0)
    choices = models.JSONField("冲突的取舍", default=dict)
    valid_only = models.BooleanField("只导入有效的行", default=False)
    seen = models.CharField("确认时所见", max_length=64, blank=True)
    tally = models.JSONField("导入结果", default=dict)
    sentence = models.TextField("说明", blank=True)
    settled_by = models.ForeignKey(
        User, verbose_name="确认人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField("确认时间", null=True)
    undone_by = models.ForeignKey(
        User, verbose_name="撤销人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = WorkbookImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表导入"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting", "reading", "ready", "queued", "writing", "done", "undone",
                        "refused", "discarded",
                    ]
                ),
                name="workbook_import_state_known",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.department}{self.period}填报表导入"

    @property
    def is_busy(self) -> bool:
        """Whether the background is at it, so that the page waits."""
        state = self.State
        return self.state in {state.WAITING, state.READING, state.QUEUED, state.WRITING}


class WorkbookFile(models.Model):
    """导入的文件: one workbook; the bytes are kept only until they have been read."""

    workbook_import = models.ForeignKey(
        WorkbookImport, on_delete=models.PROTECT, related_name="files"
    )
    order = models.PositiveSmallIntegerField("次序")
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("字节")
    stored = models.FileField("存储位置", upload_to="imports", max_length=200, blank=True)
    refusal = models.TextField("拒收原因", blank=True)
    notices = models.JSONField("提示", default=list)
    exported_at = models.DateTimeField("导出时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的文件"
        ordering = ["workbook_import", "order"]
        constraints = [
            models.UniqueConstraint(fields=["workbook_import", "order"], name="workbook_file_order")
        ]

    def __str__(self) -> str:
        return self.name


class WorkbookRow(models.Model):
    """导入的行: a row of a workbook as it was read.

    ``typed`` holds what stood in its cells (column key → text), ``content`` what can be taken
    (form field → value), ``faults`` and ``notices`` what is to be said about it. ``reason`` is
    why it was not taken in the end.
    """

    file = models.ForeignKey(
        WorkbookFile, on_delete=models.PROTECT, related_name="rows", db_index=False
    )
    sheet = models.CharField("工作表", max_length=100)
    number = models.PositiveIntegerField("行号")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    indicator = models.CharField("指标代码", max_length=50, blank=True)
    base_version = models.PositiveIntegerField("导出时的版本", null=True)
    typed = models.JSONField("填写的内容", default=dict)
    content = models.JSONField("可导入的内容", default=dict)
    faults = models.JSONField("问题", default=list)
    notices = models.JSONField("提示", default=list)
    reason = models.TextField("未导入的原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的行"
        ordering = ["file__order", "id"]
        indexes = [models.Index(fields=["file", "report"], name="workbook_row_by_report")]

    def __str__(self) -> str:
        return f"{self.file} {self.sheet} 第 {self.number} 行"


class WorkbookChange(AppendOnly):
    """导入的改动: one report that an import wrote, from which version to which."""

    workbook_import = models.ForeignKey(
        WorkbookImport, on_delete=models.PROTECT, related_name="changes"
    )
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="workbook_changes")
    version_before = models.PositiveIntegerField("导入前的版本")
    version_after = models.PositiveIntegerField("导入后的版本")

    class Meta:
        verbose_name = verbose_name_plural = "导入的改动"
        ordering = ["workbook_import", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workbook_import", "report"], name="workbook_change_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.version_before} → {self.version_after}"
