"""The admin (管理后台): Django's own pages, opened by a 管理员's membership and by nothing else."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.decorators import method_decorator
from simple_history.admin import SimpleHistoryAdmin

from departments.rights import rights_of


class Console(admin.AdminSite):
    """Neither ``is_staff`` nor ``is_superuser`` opens it: rights are the memberships of today."""

    site_title = site_header = "万州节水行动 管理后台"
    index_title = "系统管理"
    site_url = "/"
    empty_value_display = "—"

    def has_permission(self, request: HttpRequest) -> bool:
        return rights_of(request.user).is_admin

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied("管理后台只对管理员开放。")
            return guarded(request, *args, **kwargs)

        return inner

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from departments.views.sign_in import sign_out

        return sign_out(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("password_change")

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("account")


class ConsoleRights:
    """An admin sees everything here, changes what a class leaves open, and deletes nothing."""

    can_add: ClassVar[bool] = True
    can_change: ClassVar[bool] = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return rights_of(request.user).is_admin

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights_of(request.user).is_admin

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_add and rights_of(request.user).is_admin

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_change and rights_of(request.user).is_admin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ConsoleAdmin(ConsoleRights, SimpleHistoryAdmin):  # type: ignore[misc]
    """A table whose changes are kept; earlier states are shown, but not put back by a click.

    simple_history's page that reverts a row would pass by every rule of the forms: it is not
    mounted.
    """

    object_history_list_template = "accounts/admin_history_list.html"
    save_on_top = False

    def get_urls(self) -> list[URLPattern]:
        return admin.ModelAdmin.get_urls(self)

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class ReadOnlyHistoryAdmin(ConsoleAdmin):
    can_add = False
    can_change = False


class PlainAdmin(ConsoleRights, admin.ModelAdmin):  # type: ignore[type-arg]
    """A table without a history of its own."""


class ReadOnlyAdmin(PlainAdmin):
    can_add = False
    can_change = False


class ConsoleInline(ConsoleRights, admin.StackedInline):  # type: ignore[type-arg]
    """Rows on their parent's page: stacked, since Django's table of them labels no field."""

    extra = 0


class ReadOnlyInline(ConsoleInline):
    can_add = False
    can_change = False
