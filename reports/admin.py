"""Admin of what reporting needs and no plan says: days off, addresses and days of reminders, and
the periods for reading."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from departments.audit import record
from departments.console import ConsoleAdmin, PlainAdmin, ReadOnlyAdmin, ReadOnlyInline
from departments.models import Department, User
from departments.tables.console import TableAdmin
from reports.actions.working_days import set_working_day
from reports.forms.reminders import ContactPointForm, ReminderRulesForm
from reports.ledger.resources import MeasurementResource, WorkingDayResource
from reports.models import (
    ContactPoint,
    LedgerLayout,
    Measurement,
    PeriodEvent,
    ReminderRules,
    ReportingPeriod,
    WorkingDay,
)
from reports.reminders.words import shortened


@admin.register(WorkingDay)
class WorkingDayAdmin(TableAdmin, PlainAdmin):
    """Stands above the State Council's calendar; an entry made by mistake is turned round."""

    resource_class = WorkingDayResource
    list_display = ["day", "is_workday", "note"]
    list_filter = ["is_workday"]
    date_hierarchy = "day"

    def save_model(self, request: HttpRequest, obj: WorkingDay, form: object, change: bool) -> None:
        set_working_day(working_day=obj, by=cast(User, request.user), request=request)


@admin.register(Measurement)
class MeasurementAdmin(TableAdmin, ReadOnlyAdmin):
    """As much of the values as the admin's own memberships let him see; entered on their pages."""

    resource_class = MeasurementResource
    list_display = ["indicator", "period", "department", "value", "kind", "as_of", "source", "at"]
    list_filter = ["is_final", "department"]
    list_select_related = ["indicator", "period", "department"]
    search_fields = ["indicator__name", "indicator__code", "source"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return Measurement.objects.visible_to(cast(User, request.user))

    @admin.display(description="性质")
    def kind(self, measurement: Measurement) -> str:
        return measurement.kind


class PeriodEventInline(ReadOnlyInline):
    model = PeriodEvent
    fields = [("kind", "at", "by"), "comment"]


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(ReadOnlyAdmin):
    """Opened, closed and published by the receivers on their own page."""

    list_display = ["__str__", "opens_on", "due_on", "closed_at", "published_at"]
    inlines = [PeriodEventInline]


@admin.register(LedgerLayout)
class LedgerLayoutAdmin(ConsoleAdmin):
    """Which columns the ledger shows; without a row the default ones."""

    list_display = ["plan", "headings"]

    def save_model(
        self, request: HttpRequest, obj: LedgerLayout, form: object, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        record("变更台账列", request=request, subject=obj.headings)


@admin.register(ContactPoint)
class ContactPointAdmin(PlainAdmin):
    """Robots and telephones of departments and people; whose it is stays as it was entered."""

    form = ContactPointForm
    list_display = ["label", "channel", "owner", "short_address", "active"]
    list_filter = ["channel", "active"]
    list_select_related = ["department", "user"]
    search_fields = ["label", "department__name", "user__name"]

    @admin.display(description="单位或人员")
    def owner(self, point: ContactPoint) -> str:
        return str(point.department or point.user)

    @admin.display(description="地址")
    def short_address(self, point: ContactPoint) -> str:
        return shortened(point.address)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["channel", "department", "user"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "department":
            kwargs["queryset"] = Department.objects.exclude(kind=Department.Kind.COLLECTIVE)
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(is_active=True).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: ContactPoint, form: object, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        verb = "变更通知地址" if change else "新增通知地址"
        record(verb, request=request, subject=f"{self.owner(obj)} {obj}")


@admin.register(ReminderRules)
class ReminderRulesAdmin(PlainAdmin):
    """Days and hours of a plan's reminders; a half-year keeps those that held when it opened."""

    form = ReminderRulesForm
    list_display = ["plan", "before", "after", "repeat", "hour", "end"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "plan", ("before", "after", "repeat"), ("digest_before", "digest_after"),
                    ("entries", "review", "refile"), ("hour", "end"),
                ],
                "description": "天数以逗号分隔，如 7,3,1。改动自下一报告期起生效，已开放的照旧。",
            },
        )
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["plan"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: ReminderRules, form: object, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        words = f"截止前 {obj.before}，截止后 {obj.after}，之后每 {obj.repeat} 天"
        record("变更提醒规则", request=request, subject=f"{obj.plan} {words}")
