"""What SQLite can do here, asked of itself."""

import sqlite3
from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created, dispatch_uid="wanzhou_water.sqlite")
def ask_for_limits(connection: Any, **_: Any) -> None:
    """Django 5.2 takes 999 values for the most that a statement may have, whatever SQLite says;
    so many rows would go in in many statements (6.0 asks, as done here)."""
    if connection.vendor == "sqlite":
        most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = most
