"""Who may pass: a session that is still alive, and a password of the person's own choosing."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme

from departments.audit import record
from departments.models import User
from departments.network import is_background

ACTIVE_AT = "active_at"
WRITE_AFTER_SECONDS = 60
EXPIRED = "登录已过期，文字已留在本机。请重新登录后继续。"
CHANGE_FIRST = "请先修改初始密码。"
OPEN_BEFORE_CHANGE = {"password_change", "logout"}


def keep_alive(request: HttpRequest) -> None:
    """Note in the session that the person did something just now."""
    request.session[ACTIVE_AT] = int(timezone.now().timestamp())


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless marked otherwise, and a session idles out.

    The clock is the session's; it is written once a minute at most and never by a background
    request, so that saving by itself keeps nobody signed in.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        had_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        _mind_the_clock(request)
        if request.user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        return turn_away(request, self.get_login_url(view_func), expired=had_session)


def _mind_the_clock(request: HttpRequest) -> None:
    if SESSION_KEY not in request.session:
        return
    now = timezone.now().timestamp()
    idle = now - request.session.get(ACTIVE_AT, now - WRITE_AFTER_SECONDS)
    if idle >= settings.IDLE_MINUTES * 60:
        _end_session(request)
    elif idle >= WRITE_AFTER_SECONDS and not is_background(request):
        keep_alive(request)


def _end_session(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        record("超时退出", request=request)
    request.session.flush()
    request.user = AnonymousUser()


def turn_away(request: HttpRequest, login_url: str, *, expired: bool) -> HttpResponse:
    """Send somebody who is not signed in to the login page.

    A background request gets 401 and JSON (``error``, ``login``), so that the page can say what
    happened and keep the text; another request of htmx gets 401 and ``HX-Redirect``.
    """
    query = {"next": page_of(request), **({"expired": "1"} if expired else {})}
    target = f"{resolve_url(login_url)}?{urlencode(query)}"
    if is_background(request):
        return JsonResponse({"error": EXPIRED, "login": target}, status=401)
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return redirect(target)


def page_of(request: HttpRequest) -> str:
    """Path and query of the page the person stood on, for ``next``; «/» where it is not known.

    For a request that is no page of its own (a form's POST, a fragment) it is the page that held
    it, as its header says, if that lies on this site.
    """
    fragment = is_background(request) or "HX-Request" in request.headers
    if request.method in ("GET", "HEAD") and not fragment:
        return request.get_full_path()
    held_in = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(held_in, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(held_in)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


class IssuedPasswordMiddleware(MiddlewareMixin):
    """Who signs in with a password that somebody else issued changes it before anything else."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return None
        match = request.resolver_match
        if match is None or match.url_name in OPEN_BEFORE_CHANGE:
            return None
        if not getattr(view_func, "login_required", True):
            return None
        if is_background(request):
            return JsonResponse({"error": CHANGE_FIRST}, status=403)
        return redirect("password_change")
