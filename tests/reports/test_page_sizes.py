"""Pages full of texts of 500 characters: none over 400 kB, also for who has 18 items at once."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import User
from reports.calendar import HalfYear
from reports.models import Report, ReportingPeriod
from reports.states import Status
from tasks.models import Plan
from tests.bench.years import hire_staff, live
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]
Login = Callable[[User], Client]
MOST, NEWEST = 400_000, HalfYear(2026, 2)
PLAN = "/plans/wanzhou-2020-50"


@pytest.fixture
def full(plan: Plan, cast: Cast, now: time_machine.Traveller) -> ReportingPeriod:
    now.move_to("2027-01-05T10:00+08:00")
    live(
        plan, [NEWEST.previous.previous, NEWEST.previous, NEWEST], hire_staff(plan, "full-"), NEWEST
    )
    return ReportingPeriod.objects.get(year=2026, half=2)


def size(client: Client, where: str) -> int:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return len(answer.content)


def own(period: ReportingPeriod, status: Status) -> list[Report]:
    """The 18 reports of 区水利局, all of ``status``."""
    rows = period.reports.filter(department__code="slj")
    assert rows.update(status=status, filed_event=None, filed_at=None, refiled_at=None) == 18
    return list(rows)


def test_the_ledger_the_review_and_the_comparison(
    full: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    filed = full.reports.filter(status=Status.FILED, reviewer__code="slj")[0]
    for where in (
        f"{PLAN}/periods/2026H2/ledger/", f"{PLAN}/periods/2026H1/ledger/", "/review/",
        f"/reports/{filed.pk}/", f"/reports/{filed.pk}/?queue=1", f"/reports/{filed.pk}/compare/",
        f"{PLAN}/indicators/", "/search/?q=管网", "/entries/", "/submissions/",
    ):  # fmt: skip
        assert size(client, where) < MOST, where


def test_the_form_and_the_table_of_eighteen(
    full: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, reports = login(cast.slj_reporter), own(full, Status.DRAFT)
    for where in (f"/reports/{reports[0].pk}/", f"/periods/{full.pk}/table/", "/"):
        assert size(client, where) < MOST, where


def test_the_approvers_eighteen(full: ReportingPeriod, cast: Cast, login: Login) -> None:
    own(full, Status.PENDING)
    page = login(cast.slj_approver).get("/approvals/")
    assert page.content.decode().count('name="report"') >= 18
    assert len(page.content) < MOST
