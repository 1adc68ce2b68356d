"""The counts on the receivers' home: the overview's, each with 上期同期."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.actions.periods import open_period, record_past_period
from reports.actions.transition import Step, advance
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ReportingPeriod
from reports.states import Action
from tests.cast import Cast, report_of
from tests.conftest import NOW
from tests.reports.board import CONTENT, address, page, was
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
SAME_DAY = datetime.datetime(2026, 7, 5, 12, tzinfo=SHANGHAI)
"""Ten days before the deadline of 2026H1, as NOW is before that of 2026H2."""


@pytest.fixture
def lived(period: ReportingPeriod, cast: Cast, now: time_machine.Traveller) -> ReportingPeriod:
    """Two filed by this day of the half-year before and one later; one filed now."""
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    for code, moment in (("12.1", 0), ("14.1", 0), ("20.4", 1)):
        now.move_to(SAME_DAY + datetime.timedelta(days=moment))
        filed(report_of(before, code), cast)
    now.move_to(NOW)
    filed(report_of(period, "12.1"), cast)
    return period


def counts(html: str) -> list[str]:
    """The cards of the counts in words, links aside."""
    cards = re.findall(r'<(?:a|div) class="card kpi.*?</(?:a|div)>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", card).split()) for card in cards]


def test_home_shows_what_the_overview_shows(
    lived: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.slj_coordinator, cast.fgw_coordinator, cast.auditor):
        client = login(user)
        html = page(client, "/")
        assert (was(html, "应报"), was(html, "已报"), was(html, "待审核")) == ("53", "2", "2")
        assert counts(html) == counts(page(client, address(lived)))
        assert len(counts(html)) == 8


def test_without_a_half_year_before_nothing_is_compared(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert "上期同期" not in page(login(cast.slj_coordinator), "/")


def test_a_half_year_before_without_days_of_filing_is_not_compared(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    before, _ = record_past_period(plan=period.plan, half_year=HalfYear(2026, 1), by=cast.admin)
    step = Step(content=dict(CONTENT), assessed_state="behind")
    advance(report=report_of(before, "12.1"), action=Action.IMPORT, by=cast.admin, step=step)
    assert "上期同期" not in page(login(cast.slj_coordinator), "/")


def test_what_was_filed_last_time_costs_no_more_queries(
    lived: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    def count() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        return len(caught)

    client = login(cast.slj_coordinator)
    few = count()
    before = ReportingPeriod.objects.get(year=2026, half=1)
    now.move_to(SAME_DAY)
    for code in ("20.5", "11.1", "13.1"):
        filed(report_of(before, code), cast)
    now.move_to(NOW)
    assert was(page(client, "/"), "已报") == "5"
    assert count() == few
