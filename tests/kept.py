"""Rows that most tests begin with, made once in a process and then put back by the database.

Opening a half-year and hiring the cast takes 25 ms by the product's own actions, and over a
thousand tests begin with it; copying the same rows back takes two.
"""

import dataclasses
from collections.abc import Callable

from django.apps import apps
from django.db import connection, models, transaction


@dataclasses.dataclass(frozen=True)
class Kept:
    """The rows of one making."""

    statements: list[str]

    def put_back(self) -> None:
        """Copy the rows into their tables, with the keys that they had."""
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            for statement in self.statements:
                cursor.execute(statement)


@dataclasses.dataclass(frozen=True)
class Beginnings:
    """``cast`` and ``period`` (2026H2, open) fit the rows of ``plan``."""

    plan: Kept
    cast: Kept
    period: Kept


def keep(label: str, make: Callable[[], object]) -> Kept:
    """Let ``make`` write its rows and move them into tables beside their own, ``kept_<label>_…``.

    The keys stay free: the tables go on counting where they were.
    """
    tables = [model for model in apps.get_models(include_auto_created=True) if counts(model)]
    before = [(model, newest(model)) for model in tables]
    make()
    grown = [(model, last) for model, last in before if newest(model) > last]
    return Kept([_set_aside(label, model, last) for model, last in grown])


def counts(model: type[models.Model]) -> bool:
    """Whether ``model`` has a table whose keys the database counts up."""
    options = model._meta
    return options.managed and not options.proxy and isinstance(options.pk, models.AutoField)


def newest(model: type[models.Model]) -> int:
    """The highest primary key, 0 in an empty table."""
    return model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0


def _set_aside(label: str, model: type[models.Model], last: int) -> str:
    """Move the rows above ``last`` away; returns the statement that copies them back."""
    table = model._meta.db_table
    key = model._meta.pk.column
    quoted, kept = map(connection.ops.quote_name, (table, f"kept_{label}_{table}"))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {kept} AS SELECT * FROM {quoted} WHERE {key} > {last}")
        cursor.execute(f"DELETE FROM {quoted} WHERE {key} > {last}")
    return f"INSERT INTO {quoted} SELECT * FROM {kept}"
