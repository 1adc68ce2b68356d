"""How many queries each page takes: pinned, and the same at one and at twenty half-years.

A page that gained or lost a query fails here; where that was meant, write the new numbers with

    UPDATE_QUERY_COUNTS=1 .venv/bin/python -m pytest tests/test_query_counts.py
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import User
from reports.actions.approval import approve_reports
from reports.actions.filing import submit_report
from reports.actions.periods import close_period, open_period
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from tests.cast import Cast, report_of
from tests.url_table import METHODS, TABLE
from tests.world import CONTENT, cast, period, things, world

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PINNED = Path(__file__).with_name("query_counts.json")
WHO = ("cgj_reporter", "slj_coordinator", "admin")
__all__ = ["cast", "period", "things", "world"]
ANOTHER_PAGE = {"history"}
"""Between the two counts the half-year that its import is for comes to exist."""


def pages(things: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Name, person and address of every page that answers a GET with 200."""
    return [
        (name, who, reverse(name, kwargs=things[thing] if thing else {}))
        for name, (thing, statuses) in sorted(TABLE.items())
        for who in WHO
        if name not in METHODS and statuses[who] == 200
    ]


def count(client: Client, address: str) -> int:
    """Queries of a second visit: what is kept between requests is there by then."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200, address
    return len(caught)


def live_on(period: ReportingPeriod, cast: Cast, halves: int) -> None:
    """That many earlier half-years, each with two filed reports of 区城管局, then closed."""
    half_year = HalfYear.parse(period.code)
    for _ in range(halves):
        half_year = half_year.previous
        if half_year.year < 2020:
            half_year = HalfYear(2030, 2)
        earlier, _ = open_period(plan=period.plan, half_year=half_year)
        filed = [report_of(earlier, code) for code in ("12.1", "14.1")]
        for report in filed:
            submit_report(report=report, by=cast.cgj_reporter, content=dict(CONTENT))
        approve_reports(reports=filed, by=cast.cgj_approver)
        close_period(period=earlier, by=cast.slj_coordinator, comment="")


def test_no_page_asks_more_at_twenty_half_years_than_at_two(
    things: dict[str, Any],
    period: ReportingPeriod,
    cast: Cast,
    login: Callable[[User], Client],
) -> None:
    clients = {who: login(getattr(cast, who)) for who in WHO}
    live_on(period, cast, 1)
    few = {(name, who): count(clients[who], at) for name, who, at in pages(things)}
    live_on(period.plan.periods.order_by("year", "half")[0], cast, 18)
    many = {(name, who): count(clients[who], at) for name, who, at in pages(things)}
    grown = {key: (few[key], many[key]) for key in few if few[key] != many[key]}
    assert {key: counts for key, counts in grown.items() if key[0] not in ANOTHER_PAGE} == {}
    found: dict[str, dict[str, int]] = {}
    for (name, who), number in many.items():
        found.setdefault(name, {})[who] = number
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        PINNED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert found == json.loads(PINNED.read_text(encoding="utf-8"))
