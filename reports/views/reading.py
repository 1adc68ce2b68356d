"""One report read: by its lead, its approver, a receiver's coordinator, or another department."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from departments.models import User
from reports.locks import locked_sentence
from reports.models import Report
from reports.policies import Right, can, may
from reports.selectors.approval import waiting_rows
from reports.selectors.conflict import words
from reports.selectors.coordination import matter_of
from reports.selectors.report_page import ReportPage
from reports.selectors.review import Filters, days_waited, place_of
from reports.selectors.review_page import receipts_of, review_page
from reports.selectors.timeline import timeline_of
from reports.selectors.working_days import working_days
from reports.states import Action, Status
from reports.views.requests import back_of, here, signed_in


def show_reading(request: HttpRequest, page: ReportPage, status: int = 200) -> HttpResponse:
    """The review page for a receiver's coordinator, the reading page for everybody else."""
    report, user = page.report, signed_in(request)
    context = {
        "page": page,
        "report": report,
        "light": report.light(timezone.localdate()),
        "timeline": timeline_of(report, user),
        "typed_comment": request.POST.get("comment", ""),
        "back": back_of(request),
        "here": here(request),
        "matter": matter_of(report, user, timezone.localdate()),
        "keeps": may(user, Right.KEEP_COORDINATION, report.period),
        **lead_context(page, user),
    }
    if may(user, Action.RECEIVE, report):
        context |= review_context(request, page)
        return render(request, "reports/review.html", context, status=status)
    context |= reading_context(page, user)
    return render(request, "reports/report_read.html", context, status=status)


def lead_context(page: ReportPage, user: User) -> dict[str, Any]:
    """Why the lead can't write now, and the ways out of it."""
    report = page.report
    writes = may(user, Action.SAVE, report)
    return {
        "mine": may(user, Right.READ_DRAFT, report),
        "locked": locked_sentence(report, Action.SAVE) if writes else "",
        "may_withdraw": can(user, Action.WITHDRAW, report),
        "may_ask_return": can(user, Action.ASK_RETURN, report),
    }


def reading_context(page: ReportPage, user: User) -> dict[str, Any]:
    """What was filed, its receipts, and the approver's panel where it waits for a signature."""
    report, names = page.report, {row.code: row.name for row in page.indicators}
    values = page.content.get("indicator_values") or {}
    signs = report.status == Status.PENDING and can(user, Action.SEND_BACK, report)
    waiting = waiting_rows([report], user, timezone.localdate()) if signs else []
    return {
        "state_word": words("state", page.content.get("state", "")),
        "values": [(names.get(code, code), value) for code, value in values.items()],
        "receipts": receipts_of(report),
        "waiting": waiting[0] if waiting else None,
    }


def review_context(request: HttpRequest, page: ReportPage) -> dict[str, Any]:
    """The review page's own part, and its place in the queue one came from."""
    today, days = timezone.localdate(), working_days()
    filters, user = filters_of(request), signed_in(request)
    wanted = request.GET.get("text", "")
    return {
        "review": review_page(page, user, wanted),
        "filters": filters,
        "place": place_of(page.report.pk, user, filters, today, days),
        "days_waited": days_waited(page.report, today, days),
        "typed_state": request.POST.get("assessed_state", ""),
        "urge_url": urge_url(page.report, user, back_of(request)),
    }


def urge_url(report: Report, user: User, back: str) -> str:
    """The page on which the lead of ``report`` can be urged, if it owes; empty where not.

    It leads on to ``back``, or to the report again.
    """
    period = report.period
    if not report.is_owed or period.is_closed or not may(user, Right.URGE, period):
        return ""
    query = {"department": report.department.code, "back": back or report_url(report)}
    return f"{reverse('urge', args=[period.plan.slug, period.code])}?{urlencode(query)}"


def report_url(report: Report) -> str:
    return reverse("report", args=[report.pk])


def filters_of(request: HttpRequest) -> Filters:
    """The queue's filters, from the address or from the form that was sent."""
    return Filters.read((request.GET if request.method == "GET" else request.POST).dict())
