"""Signing in and out leaves a line in the security log, whichever way it happens."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from departments.audit import record
from departments.middleware import keep_alive
from departments.models import User


@receiver(user_logged_in)
def sign_in_recorded(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Every sign-in starts the idle clock of its session."""
    keep_alive(request)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    record("登录", user=user, request=request)


@receiver(user_logged_out)
def sign_out_recorded(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """A sign-out of nobody (a second click) leaves no line."""
    if user is not None:
        record("退出", user=user, request=request)


@receiver(user_login_failed)
def failure_recorded(
    credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """While the account is locked the password was not even looked at: see ``lock_recorded``."""
    if getattr(request, "axes_failures_since_start", None) is not None:
        record("登录失败", request=request, username=str(credentials.get("username", "")))


@receiver(user_locked_out)
def lock_recorded(request: HttpRequest, username: str, **kwargs: Any) -> None:
    """The attempt that locks, and each one turned away while the lock lasts."""
    record("登录锁定", request=request, username=username or "")
