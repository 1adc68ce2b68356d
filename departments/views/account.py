"""我的账户: what I may do here, how I am reached, and who signed in under my name."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.audit import record
from departments.forms import ContactForm
from departments.models import AuditEvent, User
from departments.roster import posts_of

SIGN_INS = ["登录", "登录失败", "登录锁定"]


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ContactForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            form.save()
            record("修改联系方式", request=request)
        messages.success(request, "联系方式已保存。")
        return redirect("account")
    events = AuditEvent.objects.filter(username=user.username, action__in=SIGN_INS)
    context = {"form": form, "posts": posts_of(user, timezone.localdate()), "events": events[:10]}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/account.html", context, status=status)
