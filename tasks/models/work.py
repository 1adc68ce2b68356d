"""The annex: tasks, rows of work, and who leads them."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from departments.models import Department, User
from tasks.models.plan import Plan, Section


class Task(models.Model):
    """目标任务: a numbered task of the annex (重点任务分工表)."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="tasks", verbose_name="实施方案"
    )
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="tasks", verbose_name="板块"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("目标任务", max_length=100)
    history = HistoricalRecords(verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "目标任务"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="task_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="task_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def in_force(self) -> "WorkItemQuerySet":
        return self.filter(withdrawn_on__isnull=True)


class WorkItem(models.Model):
    """工作内容（事项）: one row of the annex, both department cells kept as printed."""

    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="work_items", verbose_name="目标任务"
    )
    row = models.PositiveSmallIntegerField("行")
    text = models.TextField("工作内容")
    lead_cell = models.TextField("牵头单位（原文）")
    responsible_cell = models.TextField("责任单位（原文）")
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    history = HistoricalRecords(verbose_name="修改记录")

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作内容"
        ordering = ["task__number", "row"]
        constraints = [
            models.UniqueConstraint(fields=["task", "row"], name="work_item_row_once"),
            models.CheckConstraint(condition=Q(row__gte=1), name="work_item_row_positive"),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(lead_cell="") & ~Q(responsible_cell=""),
                name="work_item_cells_filled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.task.title}"

    @property
    def code(self) -> str:
        """``task.row``, as in 12.1."""
        return f"{self.task.number}.{self.row}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self) -> "AssignmentQuerySet":
        return self.filter(withdrawn_on__isnull=True)

    def leads(self) -> "AssignmentQuerySet":
        return self.filter(kind=Assignment.Kind.LEAD)


class Assignment(models.Model):
    """分工: a department's part in a work item, as lead or as co-responsible."""

    class Kind(models.TextChoices):
        LEAD = "lead", "牵头单位"
        RESPONSIBLE = "responsible", "责任单位"

    work_item = models.ForeignKey(
        WorkItem, on_delete=models.PROTECT, related_name="assignments", verbose_name="工作内容"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="assignments", verbose_name="单位"
    )
    kind = models.CharField("分工", max_length=12, choices=Kind.choices)
    scope = models.CharField("范围", max_length=60, blank=True, help_text="如 8.2「直接取水企业」")
    printed_name = models.CharField("原文所印名称", max_length=50)
    order = models.PositiveSmallIntegerField("顺序")
    office = models.CharField("责任科室", max_length=50, blank=True)
    person_in_charge = models.ForeignKey(
        User,
        verbose_name="经办人",
        on_delete=models.SET_NULL,
        related_name="items_in_hand",
        null=True,
        blank=True,
    )
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    history = HistoricalRecords(verbose_name="修改记录")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分工"
        ordering = ["work_item__task__number", "work_item__row", "kind", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_item", "department", "kind"], name="assignment_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["lead", "responsible"]), name="assignment_kind_known"
            ),
            models.CheckConstraint(condition=~Q(printed_name=""), name="assignment_named"),
        ]

    def __str__(self) -> str:
        return f"{self.work_item.code} {self.printed_name}"
