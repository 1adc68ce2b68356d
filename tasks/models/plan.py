"""The plan itself: its head, its parties, its headings."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from departments.models import Department


class Plan(models.Model):
    """实施方案: everything hangs on one, so that a second plan is data, not code."""

    class WeekendRule(models.TextChoices):
        STANDS = "stands", "截止日遇节假日不顺延"
        NEXT_WORKDAY = "next_workday", "截止日遇节假日顺延至下一工作日"

    slug = models.SlugField("代码", max_length=50, unique=True)
    title = models.CharField("名称", max_length=200)
    document_number = models.CharField("文号", max_length=60, unique=True)
    issued_on = models.DateField("印发日期")
    annex_title = models.CharField("附件名称", max_length=200)
    reporting_rule = models.TextField("报送规定原文")
    reporting_rule_clause = models.CharField("报送规定出处", max_length=20)
    due_day = models.PositiveSmallIntegerField("半年结束后次月截止日", default=15)
    weekend_rule = models.CharField(
        "节假日规则", max_length=12, choices=WeekendRule.choices, default=WeekendRule.STANDS
    )
    return_working_days = models.PositiveSmallIntegerField("退回后补正工作日", default=5)
    show_ranking = models.BooleanField("显示排名", default=False)
    first_period = models.CharField("首个报告期", max_length=6, default="2020H1")
    last_period = models.CharField("最后报告期", max_length=6, default="2035H2")
    issuers = models.ManyToManyField(
        Department, through="PlanIssuer", related_name="issued_plans", verbose_name="印发单位"
    )
    receivers = models.ManyToManyField(
        Department, through="PlanReceiver", related_name="received_plans", verbose_name="汇总单位"
    )
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "实施方案"
        ordering = ["issued_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_day__gte=1, due_day__lte=28),
                name="plan_due_day_exists",
                violation_error_message="截止日应在 1 到 28 日之间，每个月都有的日子。",
            ),
            models.CheckConstraint(
                condition=Q(weekend_rule__in=["stands", "next_workday"]),
                name="plan_weekend_rule_known",
            ),
            models.CheckConstraint(
                condition=Q(last_period__gte=F("first_period")),
                name="plan_periods_in_order",
                violation_error_message="最后报告期不得早于首个报告期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanIssuer(models.Model):
    """印发单位, in the order of the document's head."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="issuer_rows", verbose_name="实施方案"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, verbose_name="单位")
    printed_name = models.CharField("印文名称", max_length=100)
    order = models.PositiveSmallIntegerField("顺序")
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "印发单位"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="issuer_order_once"),
            models.UniqueConstraint(fields=["plan", "department"], name="issuer_once"),
        ]

    def __str__(self) -> str:
        return self.printed_name


class PlanReceiver(models.Model):
    """汇总单位 in order: the first keeps the ledger; the first that is not lead reviews."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="receiver_rows", verbose_name="实施方案"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, verbose_name="单位")
    order = models.PositiveSmallIntegerField("顺序")
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "汇总单位"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="receiver_order_once"),
            models.UniqueConstraint(fields=["plan", "department"], name="receiver_once"),
        ]

    def __str__(self) -> str:
        return self.department.name


def is_whole_chapter(chapter: str, title: str) -> bool:
    """Whether the section ``title`` is all of ``chapter``: 保障措施 of 五、保障措施."""
    return title in chapter


def full_title(chapter: str, title: str) -> str:
    """A section with its chapter, since each chapter counts its sections from （一） on."""
    return chapter if is_whole_chapter(chapter, title) else f"{chapter}{title}"


class Section(models.Model):
    """板块: a heading of the plan's body under which tasks stand."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="sections", verbose_name="实施方案"
    )
    chapter = models.CharField("章", max_length=60, help_text="如「三、重点行动」")
    title = models.CharField(
        "节", max_length=60, help_text="如「（一）总量强度双控」；无节则与章同"
    )
    order = models.PositiveSmallIntegerField("顺序")
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "板块"
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="section_order_once"),
            models.UniqueConstraint(fields=["plan", "chapter", "title"], name="section_title_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def full_title(self) -> str:
        """三、重点行动（一）总量强度双控."""
        return full_title(self.chapter, self.title)
