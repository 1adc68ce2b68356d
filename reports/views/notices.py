"""The site's own inbox."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from departments.models import Department
from reports.actions.notices import acknowledge, mark_all_read, mark_read
from reports.models import ReportingPeriod
from reports.selectors.current import turn_to
from reports.selectors.notices import inbox_of, notice_page
from reports.views.requests import signed_in

PAGE = 30


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    rows = inbox_of(signed_in(request), timezone.now())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/notice_list.html", {"page": page})


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(inbox_of(user, timezone.now()), pk=pk)
    turn_to(user, found.period.plan)
    mark_read(notice=found, by=user)
    return render(request, "reports/notice.html", notice_page(found, user))


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    mark_all_read(by=signed_in(request))
    return redirect("notice-list")


@require_POST
def acknowledge_period(request: HttpRequest, pk: int, department: str) -> HttpResponse:
    period = get_object_or_404(ReportingPeriod.objects.visible_to(signed_in(request)), pk=pk)
    body = get_object_or_404(Department, code=department)
    acknowledge(period=period, department=body, by=signed_in(request))
    messages.success(request, f"{body.name}已签阅{period.label}报送通知。")
    return redirect("home")
