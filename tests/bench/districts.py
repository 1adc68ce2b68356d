"""A plan becomes many: every row that hangs on it is copied in the database itself.

Each copy is a district of its own, with its own departments and people, as another plan would be.
"""

from django.apps import apps
from django.db import connection, models, transaction

MODELS = (
    "departments.Department", "departments.DepartmentAlias", "departments.User",
    "departments.Membership", "tasks.Plan", "tasks.PlanIssuer", "tasks.PlanReceiver",
    "tasks.Section", "tasks.Task", "tasks.WorkItem", "tasks.Assignment", "tasks.Indicator",
    "tasks.Target", "reports.ReportingPeriod", "reports.Report", "reports.ReportEvent",
    "reports.ProgressEntry",
)  # fmt: skip
APART = 100_000_000
"""How far the ids of two copies lie apart."""


def multiply(copies: int) -> None:
    """Make ``copies`` more of all that is there (PostgreSQL only)."""
    copied = [apps.get_model(label) for label in MODELS]
    with transaction.atomic(), connection.cursor() as cursor:
        for model in copied:
            cursor.execute(_statement(model, copied), [copies])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _statement(model: type[models.Model], copied: list[type[models.Model]]) -> str:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, copied) for field in fields)
    table = model._meta.db_table
    return (
        f'INSERT INTO "{table}" ({names}) '
        f'SELECT {values} FROM "{table}", generate_series(1, %s) AS copy'
    )


def _value(field: models.Field, copied: list[type[models.Model]]) -> str:
    column = f'"{field.column}"'
    if field.primary_key or field.related_model in copied:
        return f"{column} + copy::bigint * {APART}"
    if field.unique:
        return f"{column} || '-' || copy"
    return column
