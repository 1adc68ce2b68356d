"""Several people at the same moment, in threads with database connections of their own."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from departments.models import User

RACE = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, nothing to race"
    ),
]
"""Marks of tests in which several write at once."""


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run ``calls`` in threads that start together; their answers or exceptions, in order."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[at] = call()
        except Exception as error:
            answers[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def fresh(user: User) -> User:
    """A user object of a thread's own."""
    return User.objects.get(pk=user.pk)


def behind(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """``first`` is done but not committed before ``second`` waits for it; the second's answer."""
    answers: list[Any] = []

    def run() -> None:
        answers.extend(at_once(second))

    with transaction.atomic():
        first()
        thread = threading.Thread(target=run)
        thread.start()
        wait_until_somebody_waits_for_a_lock()
    thread.join()
    return answers[0]


def hurried(call: Callable[[], Any], limit: str = "lock_timeout") -> Callable[[], Any]:
    """``call`` in a thread of its own: whoever has to wait gives up after three seconds.

    ``limit`` is PostgreSQL's setting; ``statement_timeout`` is an error of another kind, but does
    not hold while a transaction commits.
    """

    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"set {limit} = '3s'")
        return call()

    return run


def wait_until_somebody_waits_for_a_lock() -> None:
    """On PostgreSQL, or fail."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits for a lock")
