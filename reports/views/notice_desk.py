"""提醒台, and what would go out in the next 30 days."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports.actions.notice_desk import release_notices, settle_deliveries, start_channel
from reports.forms.notice_desk import DeskFilter
from reports.models import ChannelState, Delivery, Notice
from reports.policies import Right
from reports.selectors.notice_ahead import ahead_of
from reports.selectors.notice_desk import (
    desk_lines,
    desk_of,
    figures_for,
    for_desk,
    picks_in,
    stopped_channels,
)
from reports.views.requests import permit, read_id, signed_in

PAGE = 30
NOTHING = "请先勾选要处理的提醒。"


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    permit(request, Right.SEE_NOTICE_DESK, None)
    user, form = signed_in(request), DeskFilter(request.GET)
    rows = desk_of(user, form.wanted) if form.is_valid() else Notice.objects.none()
    page = Paginator(for_desk(rows), PAGE).get_page(request.GET.get("page"))
    lines, figures = desk_lines(page), figures_for(user)
    context = {
        "form": form,
        "page": page,
        "lines": lines,
        "picks": picks_in(lines),
        "figures": figures,
        "held": next(each.count for each in figures if each.state == Delivery.State.HELD),
        "stopped": stopped_channels(),
        "query": _query(request),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "reports/notice_desk.html", context, status=status)


def _query(request: HttpRequest) -> str:
    """The filters as they stand in the address, without the page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _back(request: HttpRequest) -> HttpResponse:
    query = request.POST.get("query", "")[:500]
    return redirect(f"{reverse('notice-desk')}{'?' + query if query else ''}")


def _chosen(request: HttpRequest, name: str) -> list[int]:
    """The row whose button was pressed, else the ticked ones."""
    raw = request.POST.getlist(f"one-{name}") or request.POST.getlist(name)
    return [pk for pk in map(read_id, raw) if pk is not None]


@require_POST
def desk_settle(request: HttpRequest, how: str) -> HttpResponse:
    """``how`` is «arrived» or «again»."""
    permit(request, Right.SEE_NOTICE_DESK, None)
    user, arrived = signed_in(request), how == "arrived"
    seen = Notice.objects.on_desk(user).values("pk")
    rows = list(Delivery.objects.filter(pk__in=_chosen(request, "delivery"), notice__in=seen))
    if not rows:
        messages.error(request, NOTHING)
        return _back(request)
    done = settle_deliveries(deliveries=rows, by=user, arrived=arrived)
    said = f"已记为收到：{done} 条。" if arrived else f"{done} 条将重新发送。"
    messages.success(request, said)
    return _back(request)


@require_POST
def desk_release(request: HttpRequest) -> HttpResponse:
    permit(request, Right.SEE_NOTICE_DESK, None)
    user = signed_in(request)
    held = Notice.objects.on_desk(user).filter(held=True)
    if "all" not in request.POST:
        held = Notice.objects.on_desk(user).filter(pk__in=_chosen(request, "notice"))
    rows = list(held.only("pk", "held"))
    if not rows:
        messages.error(request, NOTHING)
        return _back(request)
    done = release_notices(notices=rows, by=user)
    messages.success(request, f"已放行 {done} 条，发送前还会再核对一次，已办理的不再发出。")
    return _back(request)


@require_POST
def channel_start(request: HttpRequest, name: str) -> HttpResponse:
    permit(request, Right.SEE_NOTICE_DESK, None)
    start_channel(channel=get_object_or_404(ChannelState, name=name), by=signed_in(request))
    messages.success(request, "已重新启用，待发的提醒随即发出。")
    return redirect("notice-desk")


@require_safe
def ahead(request: HttpRequest) -> HttpResponse:
    permit(request, Right.SEE_NOTICE_DESK, None)
    page = ahead_of(signed_in(request), timezone.now())
    return render(request, "reports/notice_ahead.html", {"page": page})
