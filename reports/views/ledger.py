"""The ledger on screen and as a download."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from departments.audit import record
from reports.calendar import HalfYear
from reports.ledger.columns import COLUMNS, chosen
from reports.ledger.rows import ledger_rows
from reports.ledger.workbook import ledger_workbook
from reports.selectors.leads import ledger_choice
from reports.views.periods import fetch_period
from reports.views.requests import signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def ledger(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    """On screen, or with ``format=xlsx`` as a workbook."""
    user, period = signed_in(request), fetch_period(request, plan, code)
    bodies, department = ledger_choice(user, period, request.GET.get("department", ""))
    columns = chosen(period.plan, request.GET.getlist("column"))
    rows = ledger_rows(period, user, department)
    owner = next((body.name for body in bodies if body.code == department), "")
    if request.GET.get("format") == "xlsx":
        record("导出台账", request=request, subject=f"{period.code} {owner}".strip())
        content = ledger_workbook(period, rows, columns, owner)
        return download(content, f"{period.label}节水行动台账{owner}.xlsx")
    context = {
        "period": period,
        "departments": bodies,
        "department": department,
        "columns": columns,
        "all_columns": [column for column in COLUMNS if not column.annex],
        "chosen_keys": {column.key for column in columns},
        "lines": [(row, [column.read(row) for column in columns]) for row in rows],
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/ledger.html", context)


def download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
