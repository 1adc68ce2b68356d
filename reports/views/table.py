"""All of a department's items of a half-year on one page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.errors import NotAllowed
from departments.network import is_background
from reports.policies import Right, may
from reports.requirements import is_early
from reports.selectors.table import Table, table_of
from reports.views.requests import read_id, signed_in
from reports.views.table_row import Row, repeat, row_of, save_row, submit_rows


@require_http_methods(["GET", "POST"])
def table_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows are saved one by one: an error stands at its row, the others are kept."""
    user = signed_in(request)
    if not may(user, Right.WRITE):
        raise NotAllowed("表格式填报只供牵头单位填报员使用。")
    table = table_of(user, pk, request.GET.get("department", ""))
    typed = request.POST if request.method == "POST" else None
    rows = [row_of(report, table, typed) for report in table.reports]
    if request.method == "GET":
        return render_table(request, table, rows)
    take(request, rows)
    if is_background(request):
        return background_answer(rows)
    say_removed(request, rows)
    if any(row.is_wrong for row in rows):
        if any(row.done for row in rows):
            messages.success(request, summary(rows))
        return render_table(request, table, rows, status=422)
    messages.success(request, summary(rows))
    return redirect(request.get_full_path())


def take(request: HttpRequest, rows: list[Row]) -> None:
    """Do with the rows what the pressed button says; all of them save."""
    user, submits = signed_in(request), "submit" in request.POST
    repeated = read_id(request.POST.get("unchanged", ""))
    for row in rows:
        if row.report.pk == repeated:
            repeat(row, user)
        else:
            save_row(row, user, submits=submits)
    if submits and not is_background(request):
        submit_rows(rows, user)


def background_answer(rows: list[Row]) -> JsonResponse:
    """For the script that saves by itself: new versions by field name, and what was not saved.

    A row that somebody else changed keeps its old version on the page, so that nothing is saved
    over unseen.
    """
    answer = {
        "versions": {row.version_name: row.report.version for row in rows if row.saved},
        "saved": f"{timezone.localtime():%H:%M}",
        "removed": sum(row.removed for row in rows),
        "errors": [sentence for row in rows for sentence in row.faults()],
    }
    return JsonResponse(answer, status=422 if answer["errors"] else 200)


def say_removed(request: HttpRequest, rows: list[Row]) -> None:
    if removed := sum(row.removed for row in rows):
        messages.warning(request, f"文字中有 {removed} 个看不见的控制字符，已去除。")


def summary(rows: list[Row]) -> str:
    words = {word: sum(row.done == word for row in rows) for word in ("保存", "提交", "报送")}
    parts = [f"{word} {count} 项" for word, count in words.items() if count]
    return "、".join(parts) + "。" if parts else "没有改动。"


def render_table(
    request: HttpRequest, table: Table, rows: list[Row], status: int = 200
) -> HttpResponse:
    context = {
        "table": table,
        "rows": rows,
        "period": table.period,
        "wrong": sum(row.is_wrong for row in rows),
        "early": is_early(timezone.localdate(), table.period.half_year.end),
    }
    return render(request, "reports/table_form.html", context, status=status)
