"""Waiting for what others hold, but not without end."""

import contextlib
from collections.abc import Iterator

from django.db import OperationalError, connection, transaction

from departments.errors import Conflict

SECONDS = 5
LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's SQLSTATE where the wait for a lock took longer than allowed."""


@contextlib.contextmanager
def patience(otherwise: str) -> Iterator[None]:
    """Within a transaction: whoever waits for a row longer than SECONDS is told ``otherwise``.

    Raises Conflict then; nothing of the block is written. On SQLite whoever writes waits for the
    only writer, as long as the connection's own limit says.
    """
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{SECONDS}s'")
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise Conflict(otherwise) from error
        raise
