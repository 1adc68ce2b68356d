"""The export shows one moment, and nobody waits for it."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department
from reports.archive.snapshot import one_moment


def in_a_thread(act) -> list[BaseException]:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    return failed


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_others_write_meanwhile_is_not_in_it_and_they_do_not_wait() -> None:
    with one_moment():
        before = Department.objects.count()
        assert not in_a_thread(lambda: Department.objects.create(code="new", name="新单位"))
        assert Department.objects.count() == before
    assert Department.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_within_it_and_the_connection_is_as_before() -> None:
    with CaptureQueriesContext(connection) as context, one_moment():
        Department.objects.count()
    begun = " ".join(query["sql"] for query in context.captured_queries)
    assert "BEGIN DEFERRED" in begun or "READ ONLY" in begun
    assert not connection.in_atomic_block
    Department.objects.create(code="new", name="新单位")
    assert Department.objects.filter(code="new").exists()


@pytest.mark.django_db(transaction=True)
def test_a_failure_within_it_leaves_the_connection_usable() -> None:
    with pytest.raises(LookupError), one_moment():
        raise LookupError
    assert not connection.in_atomic_block
    assert Department.objects.count() >= 0
