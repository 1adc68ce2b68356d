"""Import and export in the admin: a file in, a preview, a confirmation; a file out."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from departments.audit import record
from departments.console import ConsoleRights
from departments.errors import DomainError
from departments.models import User
from departments.tables.csvfile import write_csv
from departments.tables.intake import READERS, Parcel, read_file, seal, unseal
from departments.tables.preview import Fate, Preview, import_table, preview_table
from departments.tables.resource import TableResource
from departments.tables.workbook import XLSX, write_xlsx

CSV = "text/csv; charset=utf-8"
KINDS = {"xlsx": XLSX, "csv": CSV}
MOVED = "数据在预览之后有变动，什么也没有导入。请重新选择文件，核对新的预览。"


class FileForm(forms.Form):
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={"required": "请选择文件。", "invalid": "请选择文件。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class TableAdmin(ConsoleRights, admin.ModelAdmin):  # type: ignore[type-arg]
    """Mixed into a console class: ``resource_class`` says what goes in and out."""

    resource_class: ClassVar[type[TableResource]]
    change_list_template = "tables/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name=f"{info}_import"),
            path("import/confirm/", guard(self.confirm_view), name=f"{info}_confirm"),
            path("import/blank/", guard(self.blank_view), name=f"{info}_blank"),
            path("export/<slug:kind>/", guard(self.export_view), name=f"{info}_export"),
            *super().get_urls(),
        ]

    def address(self, name: str, *args: str) -> str:
        """The address of one of this table's pages."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        table = {
            "import_url": self.address("import"),
            "exports": [(kind, self.address("export", kind) + query) for kind in KINDS],
        }
        return super().changelist_view(request, {**(extra_context or {}), "table": table})

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """All rows that the list shows with its search and filters, over all its pages."""
        if kind not in KINDS:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        resource = self.resource_class()
        lines = list(resource.lines(self.get_changelist_instance(request).queryset))
        record(f"导出{resource.title}", request=request, subject=f"{len(lines)} 行，{kind}")
        return self._file(kind, lines, f"{resource.title}{timezone.localdate():%Y%m%d}")

    def blank_view(self, request: HttpRequest) -> HttpResponse:
        """A workbook with the header and the explanations alone, to be filled in."""
        return self._file("xlsx", [], f"{self.resource_class.title}空表")

    def _file(self, kind: str, lines: list[list[str]], name: str) -> HttpResponse:
        resource = self.resource_class
        if kind == "csv":
            content = write_csv(resource.headings(), lines)
        else:
            content = write_xlsx(resource.title, resource.columns(), lines)
        response = HttpResponse(content, content_type=KINDS[kind])
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or ""
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST or None, request.FILES or None)
        resource = self._resource(request)
        error = ""
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                parcel = read_file(self.resource_class, upload.read(), upload.name)
                return self._preview(request, parcel, preview_table(resource, parcel.table))
            except DomainError as refused:
                error = str(refused)
        elif request.method == "POST":
            error = "请选择文件。"
        context = self._page(request, f"导入{resource.title}") | {"error": error, "form": form}
        status = 400 if error else 200
        return render(request, "tables/import.html", context, status=status)

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
        }

    def _preview(self, request: HttpRequest, parcel: Parcel, preview: Preview) -> HttpResponse:
        resource = self._resource(request)
        context = self._page(request, f"导入{resource.title}：核对") | {
            "parcel": parcel,
            "preview": preview,
            "sealed": seal(parcel, preview, resource) if preview.effective else "",
            "confirm_url": self.address("confirm"),
            "import_url": self.address("import"),
        }
        return render(request, "tables/preview.html", context)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect(self.address("import"))
        resource = self._resource(request)
        parcel, mark = unseal(request.POST.get("sealed", ""), resource.title, resource.actor)
        done = import_table(resource, parcel.table, mark, parcel.words)
        if done is None:
            preview = preview_table(self._resource(request), parcel.table)
            messages.warning(request, MOVED)
            return self._preview(request, parcel, preview)
        return self.imported(request, resource, done)

    def imported(
        self, request: HttpRequest, resource: TableResource, done: Preview
    ) -> HttpResponse:
        """The answer to an import that was done."""
        new, changed = done.count(Fate.NEW), done.count(Fate.CHANGED)
        messages.success(request, f"已导入：新增 {new} 行，修改 {changed} 行。")
        return redirect(self.address("changelist"))
