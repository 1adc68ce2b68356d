"""首页 by role, and the help page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.selectors.attention import ATTENTION_SHOWN
from reports.selectors.charts import legend
from reports.selectors.help import help_of
from reports.selectors.home import home_of
from reports.views.requests import here, signed_in


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    page = home_of(signed_in(request), timezone.localdate())
    whose = request.GET.get("whose", "")
    context = {
        "page": page,
        "whose": whose if whose in {"all", "mine"} else "",
        "legend": legend(),
        "shown": ATTENTION_SHOWN,
        "here": here(request),
    }
    return render(request, "reports/home.html", context)


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/help.html", {"help": help_of(signed_in(request))})
