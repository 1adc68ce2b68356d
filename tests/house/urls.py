"""The product's addresses and, beside them, pages that fail on purpose."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from departments.errors import Conflict, DomainError, NotAllowed
from wanzhou_water.failures import failure_page
from wanzhou_water.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

ERRORS = {
    "rule": DomainError("完成率应为 0 至 100 的整数。"),
    "conflict": Conflict("本项已由他人报送，请刷新后查看。"),
    "forbidden": NotAllowed("只有审签人可以同意报送。"),
    "denied": PermissionDenied(),
    "missing": Http404("No Report matches the given query."),
    "suspicious": SuspiciousOperation("bad"),
    "broken": RuntimeError("secret detail"),
}


def fail(request: HttpRequest, how: str) -> HttpResponse:
    if how == "often":
        return failure_page(request, 429)
    raise ERRORS[how]


@csrf_protect
@require_POST
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.POST)} {len(request.FILES)}")


for view in (fail, form):
    view.login_required = False  # type: ignore[attr-defined]

urlpatterns = [
    path("fail/<str:how>/", fail),
    path("form/", form),
    path("", include("wanzhou_water.urls")),
]
