"""交接: the admin names who takes over from a person who leaves."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.actions.hand_over import hand_over
from departments.errors import DomainError
from departments.forms import HandOverForm
from departments.models import User
from departments.rights import rights_of
from departments.roster import posts_of


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    if not rights_of(request.user).is_admin:
        raise PermissionDenied("只有管理员可以办理交接。")
    by, person = cast(User, request.user), get_object_or_404(User, pk=pk)
    form = HandOverForm(request.POST or None, person=person, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            passed = hand_over(person=person, by=by, request=request, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            counts = "、".join(f"{row.what} {row.count} 项" for row in passed)
            messages.success(request, f"交接已办理：{counts}。")
            return redirect("admin:departments_user_change", person.pk)
    posts = posts_of(person, timezone.localdate())
    context = {"form": form, "person": person, "posts": posts}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/handover.html", context, status=status)
