"""The one way into the security log."""

from django.http import HttpRequest
from django.utils import timezone

from departments.models import AuditEvent, User
from departments.network import client_address


def record(
    action: str,
    *,
    user: User | None = None,
    request: HttpRequest | None = None,
    subject: str = "",
    username: str = "",
) -> AuditEvent:
    """Append one line to the log.

    ``action`` is a Chinese verb («登录», «导出台账»), ``subject`` what it was done to. Without
    ``user`` the signed-in user of ``request`` is taken; ``username`` serves failed sign-ins.
    """
    if user is None and request is not None and isinstance(request.user, User):
        user = request.user
    return AuditEvent.objects.create(
        at=timezone.now(),
        user=user,
        username=(username or (user.username if user else ""))[:150],
        action=action,
        subject=subject[:300],
        address=client_address(request) if request else None,
    )
