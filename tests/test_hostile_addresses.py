"""Whatever stands behind the question mark of an address, no page breaks."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from departments.models import User
from tests.cast import Cast
from tests.sessions import signed_in
from tests.url_table import METHODS, TABLE
from tests.world import World, cast, world

pytestmark = pytest.mark.django_db
__all__ = ["cast", "world"]
NAMES = [
    "q",
    "page",
    "section",
    "department",
    "part",
    "state",
    "show",
    "year",
    "period",
    "period_id",
    "status",
    "row",
    "item",
    "task",
    "kind",
    "days",
    "old",
    "new",
    "a",
    "b",
    "from",
    "to",
    "queue",
    "columns",
    "column",
    "format",
    "person",
    "channel",
    "report",
    "next",
    "mine",
    "whose",
    "text",
    "expired",
]
"""Every parameter that some page reads, and some that none does."""
READERS = ("slj_coordinator", "cgj_reporter", "cgj_approver", "admin")
VALUES = {
    "overflow": "9" * 40,
    "minus": "-1",
    "no-number": "甲",
    "nul": "\x00",
    "bidi": "\u202e\u2066",
    "superscript": "²",
    "full-width": "１２",
    "quote": "'\"<script>%_\\",
    "lone-surrogate": "\udc80",
    "long": "水" * 1000,
    "date": "0000-00-00",
    "nothing": "",
}
FOR_THE_DATABASE = {"overflow", "nul", "lone-surrogate"}
"""What SQLite might take and PostgreSQL not."""

MARK = "8231546"
"""Stands on no page by itself."""


def query(value: str) -> str:
    return urlencode(dict.fromkeys(NAMES, value), errors="surrogateescape")


def reader_of(statuses: dict[str, int]) -> str:
    """Somebody who is shown the page, or «»."""
    return next((who for who in READERS if statuses[who] == 200), "")


@pytest.fixture(scope="module")
def readers(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, tuple[str, str]]:
    """Pages that look at what stands behind the question mark: name → who is shown it, address.

    Each is asked once to find out; no other can break by it.
    """
    found = {}
    with django_db_blocker.unblock():
        clients = {who: signed_in(getattr(world.cast, who)) for who in READERS}
        for name, (thing, statuses) in TABLE.items():
            who = reader_of(statuses)
            if name in METHODS or not who:
                continue
            address = reverse(name, kwargs=world.things[thing] if thing else {})
            answer = clients[who].get(f"{address}?{query(MARK)}")
            if "GET" in vars(answer.wsgi_request) or MARK.encode() in answer.content:
                found[name] = who, address
    return found


def test_the_pages_that_look_are_found(readers: dict[str, tuple[str, str]]) -> None:
    assert {"task-list", "matrix", "search", "overview-list", "report"} <= set(readers)


@pytest.mark.parametrize(
    "kind",
    [
        kind if kind in FOR_THE_DATABASE else pytest.param(kind, marks=pytest.mark.once)
        for kind in VALUES
    ],
)
def test_no_query_string_breaks_a_page(
    kind: str,
    readers: dict[str, tuple[str, str]],
    cast: Cast,
    login: Callable[[User], Client],
) -> None:
    broken = {}
    clients = {who: login(getattr(cast, who)) for who in READERS}
    for name, (who, address) in readers.items():
        clients[who].raise_request_exception = False
        answer = clients[who].get(f"{address}?{query(VALUES[kind])}")
        if answer.status_code not in {200, 302, 400, 403, 404, 422}:
            broken[name] = answer.status_code
    assert broken == {}
