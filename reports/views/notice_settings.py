"""提醒设置: one's own channels, robot and calendar; the calendar itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.errors import DomainError
from reports.actions.notice_settings import (
    add_own_robot,
    choose_channels,
    drop_own_robot,
    hash_of,
    make_feed,
    revoke_feed,
)
from reports.feed import as_calendar
from reports.forms.notice_settings import ChannelsForm, RobotForm
from reports.models import CalendarFeed, ContactPoint
from reports.selectors.deadlines import deadlines_of
from reports.selectors.notice_settings import settings_of
from reports.views.requests import signed_in

SAVED = "提醒设置已保存。"


def _show(
    request: HttpRequest, robot: RobotForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"page": settings_of(signed_in(request)), "robot": robot or RobotForm(), **more}
    return render(request, "reports/notice_settings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request)
    user = signed_in(request)
    offered = settings_of(user).keys
    form = ChannelsForm(request.POST, offered=offered)
    if not form.is_valid():
        return _show(request, status=422, sentence=form.errors["wanted"][0])
    choose_channels(by=user, offered=offered, wanted=form.cleaned_data["wanted"])
    messages.success(request, SAVED)
    return redirect("notice-settings")


@require_POST
def robot_add(request: HttpRequest) -> HttpResponse:
    form = RobotForm(request.POST)
    if not form.is_valid():
        return _show(request, form, 422)
    try:
        add_own_robot(by=signed_in(request), **form.cleaned_data)
    except DomainError as error:
        form.add_error("address", str(error))
        return _show(request, form, error.status_code)
    messages.success(request, "机器人已登记，以后的提醒也发到那里。")
    return redirect("notice-settings")


@require_POST
def robot_drop(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    drop_own_robot(by=user, point=get_object_or_404(ContactPoint, pk=pk, user=user, active=True))
    messages.success(request, "已停用，不再发到那里。")
    return redirect("notice-settings")


@require_POST
def calendar_make(request: HttpRequest) -> HttpResponse:
    """The answer shows the address; no other page ever does."""
    token = make_feed(by=signed_in(request))
    address = request.build_absolute_uri(reverse("calendar", args=[token]))
    response = _show(request, address=address)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    revoke_feed(by=signed_in(request))
    messages.success(request, "订阅已撤销，原来的地址不再有效。")
    return redirect("notice-settings")


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the token reads the deadlines; a wrong one and a closed account are the same."""
    feeds = CalendarFeed.objects.select_related("user")
    feed = feeds.filter(token_hash=hash_of(token), user__is_active=True).first()
    if feed is None:
        raise Http404("没有这个日历，或者订阅已经撤销。")
    now = timezone.now()
    body = as_calendar(deadlines_of(feed.user, timezone.localdate(now)), feed.user_id, now)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response
