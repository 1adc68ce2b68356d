"""Signing in, being locked out, signing out."""

import math
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from departments.forms import SignInForm


class SignIn(LoginView):
    """Django's view: a new session key, and a ``next`` that stays on this site."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        expired = self.request.GET.get("expired") == "1"
        return super().get_context_data(**kwargs, expired=expired, minutes=settings.IDLE_MINUTES)


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view(next_page="login")


@login_not_required
def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What django-axes answers after too many failures: 429, and how long it lasts.

    Counted, in the database, are failures of one user name from one address, together: whoever
    types wrong passwords locks out neither the same person at another desk nor the other people
    behind the same proxy. ``response`` is the page the view had made, and is dropped.
    """
    username = (credentials or {}).get("username")
    address = getattr(request, "axes_ip_address", None)
    attempts = AccessAttempt.objects.filter(username=username, ip_address=address)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    left = (last + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()
    seconds = max(math.ceil(left), 1)
    context = {"minutes": math.ceil(seconds / 60), "failures": settings.AXES_FAILURE_LIMIT}
    answer = render(request, "accounts/locked.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
