"""What was read of the database as part of a key: what is drawn from it is kept by all of it."""

import dataclasses
import functools
import operator
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from django.db.models import JSONField, Model

Row = TypeVar("Row")


@dataclasses.dataclass(frozen=True)
class Frozen(Generic[Row]):
    """``row``, equal to another one as long as all its ``columns`` are.

    A model's rows are equal when their ids are, whatever else they say: no key for what they say.
    """

    row: Row = dataclasses.field(compare=False)
    columns: tuple[Hashable, ...]


def freeze(row: Any, *beside: Model | None) -> Frozen[Any]:
    """The model's row ``row`` by its own columns, and those of the rows that are read through it:
    ``beside`` names all of them, with None for one that is not there."""
    return Frozen(row, tuple(_columns(one) for one in (row, *beside) if one is not None))


def freeze_map(rows: Mapping[Any, Hashable]) -> Frozen[Any]:
    """The mapping ``rows`` by its keys and values."""
    return Frozen(rows, tuple(rows.items()))


def _columns(row: Model) -> tuple[Hashable, ...]:
    """The row's own columns; JSON as it is written, since a list or a mapping is no key."""
    plain, written = _readers(type(row))
    return (*plain(row.__dict__), *(repr(row.__dict__[name]) for name in written))


@functools.cache
def _readers(kind: type[Model]) -> tuple[Callable[[Mapping[str, Any]], tuple[Any, ...]], list[str]]:
    """What reads the plain columns out of a row, and the names of those that hold JSON."""
    written = [f.attname for f in kind._meta.concrete_fields if isinstance(f, JSONField)]
    plain = [f.attname for f in kind._meta.concrete_fields if f.attname not in written]
    return operator.itemgetter(*plain), written
