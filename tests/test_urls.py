"""Every address of the site × the cast: a new address without a row fails the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from departments.models import User
from tests.cast import Cast
from tests.sessions import session_of
from tests.url_table import METHODS, OPEN_TO_ALL, TABLE, WHO
from tests.world import World, cast, things, world

pytestmark = pytest.mark.django_db
__all__ = ["cast", "things", "world"]


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Names of all addresses; Django's admin has its own test below."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern.url_patterns, prefix)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield pattern.name


def ask(client: Client, method: str, address: str) -> int:
    answer = client.post(address) if method == "POST" else client.get(address)
    return answer.status_code


def test_every_address_has_a_row() -> None:
    known = set(names(get_resolver().url_patterns))
    listed = set(TABLE) | OPEN_TO_ALL
    assert known == listed, known ^ listed


@pytest.fixture(scope="module")
def sessions(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Everybody is signed in once: the keys of their sessions, none of a stranger's."""
    with django_db_blocker.unblock():
        return {who: session_of(getattr(world.cast, who)) for who in WHO[1:]}


@pytest.mark.parametrize("name", sorted(TABLE))
def test_everybody_gets_what_the_table_says(
    name: str, things: dict[str, Any], sessions: dict[str, str]
) -> None:
    thing, expected = TABLE[name]
    address = reverse(name, kwargs=things[thing] if thing else {})
    got = {}
    for who in expected:
        client = Client()
        if who in sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[who]
        got[who] = ask(client, METHODS.get(name, "GET"), address)
    assert got == expected


def test_only_the_admin_gets_into_djangos_admin(
    cast: Cast, login: Callable[[User], Client]
) -> None:
    for who in ("outsider", "cgj_reporter", "slj_coordinator", "auditor"):
        assert login(getattr(cast, who)).get("/admin/").status_code in {302, 403, 404}
    assert Client().get("/admin/").status_code == 302
    assert login(cast.admin).get("/admin/").status_code == 200
