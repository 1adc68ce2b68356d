"""A mail server and the settings that point to it."""

from collections.abc import Iterator

import pytest

from tests.reminders.gateway import Gateway, web_server
from tests.reminders.smtp import Post, mail_server


@pytest.fixture
def post(settings: pytest.FixtureRequest) -> Iterator[Post]:
    """A real SMTP server that Django's mail goes to."""
    with mail_server() as (server, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 2
        yield server


@pytest.fixture
def gateway(settings: pytest.FixtureRequest) -> Iterator[Gateway]:
    """A real web server that robots and gateways may be at."""
    with web_server() as server:
        settings.NOTIFY_HOSTS = ["127.0.0.1"]
        yield server
