"""Import and export in the admin: a file in, a preview, a confirmation; a file out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header

from departments.audit import record
from departments.errors import DomainError
from departments.tables.csvfile import write_csv
from departments.tables.intake import Parcel, read_file, seal, unseal
from departments.tables.later_pages import LaterPages
from departments.tables.preview import Preview, import_table, preview_table
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


class TableAdmin(LaterPages):
    """Mixed into a console class, which lists and edits the rows."""

    change_list_template = "tables/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name=f"{info}_import"),
            path("import/confirm/", guard(self.confirm_view), name=f"{info}_confirm"),
            path("import/blank/", guard(self.blank_view), name=f"{info}_blank"),
            path("export/<slug:kind>/", guard(self.export_view), name=f"{info}_export"),
            *self.later_urls(),
            *super().get_urls(),
        ]

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
            content = write_xlsx(resource.title, resource.columns(), lines, room=resource.most_rows)
        response = HttpResponse(content, content_type=KINDS[kind])
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or ""
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST or None, request.FILES or None)
        error = ""
        if request.method == "POST" and form.is_valid():
            try:
                return self._take(request, form.cleaned_data["file"])
            except DomainError as refused:
                error = str(refused)
        elif request.method == "POST":
            error = "请选择文件。"
        context = self._page(request, f"导入{self.resource_class.title}")
        context |= {"error": error, "form": form, "imports": self.own_imports(request)}
        status = 400 if error else 200
        return render(request, "tables/import.html", context, status=status)

    def _take(self, request: HttpRequest, upload: "UploadedFile[Any]") -> HttpResponse:
        """The preview of a short file, the way to that of a long one; raises DomainError."""
        resource = self._resource(request)
        parcel = read_file(self.resource_class, upload.read(), upload.name or "")
        if len(parcel.table.rows) > resource.at_once:
            return self.keep(request, resource, parcel)
        return self._preview(request, parcel, preview_table(resource, parcel.table))

    def _preview(self, request: HttpRequest, parcel: Parcel, preview: Preview) -> HttpResponse:
        sealed = seal(parcel, preview, self._resource(request)) if preview.effective else ""
        confirm_url = self.address("confirm")
        return self.show_preview(
            request, parcel.name, preview, sealed=sealed, confirm_url=confirm_url
        )

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
