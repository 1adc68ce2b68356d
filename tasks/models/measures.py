"""What is aimed at: yearly goals, indicators and their targets."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from departments.models import User
from tasks.models.plan import Plan
from tasks.models.work import WorkItem


class YearlyGoal(models.Model):
    """年度目标: what binds this year, with the document it rests on (依据)."""

    work_item = models.ForeignKey(
        WorkItem, on_delete=models.PROTECT, related_name="yearly_goals", verbose_name="工作内容"
    )
    year = models.PositiveSmallIntegerField("年度")
    text = models.TextField("年度目标")
    basis = models.CharField("依据文件", max_length=200)
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", default=timezone.now)
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "年度目标"
        ordering = ["work_item", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["work_item", "year"], name="yearly_goal_once"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2099), name="yearly_goal_year_sane"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(basis=""), name="yearly_goal_rests_on_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年 {self.text[:20]}"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def in_force(self) -> "IndicatorQuerySet":
        return self.filter(withdrawn_on__isnull=True)

    def withdrawn(self) -> "IndicatorQuerySet":
        return self.filter(withdrawn_on__isnull=False)

    def with_numbers(self) -> "IndicatorQuerySet":
        """Those whose targets are numbers, so that a value can be reported; each once."""
        return self.exclude(targets__comparison=Target.Comparison.WORDED).distinct()


class Indicator(models.Model):
    """指标: what is measured, in which unit, and the row it hangs on (none for a plan-wide one)."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="indicators", verbose_name="实施方案"
    )
    work_item = models.ForeignKey(
        WorkItem,
        on_delete=models.PROTECT,
        related_name="indicators",
        null=True,
        blank=True,
        verbose_name="工作内容",
    )
    code = models.SlugField("代码", max_length=50)
    name = models.CharField("指标", max_length=100)
    unit = models.CharField("单位", max_length=20, blank=True)
    highest = models.DecimalField(
        "最大值", max_digits=14, decimal_places=4, null=True, blank=True,
        help_text="完成值不可能超过的数；单位为 % 的，不写即为 100",
    )  # fmt: skip
    accumulates = models.BooleanField(
        "年内累计", default=False, help_text="上半年的数只是半年的，不与全年目标比"
    )
    order = models.PositiveSmallIntegerField("顺序")
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    history = HistoricalRecords(verbose_name="修改记录")

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="indicator_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """目标值 of an indicator in a year; a worded target has no value."""

    class Comparison(models.TextChoices):
        AT_LEAST = "at_least", "≥"
        AT_MOST = "at_most", "≤"
        REDUCED_BY = "reduced_by", "较基准年降低"
        WORDED = "worded", "文字目标"

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="targets", verbose_name="指标"
    )
    year = models.PositiveSmallIntegerField("年度")
    comparison = models.CharField("比较", max_length=12, choices=Comparison.choices)
    value = models.DecimalField("目标值", max_digits=14, decimal_places=4, null=True, blank=True)
    base_year = models.PositiveSmallIntegerField("基准年", null=True, blank=True)
    text = models.CharField("原文", max_length=200)
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "目标值"
        ordering = ["indicator", "year"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "year"], name="target_year_once"),
            models.CheckConstraint(
                condition=Q(comparison__in=["at_least", "at_most", "reduced_by", "worded"]),
                name="target_comparison_known",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2099), name="target_year_sane"
            ),
            models.CheckConstraint(
                condition=Q(comparison="worded", value__isnull=True)
                | (~Q(comparison="worded") & Q(value__isnull=False)),
                name="target_value_unless_worded",
            ),
            models.CheckConstraint(
                condition=~Q(comparison="reduced_by") | Q(base_year__isnull=False),
                name="target_reduction_has_base_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年 {self.text}"
