"""Small helpers that every view uses."""

import re
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from departments.errors import NotAllowed
from departments.models import User
from reports.models import Report
from reports.policies import Right, may
from reports.selectors.current import recent_periods, turn_to
from reports.states import Action
from tasks.models import Plan

LONGEST_ADDRESS = 500


def signed_in(request: HttpRequest) -> User:
    """The signed-in user; every page but the login is behind the login middleware."""
    assert isinstance(request.user, User)
    return request.user


def permit(request: HttpRequest, right: Action | Right, thing: Any) -> None:
    """Refuse (403) before anything is read, where the policy gives no such right at all.

    The action asks again inside its transaction.
    """
    if not may(signed_in(request), right, thing):
        raise NotAllowed(f"「{right.label}」不在您的权限之内。")


def fetch_plan(request: HttpRequest, slug: str) -> Plan:
    """The plan, else 404; with its newest half-years, for which the frame will ask as well."""
    recent = recent_periods(signed_in(request), slug)
    return recent[0].plan if recent else get_object_or_404(Plan, slug=slug)


def fetch_report(request: HttpRequest, pk: int) -> Report:
    """The report if the user may know of it, else 404."""
    rows = Report.objects.visible_to(signed_in(request)).for_list()
    found: Report = get_object_or_404(rows.select_related("period__plan"), pk=pk)
    turn_to(signed_in(request), found.period.plan)
    return found


def here(request: HttpRequest) -> str:
    """This page's address, to be put into «back» of a link."""
    return quote(request.get_full_path(), safe="/")


def back_of(request: HttpRequest) -> str:
    """The page of this site to come back to, as the address or the form names it; else empty."""
    named = request.POST.get("back") or request.GET.get("back") or ""
    local = named.startswith("/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None)
    return named if local and len(named) <= LONGEST_ADDRESS else ""


def read_id(raw: str) -> int | None:
    """A whole number (an id, a version) from a form or an address; None where it is none."""
    return int(raw) if re.fullmatch(r"[0-9]{1,15}", raw) else None


def ticked(request: HttpRequest) -> list[int]:
    """The ids of the ticked boxes «report»; what is no id is passed over."""
    boxes = (read_id(box) for box in request.POST.getlist("report"))
    return [box for box in boxes if box is not None]


def fetch_ticked(request: HttpRequest) -> list[Report]:
    """The ticked reports; 404 if the user may not know of one of them."""
    wanted = set(ticked(request))
    rows = Report.objects.visible_to(signed_in(request)).filter(pk__in=wanted).for_list()
    found = list(rows.select_related("period__plan", "submission"))
    if len(found) < len(wanted):
        raise Http404
    return found
