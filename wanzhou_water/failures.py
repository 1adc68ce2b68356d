"""The pages that say, in Chinese, what went wrong and what one can do."""

import functools
import re

from django.apps import apps
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template, render_to_string, select_template
from django.utils.http import url_has_allowed_host_and_scheme

from departments.network import is_background

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
CHINESE = re.compile(r"[一-鿿]")
OUR_APPS = ("departments", "tasks", "reports")
NEVER_SHOWN = re.compile(r"csrf|password|token", re.IGNORECASE)
LAST_RESORT = (
    '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>系统出错</title>'
    "<h1>系统出错了，问题已记录</h1><p>请稍后再试。错误编号 {incident}</p></html>"
)
DRAIN_LIMIT = 512 * 1024 * 1024


def failure_page(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    """The page of ``status`` (400…), saying ``sentence`` instead of its general words.

    What the person had typed is shown again, to be copied. A request that the page made by itself
    (``X-Background: 1``) gets ``{"error": …}``.
    """
    context = {
        "sentence": sentence,
        "typed": typed_texts(request) if status != 413 else {},
        "back": _page_before(request),
        "incident": request.META.get("REQUEST_ID", ""),
    }
    if status == 413:
        _drain(request)
    template = select_template([f"{status}.html", "error.html"])
    return _answer(request, status, template.render(context, request), sentence)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 400; a request with too much in it becomes a 413."""
    return failure_page(request, 413 if isinstance(exception, TOO_LARGE) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 403."""
    said = str(exception)
    return failure_page(request, 403, said if CHINESE.search(said) else "")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of 404: the same words whether the thing is missing or hidden."""
    return failure_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of 500: asks neither database nor session, which may be at fault."""
    incident = request.META.get("REQUEST_ID", "")
    try:
        page = get_template("500.html").render({"incident": incident})
    except Exception:
        page = LAST_RESORT.format(incident=incident)
    return _answer(request, 500, page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token has expired, most often because somebody signed in or out meanwhile."""
    context = {"typed": typed_texts(request), "back": _page_before(request)}
    return _answer(request, 403, render_to_string("403_csrf.html", context, request))


def typed_texts(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form that failed: label → text; nothing of another site's form."""
    if request.method != "POST" or not _same_site(request):
        return {}
    try:
        fields = request.POST.items()
    except (SuspiciousOperation, OSError):
        return {}
    labels = field_labels()
    return {
        labels.get(name.rpartition("-")[2], name): str(value)
        for name, value in fields
        if CHINESE.search(str(value)) and not NEVER_SHOWN.search(name)
    }


@functools.cache
def field_labels() -> dict[str, str]:
    """Field name → its Chinese name, over all our models; a form's fields have the same names."""
    models = (model for app in OUR_APPS for model in apps.get_app_config(app).get_models())
    return {
        field.name: str(field.verbose_name)
        for model in models
        for field in model._meta.get_fields()
        if hasattr(field, "verbose_name")
    }


def _answer(request: HttpRequest, status: int, page: str, sentence: str = "") -> HttpResponse:
    if is_background(request):
        said = sentence or "未能完成，请稍后再试。"
        return JsonResponse({"error": said}, status=status)
    return HttpResponse(page, status=status)


def _same_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return url_has_allowed_host_and_scheme(origin, {request.META.get("HTTP_HOST", "")})


def _page_before(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    here = {request.META.get("HTTP_HOST", "")}
    return referer if url_has_allowed_host_and_scheme(referer, here) else "/"


def _drain(request: HttpRequest) -> None:
    """Read what the browser still sends: it shows no answer before it has sent everything."""
    read = 0
    try:
        while read < DRAIN_LIMIT and (chunk := request.read(1024 * 1024)):
            read += len(chunk)
    except (OSError, SuspiciousOperation, ValueError):
        return
