"""What the pages of a table in the admin have in common: addresses, context, preview, files."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from departments.console import ConsoleRights
from departments.models import User
from departments.tables.intake import READERS
from departments.tables.preview import Fate, Preview
from departments.tables.resource import TableResource


class TablePages(ConsoleRights, admin.ModelAdmin):  # type: ignore[type-arg]
    """``resource_class`` says what goes in and out."""

    resource_class: ClassVar[type[TableResource]]

    def address(self, name: str, *args: Any) -> str:
        """The address of one of this table's pages."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _resource(self, request: HttpRequest) -> TableResource:
        return self.resource_class(cast(User, request.user), request)

    def _page(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "resource": self.resource_class,
            "columns": self.resource_class.columns(),
            "kinds": "、".join(sorted(READERS)),
            "list_url": self.address("changelist"),
            "blank_url": self.address("blank"),
            "import_url": self.address("import"),
        }

    def show_preview(
        self, request: HttpRequest, name: str, preview: Preview, **more: Any
    ) -> HttpResponse:
        """The page that asks to confirm what the file ``name`` would do."""
        context = self._page(request, f"导入{self.resource_class.title}：核对")
        context |= {"name": name, "preview": preview, **more}
        return render(request, "tables/preview.html", context)

    def imported(
        self, request: HttpRequest, resource: TableResource, done: Preview, then: str = ""
    ) -> HttpResponse:
        """The answer to an import that was done; ``then`` is where it leads, else to the list."""
        new, changed = done.count(Fate.NEW), done.count(Fate.CHANGED)
        messages.success(request, f"已导入：新增 {new} 行，修改 {changed} 行。")
        return redirect(then or self.address("changelist"))
