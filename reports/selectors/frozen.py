"""What was read of the database as part of a key: what is drawn from it is kept by all of it."""

import dataclasses
import functools
from collections.abc import Hashable, Mapping
from typing import Any, Generic, TypeVar

from django.db.models import Model

Row = TypeVar("Row")


@dataclasses.dataclass(frozen=True)
class Frozen(Generic[Row]):
    """``row``, equal to another one as long as all its ``columns`` are.

    A model's rows are equal when their ids are, whatever else they say: no key for what they say.
    """

    row: Row = dataclasses.field(compare=False)
    columns: tuple[Hashable, ...]


def freeze(row: Any, *beside: Model | None) -> Frozen[Any]:
    """The model's row ``row`` by its own columns, and those of the rows that are read through it
    (``beside``): none of them may be missing."""
    return Frozen(row, tuple(_columns(one) for one in (row, *beside) if one is not None))


def freeze_map(rows: Mapping[Any, Hashable]) -> Frozen[Any]:
    """The mapping ``rows`` by its keys and values."""
    return Frozen(rows, tuple(rows.items()))


def _columns(row: Model) -> tuple[Hashable, ...]:
    """The row's own columns; JSON as it is written, since a list or a mapping is no key."""
    held = row.__dict__
    values = (held[name] for name in _names(type(row)))
    return tuple(repr(value) if isinstance(value, dict | list) else value for value in values)


@functools.cache
def _names(kind: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in kind._meta.concrete_fields)
