"""The search, within what the person may see."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reports.forms.search import SearchForm
from reports.selectors.search import Kind
from reports.selectors.search import search as find
from reports.views.requests import signed_in


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    valid = form.is_valid()
    query, kind = (form.cleaned_data.get(name, "") for name in ("q", "kind"))
    found = None
    if valid and query:
        number = request.GET.get("page", "")
        found = find(query, signed_in(request), kind=kind, number=number)
    context = {
        "form": form,
        "found": found,
        "kind": kind,
        "tabs": [(*choice, found.counts[choice[0]]) for choice in Kind.choices] if found else [],
        "words": urlencode({"q": query}),
        "query": urlencode({"q": query, "kind": kind}),
    }
    return render(request, "reports/search.html", context, status=200 if valid else 400)
