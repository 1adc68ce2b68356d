"""What every request passes: its id for the log, the limits, the failure pages."""

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from departments.errors import DomainError
from wanzhou_water.failures import failure_page

UNREADABLE = "地址中有无法识别的字符，请检查链接是否复制完整。"


class RequestIdMiddleware:
    """Gives each request an id, which its log lines carry and the page of a 500 shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REQUEST_ID"] = uuid.uuid4().hex[:8]
        with structlog.contextvars.bound_contextvars(request_id=request.META["REQUEST_ID"]):
            return self.get_response(request)


class RefusalMiddleware(MiddlewareMixin):
    """Refuses what no view could read: a body over the limit, a NUL in the address.

    PostgreSQL stores no NUL, so that a search for one would end as an error of the database.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        query = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "\0" in query or "%00" in query:
            return failure_page(request, 400, UNREADABLE)
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_REQUEST_BYTES:
            return failure_page(request, 413)
        return None


class FailurePageMiddleware(MiddlewareMixin):
    """Turns a broken rule into the page that says which, with the status of its kind."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return failure_page(request, exception.status_code, str(exception))
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code == 405 and not response.content:
            page = failure_page(request, 405)
            page["Allow"] = response["Allow"]
            return page
        return response
