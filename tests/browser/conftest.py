"""Chromium against the running pages; a CSP message or a script error fails the test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from departments.models import User
from tests import services
from tests.conftest import NOW
from tests.sessions import session_of

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = os.environ.get("CHROMIUM") or services.find_chromium() or "/usr/bin/chromium"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
Open = Callable[..., Page]
PATIENCE = 60_000
"""Milliseconds: a busy machine is slow, not wrong."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test; without Chromium it says so."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--no-first-run", "--disable-gpu", *quiet],
    }


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """The clock goes on from NOW, since a browser waits for it."""
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of: CSP messages and script errors. Must stay empty."""
    found: list[str] = []
    yield found
    assert not found, found


@pytest.fixture
def visit(
    browser: Browser, live_server: LiveServer, complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """``visit(user)`` opens a page signed in as that person; ``size`` is a viewport.

    ``bypass_csp`` lets axe put its own style into Django's admin.
    """
    contexts: list[BrowserContext] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def open_page(
        user: User | None = None, size: dict[str, int] = DESKTOP, *, bypass_csp: bool = False
    ) -> Page:
        context = browser.new_context(
            bypass_csp=bypass_csp,
            viewport=size,  # type: ignore[arg-type]
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            sign_in(context, live_server.url, user)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(context: BrowserContext, url: str, user: User) -> None:
    """Put a session of ``user`` into the browser, as if signed in before."""
    context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": url}])
