"""People: accounts are opened with an issued password, closed, and handed over; never deleted."""

import dataclasses
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone

from departments.actions import accounts
from departments.admin.memberships import MembershipInline, note_change
from departments.console import ConsoleAdmin
from departments.errors import DomainError
from departments.forms import plain_text
from departments.models import User
from departments.resources import PersonResource
from departments.tables.console import TableAdmin
from departments.tables.preview import Preview


@dataclasses.dataclass(frozen=True)
class Act:
    """Something done to an account behind a question; ``run`` may return an issued password."""

    label: str
    question: str
    done: str
    run: Callable[..., Any]


ACTS = {
    "issue-password": Act(
        "重置密码",
        "将生成一个新的初始密码并退出其所有登录，本人下次登录须修改。",
        "已重置密码。",
        accounts.account_reissue_password,
    ),
    "deactivate": Act(
        "停用账户",
        "账户立即不能登录，所填报的内容和记录全部保留。如有未办事项，请先办理交接。",
        "账户已停用。",
        accounts.account_deactivate,
    ),
    "reactivate": Act(
        "启用账户",
        "将生成一个新的初始密码，本人下次登录须修改。",
        "账户已启用。",
        accounts.account_reactivate,
    ),
    "unlock": Act(
        "解除登录锁定",
        "清除该用户名的登录失败次数，可立即重新登录。",
        "已解除登录锁定。",
        accounts.account_unlock,
    ),
}


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["username", "name", "email", "telephone"]

    def clean_name(self) -> str:
        return plain_text(self.cleaned_data["name"])

    def clean_telephone(self) -> str:
        return plain_text(self.cleaned_data["telephone"])


class Working(admin.SimpleListFilter):
    title = "账户状态"
    parameter_name = "active"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "启用"), ("0", "停用")]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(is_active=self.value() == "1") if self.value() else queryset


@admin.register(User)
class PersonAdmin(TableAdmin, ConsoleAdmin):
    resource_class = PersonResource
    form = PersonForm
    inlines = [MembershipInline]
    fields = ["username", "name", "email", "telephone"]
    state_fields = ["is_active", "must_change_password", "last_login", "date_joined"]
    list_display = ["name", "username", "posts", "telephone", "is_active", "last_login"]
    list_filter = [Working, "memberships__role", "memberships__department"]
    search_fields = ["name", "username", "email", "memberships__department__name"]
    change_form_template = "accounts/admin_person.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("memberships__department")

    @admin.display(description="在任职务")
    def posts(self, person: User) -> str:
        today = timezone.localdate()
        held = [row for row in person.memberships.all() if row.is_in_force(today)]
        return "；".join(f"{row.department or '全区'}{row.get_role_display()}" for row in held)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj is None else [*self.fields, *self.state_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [] if obj is None else ["username", *self.state_fields]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj._history_user = request.user  # type: ignore[attr-defined]
        if change:
            obj.save()
        else:
            by = cast(User, request.user)
            vars(obj)["issued"] = accounts.account_open(person=obj, by=by, request=request)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for membership in formset.new_objects:
            note_change(request, membership, None)
        for membership, changed in formset.changed_objects:
            note_change(request, membership, changed)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.issued_page(request, obj, vars(obj)["issued"])

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        own = path("<int:pk>/do/<slug:name>/", act, name="departments_user_act")
        return [own, *super().get_urls()]

    def act_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        if name not in ACTS:
            raise Http404
        act, person = ACTS[name], get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        error = ""
        if request.method == "POST":
            try:
                password = act.run(person=person, by=request.user, request=request)
            except DomainError as refused:
                error = str(refused)
            else:
                return self.act_done(request, person, act, password)
        context = self.page(request, person, title=act.label) | {"act": act, "error": error}
        return render(request, "accounts/admin_act.html", context, status=400 if error else 200)

    def act_done(self, request: HttpRequest, person: User, act: Act, password: Any) -> HttpResponse:
        if isinstance(password, str):
            return self.issued_page(request, person, password)
        self.message_user(request, act.done, messages.SUCCESS)
        return redirect("admin:departments_user_change", person.pk)

    def imported(
        self, request: HttpRequest, resource: Any, done: Preview, then: str = ""
    ) -> HttpResponse:
        """With the passwords that were issued, on a page that is shown once and printed."""
        if not resource.issued:
            return super().imported(request, resource, done, then)
        context = self._page(request, "初始密码") | {"issued": resource.slips(), "done": done}
        response = render(request, "accounts/admin_issued_list.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def page(self, request: HttpRequest, person: User, title: str) -> dict[str, Any]:
        site = self.admin_site.each_context(request)
        return {**site, "opts": self.opts, "person": person, "title": title}

    def issued_page(self, request: HttpRequest, person: User, password: str) -> HttpResponse:
        """The answer to the request that made the password; no other page ever shows it."""
        context = self.page(request, person, title="初始密码") | {"password": password}
        response = render(request, "accounts/admin_issued.html", context)
        response["Cache-Control"] = "no-store"
        return response
