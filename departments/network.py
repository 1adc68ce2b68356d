"""What a request tells by its head: the address it came from, and whether a person sent it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the person's machine, or None where it cannot be known.

    ``settings.PROXY_COUNT`` proxies of ours each append the address they saw to
    ``X-Forwarded-For``; what stands further left was written by the client and is not believed.
    """
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    chain = [*filter(None, seen), request.META.get("REMOTE_ADDR", "")]
    return _checked(chain[max(len(chain) - 1 - settings.PROXY_COUNT, 0)])


def is_background(request: HttpRequest) -> bool:
    """Whether the page asked by itself (polling, autosave): no sign of a person at the desk."""
    return request.headers.get("X-Background") == "1"


def _checked(address: str) -> str | None:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
