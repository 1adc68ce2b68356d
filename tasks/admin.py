"""Admin of the plan: what the plan file says is read; what a district decides is changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from departments.console import ConsoleAdmin, ReadOnlyHistoryAdmin, ReadOnlyInline
from departments.models import Membership, User
from departments.tables.console import TableAdmin
from tasks.models import (
    Assignment,
    Indicator,
    Plan,
    PlanIssuer,
    PlanReceiver,
    Section,
    Target,
    Task,
    WorkItem,
    YearlyGoal,
)
from tasks.resources import AssignmentResource, IndicatorResource

WRITTEN = {"invalid": "请写成 2026H1（上半年）或 2026H2（下半年）。"}


class IssuerInline(ReadOnlyInline):
    model = PlanIssuer
    fields = [("department", "printed_name", "order")]


class ReceiverInline(ReadOnlyInline):
    model = PlanReceiver
    fields = [("department", "order")]


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """Half-years are written 2026H1; the database only knows which comes first."""

    first_period = forms.RegexField(r"^20\d\dH[12]$", label="首个报告期", error_messages=WRITTEN)
    last_period = forms.RegexField(r"^20\d\dH[12]$", label="最后报告期", error_messages=WRITTEN)


@admin.register(Plan)
class PlanAdmin(ConsoleAdmin):
    """The document's own facts come from the plan file; the settings below them are the admin's."""

    can_add = False
    list_display = ["title", "document_number", "issued_on", "due_day", "weekend_rule"]
    form = PlanForm
    settings_fields = (
        "due_day",
        "weekend_rule",
        "return_working_days",
        "show_ranking",
        "first_period",
        "last_period",
    )
    readonly_fields = [
        "title",
        "document_number",
        "issued_on",
        "annex_title",
        "reporting_rule",
        "reporting_rule_clause",
    ]
    fieldsets = [
        ("方案（以方案文件为准）", {"fields": readonly_fields}),
        ("报送设置（对以后开放的报告期生效）", {"fields": settings_fields}),
    ]
    inlines = [IssuerInline, ReceiverInline]


@admin.register(Section)
class SectionAdmin(ReadOnlyHistoryAdmin):
    list_display = ["title", "chapter", "order", "plan"]
    list_select_related = ["plan"]


class WorkItemInline(ReadOnlyInline):
    model = WorkItem
    fields = ["row", "text", "lead_cell", "responsible_cell", "withdrawn_on"]


@admin.register(Task)
class TaskAdmin(ReadOnlyHistoryAdmin):
    list_display = ["number", "title", "section"]
    list_select_related = ["section"]
    list_filter = ["section"]
    search_fields = ["title"]
    inlines = [WorkItemInline]


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyHistoryAdmin):
    list_display = ["code", "task", "lead_cell", "withdrawn_on"]
    list_select_related = ["task"]
    list_filter = ["task__section", "withdrawn_on"]
    search_fields = ["text", "task__title", "lead_cell", "responsible_cell"]

    @admin.display(description="序号", ordering=("task__number"))
    def code(self, item: WorkItem) -> str:
        return item.code


@admin.register(Assignment)
class AssignmentAdmin(TableAdmin, ConsoleAdmin):
    """Who leads stands in the plan; the office and the person in charge are the department's."""

    resource_class = AssignmentResource
    can_add = False
    list_display = ["__str__", "kind", "department", "scope", "office", "person_in_charge"]
    list_select_related = ["work_item__task", "department", "person_in_charge"]
    list_filter = ["kind", "department"]
    search_fields = ["printed_name", "department__name", "office", "person_in_charge__name"]
    readonly_fields = [
        "work_item",
        "department",
        "kind",
        "scope",
        "printed_name",
        "withdrawn_on",
    ]
    fields = [*readonly_fields, "office", "person_in_charge"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None and "person_in_charge" in form.base_fields:
            field: Any = form.base_fields["person_in_charge"]
            field.queryset = colleagues(obj)
            field.widget.can_add_related = field.widget.can_change_related = False
        return form


def colleagues(assignment: Assignment) -> QuerySet[User]:
    """People of the assignment's department, and whoever is in charge now."""
    members = Membership.objects.on(timezone.localdate())
    members = members.filter(department=assignment.department_id)
    people = User.objects.filter(memberships__in=members)
    in_charge = User.objects.filter(items_in_hand=assignment)
    return (people | in_charge).distinct().order_by("name")


class TargetInline(ReadOnlyInline):
    model = Target
    fields = [("year", "comparison", "value", "base_year"), "text"]


@admin.register(Indicator)
class IndicatorAdmin(TableAdmin, ReadOnlyHistoryAdmin):
    resource_class = IndicatorResource
    list_display = ["name", "unit", "highest", "accumulates", "work_item", "plan"]
    list_select_related = ["work_item__task", "plan"]
    search_fields = ["name"]
    inlines = [TargetInline]


@admin.register(YearlyGoal)
class YearlyGoalAdmin(ReadOnlyHistoryAdmin):
    """Entered by the receivers on their page; read here, with its earlier wordings."""

    list_display = ["work_item", "year", "text", "basis", "entered_by", "entered_at"]
    list_select_related = ["work_item__task", "entered_by"]
    list_filter = ["year"]
    search_fields = ["text", "basis", "work_item__text"]
