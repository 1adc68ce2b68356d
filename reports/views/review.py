"""The review queue, the decisions on one report, and the differences between its texts."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions import review
from reports.calendar import moment_words
from reports.forms.report import read_comment
from reports.models import Report
from reports.policies import Right, may
from reports.selectors.changes import compare
from reports.selectors.history import has_just_done, last_step, readable_texts
from reports.selectors.report_page import report_page
from reports.selectors.review import (
    DAYS,
    SHOWN,
    Place,
    choices,
    counts_of,
    place_of,
    queue_rows,
)
from reports.selectors.working_days import working_days
from reports.states import Action
from reports.views.reading import filters_of, show_reading
from reports.views.requests import fetch_report, fetch_ticked, permit, read_id, signed_in

Decision = Callable[[HttpRequest, Report, User, str], object]


@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    user, filters = signed_in(request), filters_of(request)
    if not may(user, Right.REVIEW):
        raise NotAllowed("审核页只供汇总单位的汇总员使用。")
    departments, sections = choices(user)
    counts = counts_of(user)
    context = {
        "rows": queue_rows(user, filters, timezone.localdate(), working_days()),
        "filters": filters,
        "tabs": [(kind, word, counts[kind]) for kind, word in SHOWN.items()],
        "title": SHOWN[filters.show],
        "days": DAYS,
        "departments": departments,
        "sections": sections,
    }
    return render(request, "reports/review_queue.html", context)


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """签收 of the ticked reports."""
    if not may(signed_in(request), Right.REVIEW):
        raise NotAllowed("签收由汇总单位的汇总员办理。")
    count = review.receive_reports(reports=fetch_ticked(request), by=signed_in(request))
    if not request.POST.getlist("report"):
        messages.error(request, "请先勾选要签收的事项。")
    else:
        messages.success(request, f"已签收 {count} 项。" if count else "所选事项已经签收过了。")
    return redirect(f"{reverse('review-queue')}?{filters_of(request).query}")


def _accept(request: HttpRequest, report: Report, user: User, comment: str) -> object:
    return review.accept_report(
        report=report,
        by=user,
        assessed_state=request.POST.get("assessed_state", ""),
        comment=comment,
        version=seen_version(request),
    )


def _return(request: HttpRequest, report: Report, user: User, comment: str) -> object:
    seen = seen_version(request)
    return review.return_report(report=report, by=user, comment=comment, version=seen)


DECISIONS: dict[str, Decision] = {
    Action.ACCEPT: _accept,
    Action.RETURN: _return,
    Action.OPINE: lambda request, report, user, comment: review.give_opinion(
        report=report, by=user, comment=comment
    ),
    Action.RECEIVE: lambda request, report, user, comment: review.receive_report(
        report=report, by=user
    ),
    Action.DECLINE_RETURN: lambda request, report, user, comment: review.decline_return(
        report=report, by=user, comment=comment
    ),
}


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the page's buttons; after 审核通过 and 退回补正 the next of the queue follows."""
    report, user = fetch_report(request, pk), signed_in(request)
    permit(request, Action.RECEIVE, report)
    today, days = timezone.localdate(), working_days()
    place = place_of(pk, user, filters_of(request), today, days)
    action = request.POST.get("action", "")
    try:
        if action not in DECISIONS:
            raise DomainError("请按页面上的按钮办理。")
        DECISIONS[action](request, report, user, read_comment(request.POST))
    except NotAllowed:
        raise
    except DomainError as error:
        if isinstance(error, Conflict) and has_just_done(user, action, report):
            return onward(request, report, action, place)
        return refuse(request, report, error)
    code = report.assignment.work_item.code
    messages.success(request, f"{code} {report.department}：{Action(action).label}，已办理。")
    return onward(request, report, action, place)


def seen_version(request: HttpRequest) -> int | None:
    """The version the reviewer had before them; without it the check is skipped."""
    return read_id(request.POST.get("version", ""))


def refuse(request: HttpRequest, report: Report, error: DomainError) -> HttpResponse:
    """The page as it stands now, with what was typed; on a conflict it names who was faster."""
    sentence = str(error)
    last = last_step(report)
    if isinstance(error, Conflict) and last is not None:
        who = f"{last.by_department or ''} {last.by_name}".strip()
        sentence += f"（{moment_words(last.at)} {who} {last.get_action_display()}）"
    messages.error(request, sentence)
    current = fetch_report(request, report.pk)
    status = error.status_code if isinstance(error, Conflict) else 422
    return show_reading(request, report_page(current, signed_in(request)), status)


def onward(request: HttpRequest, report: Report, action: str, place: Place) -> HttpResponse:
    """The next of the queue after a decision (after the last the first that is left), else the
    queue; anything but a decision comes back to the report."""
    filters = filters_of(request)
    query = filters.query
    if action not in {Action.ACCEPT, Action.RETURN} or not request.POST.get("queue"):
        return redirect(f"{reverse('report', args=[report.pk])}?{query}")
    left = place_of(report.pk, signed_in(request), filters, timezone.localdate(), working_days())
    following = place.after or left.before or left.after
    if following in {None, report.pk}:
        return redirect(f"{reverse('review-queue')}?{query}")
    return redirect(f"{reverse('report', args=[following])}?{query}")


@require_GET
def compare_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Differences between any two texts of a report that the user may read."""
    report = fetch_report(request, pk)
    texts = readable_texts(report, signed_in(request))
    by_key = {text.key: text for text in texts}
    wanted = [request.GET.get(name) for name in ("a", "b")]
    if any(key and key not in by_key for key in wanted):
        raise Http404
    first, last = texts[-2:][:1], texts[-1:]
    chosen = [by_key[key] if key else None for key in wanted]
    a, b = chosen[0] or next(iter(first), None), chosen[1] or next(iter(last), None)
    rows = compare(a.snapshot, b.snapshot) if a and b else []
    context = {"report": report, "texts": texts, "first": a, "last": b, "rows": rows}
    return render(request, "reports/compare.html", context)
