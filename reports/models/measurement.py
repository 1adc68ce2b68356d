"""Values of the plan's indicators, half-year by half-year."""

import dataclasses

from django.db import models
from django.db.models import Q

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.models.report import Report
from reports.querysets import MeasurementQuerySet
from reports.value_checks import plain
from tasks.models import Indicator


@dataclasses.dataclass(frozen=True)
class Series:
    """Whose values of an indicator: a lead's of its row, with its scope where there are several."""

    indicator: Indicator
    department: Department
    scope: str = ""


class Measurement(AppendOnly):
    """完成值: one reported value; a corrected one is a further row.

    Of a department and half-year the newest final one counts, else the newest preliminary one.
    ``report`` is the one whose filing brought it; ``value`` is None where a later filing of that
    report left the value out.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="measurements")
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, related_name="measurements"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name="单位"
    )
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="measurements", null=True
    )
    value = models.DecimalField("完成值", max_digits=18, decimal_places=6, null=True)
    as_of = models.DateField("截至日期")
    source = models.CharField("来源", max_length=100, blank=True)
    comment = models.CharField("更正说明", max_length=200, blank=True)
    is_final = models.BooleanField("核定数", default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("录入时间")

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "完成值"
        ordering = ["indicator", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(report__isnull=False, is_final=False),
                name="measurement_left_out_by_a_report_only",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} {self.value}"

    @property
    def kind(self) -> str:
        return "核定数" if self.is_final else "初步数"

    @property
    def number(self) -> str:
        """The value without the zeros at its end; empty where it was left out."""
        return "" if self.value is None else plain(self.value)


class Baseline(AppendOnly):
    """基准值: an indicator's value in the year that a reduction starts from; the newest counts."""

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="baselines")
    year = models.PositiveSmallIntegerField("基准年")
    value = models.DecimalField("基准值", max_digits=18, decimal_places=6)
    source = models.CharField("来源", max_length=100)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "基准值"
        ordering = ["indicator", "year", "at", "id"]
        constraints = [models.CheckConstraint(condition=Q(value__gt=0), name="baseline_positive")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}年 {self.value}"

    @property
    def number(self) -> str:
        """The value without the zeros at its end."""
        return plain(self.value)
