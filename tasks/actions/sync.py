"""Bring rows of one table in line with what the plan file says, with history."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models
from simple_history.utils import bulk_create_with_history

from tasks.actions.tally import Tally

Key = TypeVar("Key")
Row = TypeVar("Row", bound=models.Model)


def sync_rows(
    model: type[Row],
    *,
    there: Mapping[Key, Row],
    wanted: Mapping[Key, dict[str, Any]],
    tally: Tally,
    only_first: Mapping[Key, dict[str, Any]] | None = None,
) -> dict[Key, Row]:
    """Add the ``wanted`` rows that are not ``there`` and change the others where they differ.

    ``wanted`` holds the fields that the file owns, ``only_first`` those given to new rows only.
    A withdrawn row that is wanted comes back. Rows that are not wanted are left alone. Returns
    all wanted rows by key; a constant number of queries where nothing changes.
    """
    first = only_first or {}
    new = {
        key: model(**values, **first.get(key, {}))
        for key, values in wanted.items()
        if key not in there
    }
    _create(model, list(new.values()))
    tally.added.update({str(model._meta.verbose_name): len(new)} if new else {})
    for key, values in wanted.items():
        if key in there:
            _change(there[key], values, tally)
    return {key: new.get(key) or there[key] for key in wanted}


def _create(model: type[Row], rows: list[Row]) -> None:
    if rows and hasattr(model, "history"):
        bulk_create_with_history(rows, model)
    else:
        model._default_manager.bulk_create(rows)


def _change(row: models.Model, values: dict[str, Any], tally: Tally) -> None:
    back = getattr(row, "withdrawn_on", None) is not None
    before = {name: getattr(row, name) for name in values}
    differing = [name for name, value in values.items() if before[name] != value]
    if not differing and not back:
        tally.left[str(row._meta.verbose_name)] += 1
        return
    for name in differing:
        setattr(row, name, values[name])
    if back:
        row.withdrawn_on = None  # type: ignore[attr-defined]
    row.save()
    tally.note("恢复" if back else "修改", row, "、".join(_words(row, before, differing)))


def _words(row: models.Model, before: dict[str, Any], names: Iterable[str]) -> Iterable[str]:
    for name in names:
        label = str(getattr(row._meta.get_field(name.removesuffix("_id")), "verbose_name", name))
        plain = not name.endswith("_id")
        yield f"{label}「{before[name]}」改为「{getattr(row, name)}」" if plain else label


def withdraw_rows(rows: Iterable[models.Model], today: datetime.date, tally: Tally) -> None:
    """Mark ``rows`` (with a ``withdrawn_on``) as withdrawn on ``today`` (Asia/Shanghai)."""
    for row in rows:
        row.withdrawn_on = today  # type: ignore[attr-defined]
        row.save()
        tally.note("撤销", row)


def replace_rows(
    model: type[Row], *, there: list[Row], wanted: list[dict[str, Any]], tally: Tally
) -> None:
    """Make an ordered list of rows say exactly ``wanted``, writing it anew where it differs.

    For rows on which nothing hangs; their history keeps what stood before.
    """
    name = str(model._meta.verbose_name)
    stands = [
        {key: getattr(row, key) for key in values}
        for row, values in zip(there, wanted, strict=False)
    ]
    if stands == wanted and len(there) == len(wanted):
        tally.left[name] += len(there)
        return
    for row in there:
        row.delete()
    rows = [model(**values) for values in wanted]
    _create(model, rows)
    tally.added.update({name: len(rows)} if not there else {})
    tally.changed.update({name: len(rows)} if there else {})
    tally.notes += [f"修改{name}：{'、'.join(map(str, rows))}"] if there else []
