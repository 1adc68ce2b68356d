"""Pages at 1, 13 and 130 half-years: as many queries, and no page grows out of hand."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.calendar import HalfYear
from tasks.models import Plan
from tests.bench.years import hire_staff, live
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PLAN = "/plans/wanzhou-2020-50"
NEWEST = HalfYear(2084, 2)
PAGES = {
    "matrix": f"{PLAN}/matrix/",
    "matrix of departments": f"{PLAN}/matrix/?by=departments&show=progress",
    "item": f"{PLAN}/items/12.1/",
    "item of two leads": f"{PLAN}/items/8.2/",
    "department": f"{PLAN}/departments/slj/",
    "task": f"{PLAN}/tasks/20/",
    "overview": f"{PLAN}/periods/2084H2/",
    "overview's list": f"{PLAN}/periods/2084H2/list/?status=in_hand",
    "协调台账": f"{PLAN}/periods/2084H2/coordination/",
    "home": "/",
    "tasks": f"{PLAN}/tasks/",
}
COMPARED = {"home"}
"""A page that reads the half-years before as well, so that the very first has less to read."""
LARGEST = {"overview": 150_000}


def pages_at(client: Client) -> dict[str, tuple[int, int]]:
    """How many queries and bytes each page takes."""
    found = {}
    for name, address in PAGES.items():
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(address)
        assert answer.status_code == 200, address
        found[name] = len(caught), len(answer.content)
    return found


def test_no_page_takes_more_queries_or_grows_out_of_hand(
    plan: Plan, cast: Cast, login: Callable[[User], Client]
) -> None:
    staff, found = hire_staff(plan, "many-"), []
    people = (cast.slj_coordinator, cast.cgj_reporter, cast.auditor)
    clients = {user.username: login(user) for user in people}
    for first, last in ((0, 0), (1, 12), (13, 129)):
        years = [NEWEST.shifted(-step) for step in range(first, last + 1)]
        live(plan, years, staff, NEWEST)
        found.append({name: pages_at(client) for name, client in clients.items()})
    for name in clients:
        for page in PAGES:
            counts = [at[name][page][0] for at in found]
            assert counts[1] == counts[2], (name, page, counts)
            assert counts[0] == counts[1] or page in COMPARED, (name, page, counts)
            assert counts[0] <= 20, (name, page, counts)
            assert found[-1][name][page][1] < LARGEST.get(page, 400_000), (name, page)
