"""Fixtures that every test may use: the plan, an open half-year, the cast, signed-in clients."""

import datetime
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.template import Template
from django.test import Client
from django.test.utils import instrumented_test_render
from pytest_django import DjangoDbBlocker

from departments.models import User
from reports.actions.periods import open_period
from reports.calendar import SHANGHAI, HalfYear
from reports.models import ReportingPeriod
from tasks.models import Plan
from tests.cast import Cast, hire_cast, hired_cast
from tests.kept import Beginnings, keep
from tests.sessions import signed_in

NOW = datetime.datetime(2027, 1, 5, 10, 0, tzinfo=SHANGHAI)
"""A Tuesday, ten days before the deadline of 2026H2."""


DATABASE_FIXTURES = frozenset(
    {"db", "transactional_db", "django_db_setup", "live_server", "database"}
)


def needs_no_database(item: pytest.Item) -> bool:
    """Whether another database could not change what the test finds."""
    marked = any(item.get_closest_marker(mark) for mark in ("django_db", "postgres", "redis"))
    return not marked and not DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a service are skipped where the environment names none (``make test`` does)."""
    for item in items:
        if needs_no_database(item):
            item.add_marker("once")
        for mark, variable in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")):
            if item.get_closest_marker(mark) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"{variable} names no service"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays till the end: Python need not look through it for garbage again
    and again, which took a tenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


PLAIN_RENDER = Template._render


@pytest.fixture(scope="session", autouse=True)
def django_test_environment(django_test_environment: None) -> None:
    """Pages are read as their users read them: copying the context of every template for
    ``response.context`` takes long, and is left to the tests that ask for it (``contexts``)."""
    Template._render = PLAIN_RENDER


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Responses have their ``context``."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Beginnings:
    """The plan is loaded once; each test's transaction starts from there."""
    with django_db_blocker.unblock(), transaction.atomic():
        plan = keep("plan", lambda: call_command("loadplan", verbosity=0))
        plan.put_back()
        beginnings = Beginnings(plan, keep("cast", hire_cast), keep("period", open_now))
    if connection.vendor == "postgresql":
        connection.ops.sql_flush = row_by_row
    return beginnings


def open_now() -> None:
    with time_machine.travel(NOW, tick=False):
        open_period(plan=Plan.objects.get(), half_year=HalfYear(2026, 2), now=NOW)


def row_by_row(style: object, tables: list[str], **options: bool) -> list[str]:
    """What empties the tables after a test with transactions of its own: TRUNCATE makes new files
    for every table and index, and takes five times as long for so few rows."""
    return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    """Stops the clock at NOW; ``now.move_to(...)`` sets it elsewhere."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def plan(db: None, django_db_setup: Beginnings) -> Plan:
    """The real plan; put back after a test that emptied the tables."""
    return standing_plan(django_db_setup)


@pytest.fixture
def cast(plan: Plan, django_db_setup: Beginnings) -> Cast:
    django_db_setup.cast.put_back()
    return hired_cast()


@pytest.fixture
def period(plan: Plan, now: time_machine.Traveller, django_db_setup: Beginnings) -> ReportingPeriod:
    """2026H2, open, due on January 15, 2027; the clock stands at NOW."""
    return opened_period(plan, django_db_setup)


def standing_plan(beginnings: Beginnings) -> Plan:
    if (plan := Plan.objects.first()) is None:
        beginnings.plan.put_back()
        plan = Plan.objects.get()
    return plan


def opened_period(plan: Plan, beginnings: Beginnings) -> ReportingPeriod:
    beginnings.period.put_back()
    period = ReportingPeriod.objects.get(year=2026, half=2)
    period.plan = plan
    return period


@contextmanager
def for_a_module(
    blocker: DjangoDbBlocker, beginnings: Beginnings
) -> Iterator[tuple[ReportingPeriod, Cast]]:
    """2026H2 and the cast in a transaction that is rolled back at the end; the clock stands at
    NOW. For fixtures of a module whose tests all begin with the same long story."""
    with blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        period = opened_period(standing_plan(beginnings), beginnings)
        beginnings.cast.put_back()
        yield period, hired_cast()
        transaction.set_rollback(True)


@pytest.fixture
def login(db: None) -> Callable[[User], Client]:
    """``login(cast.cgj_reporter)`` gives a client with that person signed in."""
    return signed_in
