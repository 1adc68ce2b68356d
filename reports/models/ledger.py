"""Which of the ledger's columns a plan shows."""

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from tasks.models import Plan

SEPARATOR = "、"


class LedgerLayout(models.Model):
    """台账列设置: the columns beside the annex's five, by heading, in the order they are shown."""

    plan = models.OneToOneField(
        Plan, verbose_name="实施方案", on_delete=models.PROTECT, related_name="ledger_layout"
    )
    headings = models.TextField(
        "列名", help_text="附件五列之外的列，按显示顺序，用顿号隔开，如：推进状态、完成率、进展情况"
    )
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "台账列设置"

    def __str__(self) -> str:
        return f"{self.plan}台账"

    @property
    def names(self) -> list[str]:
        return [name.strip() for name in self.headings.split(SEPARATOR) if name.strip()]

    def clean(self) -> None:
        """Every heading must be a column's; raises ValidationError naming those that are not."""
        from reports.ledger.columns import COLUMNS

        known = [column.heading for column in COLUMNS if not column.annex]
        unknown = [name for name in self.names if name not in known]
        if unknown:
            raise ValidationError(
                f"没有「{SEPARATOR.join(unknown)}」列，可以选的列：{SEPARATOR.join(known)}。"
            )
