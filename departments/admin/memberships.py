"""Memberships: who works for whom, in which role, from when to when. They end, they don't go."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import HttpRequest
from django.utils import timezone

from departments.actions.memberships import membership_check, membership_record, verb_of
from departments.console import ConsoleAdmin, ConsoleInline
from departments.errors import DomainError
from departments.models import Department, Membership, User

FIXED = ("user", "department", "role")
DATES_HELP = "当日仍有效，长期则不填；要立即终止，请填昨天（起始日期不得晚于它）"


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """Once entered only the dates change: another role or department is another membership."""

    class Meta:
        model = Membership
        fields = ["user", "department", "role", "since", "until"]
        help_texts = {"until": DATES_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget.can_add_related = field.widget.can_change_related = False
                field.widget.can_view_related = False
        if self.instance.pk:
            for name in set(FIXED) & set(self.fields):
                self.fields[name].disabled = True
        elif "since" in self.fields:
            self.fields["since"].initial = timezone.localdate

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            membership_check(self.instance)
        except DomainError as error:
            self.add_error(None, str(error))


def bodies_with_people(db_field: Any, kwargs: dict[str, Any]) -> None:
    """Leave collectives out of the drop-down of departments."""
    if db_field.name == "department":
        kwargs["queryset"] = Department.objects.exclude(kind=Department.Kind.COLLECTIVE)


class MembershipInline(ConsoleInline):
    """On a person's page; one's own rights are another admin's business."""

    model = Membership
    form = MembershipForm
    fields = [("department", "role"), ("since", "until")]
    verbose_name_plural = "任职"

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_add_permission(request, obj) and obj != request.user

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and obj != request.user

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        bodies_with_people(db_field, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Membership)
class MembershipAdmin(ConsoleAdmin):
    form = MembershipForm
    list_display = ["user", "department", "role", "since", "until"]
    list_filter = ["role", "department"]
    list_select_related = ["user", "department"]
    search_fields = ["user__name", "user__username", "department__name"]
    date_hierarchy = None

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        own = obj is not None and obj.user_id == request.user.pk
        return super().has_change_permission(request, obj) and not own

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        bodies_with_people(db_field, kwargs)
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.exclude(pk=request.user.pk).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        note_change(request, obj, form.changed_data if change else None)


def note_change(request: HttpRequest, membership: Membership, changed: list[str] | None) -> None:
    """Record a saved membership; ``changed`` is None for a new one, else the changed fields."""
    if changed is None:
        verb = "新增任职"
    elif changed:
        verb = verb_of(membership, changed)
    else:
        return
    membership_record(
        membership=membership, by=cast(User, request.user), request=request, verb=verb
    )
