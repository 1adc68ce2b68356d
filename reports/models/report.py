"""One lead assignment's report for one half-year."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from departments.models import Department, User
from reports import calendar
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.models.standing import Standing
from reports.querysets import ReportQuerySet
from reports.states import ASSESSMENT_LABELS, IN_HAND, OPEN, Assessment, Progress, Status
from tasks.models import Assignment

TEXT_FIELDS = ("progress", "problems", "coordination", "next_steps")
"""The free texts of a report, in the order of the form."""

CONTENT_FIELDS = ("progress", "state", "completion", "problems", "coordination", "next_steps",
                  "indicator_values", "note")  # fmt: skip
"""Everything the lead writes; a snapshot holds exactly these."""


class Report(Standing, models.Model):
    """进展情况（一项）: what a lead department owes, writes and files for one half-year.

    The content columns hold the lead's working copy. What others may read is the snapshot kept
    in ``filed_event``, so that a returned report shows its last filed version. ``correction`` is
    what the reviewer said with the return and stands until it is refiled, ``sent_back`` what the
    approver said inside the department and stands until it is submitted anew. ``late`` is None
    where a history import does not know it: such a report is neither on time nor late.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reports")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="reports")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="reports")
    reviewer = models.ForeignKey(
        Department, verbose_name="审核单位", on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        "填报状态", max_length=10, choices=Status.choices, default=Status.BLANK
    )
    status_before = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    progress = models.TextField("进展情况", blank=True)
    state = models.CharField("推进状态", max_length=12, choices=Progress.choices, blank=True)
    completion = models.PositiveSmallIntegerField(
        "完成率（%）", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    problems = models.TextField("存在问题", blank=True)
    coordination = models.TextField("需协调解决事项", blank=True)
    next_steps = models.TextField("下一步计划", blank=True)
    indicator_values = models.JSONField("指标完成值", default=dict, blank=True)
    note = models.CharField("备注", max_length=500, blank=True)
    assessed_state = models.CharField(
        "核定状态", max_length=12, choices=Assessment.choices, blank=True
    )

    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("提交时间", null=True)
    filed_at = models.DateTimeField("报送时间", null=True)
    refiled_at = models.DateTimeField("最近报送时间", null=True)
    late = models.BooleanField("迟报", default=False, null=True, help_text="历史导入的可能不详")
    offline = models.BooleanField("线下", default=False)
    imported = models.BooleanField("历史导入", default=False)
    extended_due_on = models.DateField("延期至", null=True)
    returned_at = models.DateTimeField("退回时间", null=True)
    refile_due_on = models.DateField("补正截止", null=True)
    correction = models.TextField("退回意见", blank=True)
    sent_back = models.TextField("审签人退回意见", blank=True)
    return_asked_at = models.DateTimeField("申请退回时间", null=True)
    return_reason = models.TextField("申请退回理由", blank=True)
    filed_event = models.ForeignKey(
        "reports.ReportEvent", on_delete=models.PROTECT, null=True, related_name="+"
    )
    submission = models.ForeignKey(
        "reports.Submission", on_delete=models.PROTECT, null=True, related_name="reports"
    )
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展情况"
        ordering = [
            "assignment__work_item__task__number",
            "assignment__work_item__row",
            "assignment__order",
        ]
        indexes = [
            models.Index(
                fields=["period", "department"],
                include=["status", "filed_at", "late", "extended_due_on", "refile_due_on"],
                name="report_period_department",
            ),
            models.Index(fields=["reviewer", "status"], name="report_reviewer_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["period", "assignment"], name="report_once"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="report_status_known"
            ),
            models.CheckConstraint(
                condition=Q(completion__isnull=True) | Q(completion__lte=100),
                name="report_completion_percentage",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_HAND)
                | Q(filed_event__isnull=False, refiled_at__isnull=False)
                | Q(filed_event__isnull=False, imported=True),
                name="report_filed_has_event",
            ),
            models.CheckConstraint(
                condition=Q(refiled_at__isnull=True)
                | Q(filed_at__isnull=True)
                | Q(refiled_at__gte=F("filed_at")),
                name="report_refiled_after_filed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.assignment}"

    @property
    def is_writable(self) -> bool:
        """Whether the lead may write now: the status admits it and the period is open."""
        return self.status in OPEN and not self.period.is_closed

    @property
    def code(self) -> str:
        """The work item's code: 12.1."""
        return self.assignment.work_item.code

    @property
    def title(self) -> str:
        """The task's title."""
        return self.assignment.work_item.task.title

    @property
    def scope(self) -> str:
        """What of the item the lead answers for, where it has two leads."""
        return self.assignment.scope

    @property
    def task_id(self) -> int:
        return self.assignment.work_item.task_id

    @property
    def section(self) -> str:
        """The title of the section that the task stands in."""
        return self.assignment.work_item.task.section.title

    @property
    def chapter(self) -> str:
        """The chapter of that section."""
        return self.assignment.work_item.task.section.chapter

    @property
    def section_id(self) -> int:
        return self.assignment.work_item.task.section_id

    def content(self) -> dict[str, Any]:
        """The working copy as a snapshot: the keys are CONTENT_FIELDS."""
        return {name: getattr(self, name) for name in CONTENT_FIELDS}

    @property
    def filed_content(self) -> dict[str, Any]:
        """What was filed last, as outsiders read it; empty if nothing was."""
        return dict(self.filed_event.snapshot or {}) if self.filed_event else {}

    @property
    def progress_light(self) -> calendar.Light | None:
        """The progress light once filed: the assessed state, else the lead's own."""
        if not self.is_filed:
            return None
        state = self.assessed_state or self.filed_content.get("state", "")
        return calendar.progress_light(state, ASSESSMENT_LABELS.get(state, ""))


class ReportRevision(AppendOnly):
    """稿次: the working copy as one save left it; saving a draft writes one of these."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField("版本")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    snapshot = models.JSONField("内容")

    class Meta:
        ordering = ["report", "version"]
        verbose_name = verbose_name_plural = "稿次"
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.version} 稿"
