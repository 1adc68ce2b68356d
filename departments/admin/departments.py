"""Departments, their other names, and who is behind a collective."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from departments.audit import record
from departments.console import ConsoleAdmin, ConsoleInline
from departments.models import Department, DepartmentAlias
from departments.resources import DepartmentResource
from departments.tables.console import TableAdmin


class AliasInline(ConsoleInline):
    model = DepartmentAlias
    verbose_name_plural = "文件中的其他名称"


@admin.register(Department)
class DepartmentAdmin(TableAdmin, ConsoleAdmin):
    resource_class = DepartmentResource
    list_display = ["name", "code", "kind", "needs_approval", "telephone", "order"]
    list_filter = ["kind", "needs_approval"]
    search_fields = ["name", "code", "aliases__name"]
    inlines = [AliasInline]
    fields = ["name", "code", "kind", "order", "needs_approval", "telephone"]

    def get_fields(self, request: HttpRequest, obj: Department | None = None) -> Any:
        fields = [*self.fields]
        if obj is not None and obj.kind == Department.Kind.COLLECTIVE:
            fields.append("members")
        return fields

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> list[str]:
        """A department that the plan file names keeps what the file says of it."""
        if obj is None:
            return []
        return ["name", "code", "kind"] if obj.assignments.exists() else ["code"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes to tick: Django's two-column chooser fails the rules of accessibility."""
        kwargs["queryset"] = Department.objects.exclude(kind=Department.Kind.COLLECTIVE)
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "members" in form.changed_data:
            names = "、".join(form.instance.members.values_list("name", flat=True))
            record("变更集合成员", request=request, subject=f"{form.instance}：{names}")
