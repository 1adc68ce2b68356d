"""Sessions as signing in leaves them, without the way there, which takes eighteen queries."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from departments.middleware import ACTIVE_AT
from departments.models import User


def signed_in(user: User) -> Client:
    """A client with ``user`` signed in."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    return client


def session_of(user: User) -> str:
    """The key of a new session of ``user``, active just now; no line in the security log."""
    facts = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        ACTIVE_AT: int(timezone.now().timestamp()),
    }
    session = Session.objects.create(
        session_key=get_random_string(32, VALID_KEY_CHARS),
        session_data=Session.objects.encode(facts),
        expire_date=SessionStore().get_expiry_date(),
    )
    return str(session.session_key)
