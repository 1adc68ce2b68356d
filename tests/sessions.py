"""Sessions as signing in leaves them, without the way there, which takes eighteen queries."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from departments.middleware import ACTIVE_AT
from departments.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def session_of(user: User) -> str:
    """The key of a new session of ``user``, active just now; no line in the security log."""
    store = Session.get_session_store_class()()
    key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
    facts = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        ACTIVE_AT: int(timezone.now().timestamp()),
    }
    Session.objects.bulk_create(
        [Session(key, store.encode(facts), expire_date=store.get_expiry_date())]
    )
    return key
