"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from departments.models import User
from reports.selectors.frame import frame_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """``frame`` for ``base.html`` (a Frame, only for signed-in people) and the demo banner."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return {"demo": settings.DEMO}
    return {
        "demo": settings.DEMO,
        "frame": frame_of(user, request.path, timezone.localdate()),
    }
