"""The pages of an import that the background has: how far it is, its preview, what came of it."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path

from departments.audit import record
from departments.errors import Conflict
from departments.jobs import work_on_tables_soon
from departments.models import TableImport, User
from departments.network import is_background
from departments.tables.intake import Parcel
from departments.tables.kept import counts_of, preview_of, refused_of
from departments.tables.later import confirm_import, drop_import, keep_import
from departments.tables.pages import TablePages
from departments.tables.progress import rows_done
from departments.tables.resource import TableResource

LISTED = 10
State = TableImport.State


class LaterPages(TablePages):
    """An import of one's own, for nobody else to see."""

    def later_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}_later"
        guard = self.admin_site.admin_view
        return [
            path("import/<int:pk>/", guard(self.later_view), name=info),
            path("import/<int:pk>/confirm/", guard(self.later_confirm), name=f"{info}_confirm"),
            path("import/<int:pk>/drop/", guard(self.later_drop), name=f"{info}_drop"),
        ]

    def keep(self, request: HttpRequest, resource: TableResource, parcel: Parcel) -> HttpResponse:
        """The answer to a file that is too long for the request."""
        kept = keep_import(table=self.opts.label_lower, parcel=parcel, resource=resource)
        work_on_tables_soon()
        return redirect(self.address("later", kept.pk))

    def own_imports(self, request: HttpRequest) -> list[tuple[TableImport, str]]:
        """One's latest, with their addresses."""
        rows = self._own(request).defer("parcel", "preview", "result")[:LISTED]
        return [(kept, self.address("later", kept.pk)) for kept in rows]

    def _own(self, request: HttpRequest) -> Any:
        by = cast(User, request.user)
        return TableImport.objects.filter(table=self.opts.label_lower, by=by)

    def later_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self._own(request)
        if is_background(request):
            kept = get_object_or_404(rows.only("state"), pk=pk)
            said = {"state": kept.get_state_display(), "rows": rows_done(pk)}
            return JsonResponse({"busy": kept.is_busy, **said})
        kept = get_object_or_404(rows, pk=pk)
        urls = {
            "later_url": self.address("later", pk),
            "confirm_url": self.address("later_confirm", pk),
            "drop_url": self.address("later_drop", pk),
        }
        if kept.state == State.READY:
            return self.show_preview(request, kept.name, preview_of(kept), kept=kept, **urls)
        return self._show_state(request, kept, urls)

    def _show_state(
        self, request: HttpRequest, kept: TableImport, urls: dict[str, str]
    ) -> HttpResponse:
        title = f"导入{self.resource_class.title}：{kept.get_state_display()}"
        context = self._page(request, title) | {"kept": kept, **urls}
        if kept.is_busy:
            context["rows"] = rows_done(kept.pk)
            return render(request, "tables/busy.html", context)
        context |= {"counts": counts_of(kept), "refused": refused_of(kept)}
        return render(request, "tables/result.html", context)

    def later_confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        kept, resource = get_object_or_404(self._own(request), pk=pk), self._resource(request)
        then = self.address("later", pk)
        if request.method != "POST":
            return redirect(then)
        try:
            done = confirm_import(kept=kept, resource=resource, mark=request.POST.get("mark", ""))
        except Conflict as conflict:
            messages.warning(request, str(conflict))
            return redirect(then)
        if done is not None:
            return self.imported(request, resource, done, then)
        work_on_tables_soon()
        return redirect(then)

    def later_drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        kept = get_object_or_404(self._own(request), pk=pk)
        try:
            if request.method == "POST" and drop_import(kept=kept):
                record(f"放弃导入{self.resource_class.title}", request=request, subject=str(kept))
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        return redirect(self.address("later", pk))
