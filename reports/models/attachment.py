"""Files beside a report, an entry, a submission, an indicator's value or a history import."""

from django.db import models
from django.db.models import Q

from departments.models import User
from reports.models.entry import ProgressEntry
from reports.models.history import HistoryImport
from reports.models.measurement import Measurement
from reports.models.report import Report
from reports.models.submission import Submission
from reports.querysets import AttachmentQuerySet

OWNERS = ("report", "entry", "submission", "measurement", "history")


def _owned_by(owner: str) -> Q:
    """Beside ``owner`` and beside nothing else."""
    return Q(**{f"{name}__isnull": name != owner for name in OWNERS})


class Attachment(models.Model):
    """佐证材料: stored under a name of ours; removed ones are kept and no longer shown."""

    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    entry = models.ForeignKey(
        ProgressEntry, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    measurement = models.ForeignKey(
        Measurement, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    history = models.ForeignKey(
        HistoryImport, on_delete=models.PROTECT, null=True, related_name="attachments"
    )
    name = models.CharField("文件名", max_length=200)
    stored = models.FileField("存储位置", upload_to="attachments/%Y/%m", max_length=200)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    content_type = models.CharField("类型", max_length=100)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("上传时间")
    removed_at = models.DateTimeField("移除时间", null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(*map(_owned_by, OWNERS), _connector=Q.OR),
                name="attachment_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name
