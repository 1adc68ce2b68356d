"""Whom the names in a department cell of an old ledger mean. Pure."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping

from reports.ledger.history.catalogue import Catalogue, shortened

_SEPARATORS = re.compile(r"[、，,;；/\n]+|\s{2,}")
_ASIDE = re.compile(r"[(\[【〔（［].*?[)\]】〕）］]")
_WORD = re.compile(r"^(牵头单位|牵头|责任单位|主办)[:：]?")
MOST_NAMES = 10
"""Of a cell only so many names are looked at."""


@dataclasses.dataclass(frozen=True)
class Named:
    """``bodies`` are the departments that are meant; ``unknown`` the names that nobody bears, of
    which somebody may have said whom they mean."""

    bodies: frozenset[int] = frozenset()
    unknown: tuple[str, ...] = ()


def read_names(text: str, catalogue: Catalogue, answers: Mapping[str, int]) -> Named:
    """Whom ``text`` names: several names may stand in one cell, each with a scope in brackets.

    ``answers`` says of names that are not in the list whom they mean (0: nobody of the plan's).
    """
    bodies, unknown = set(), []
    for name in split_names(text):
        found = find_body(name, catalogue)
        if not found:
            unknown.append(name)
        if meant := found or answers.get(name, 0):
            bodies.add(meant)
    return Named(frozenset(bodies), tuple(unknown))


def split_names(text: str) -> list[str]:
    """The first MOST_NAMES of a cell, each once, without scopes and full-width forms."""
    bare = _ASIDE.sub("", unicodedata.normalize("NFKC", text))
    parts = (_WORD.sub("", part.strip()).strip() for part in _SEPARATORS.split(bare))
    found = dict.fromkeys("".join(part.split()) for part in parts if part.strip())
    return list(found)[:MOST_NAMES]


def find_body(name: str, catalogue: Catalogue) -> int:
    """The department called ``name``, also without 重庆市, 万州区 or 区 before it; else 0."""
    if name in catalogue.bodies:
        return catalogue.bodies[name]
    found = catalogue.by_short.get(shortened(name), frozenset())
    return next(iter(found)) if len(found) == 1 else 0


def propose_body(name: str, catalogue: Catalogue) -> int:
    """Whom a shortened name may mean (区发改委 for 区发展改革委); 0 where that is not one alone.

    Every character of it must stand in the full name, in order.
    """
    short = shortened(name)
    if len(short) < 2:
        return 0
    found = frozenset().union(
        *(bodies for known, bodies in catalogue.by_short.items() if _in_order(short, known))
    )
    return next(iter(found)) if len(found) == 1 else 0


def _in_order(short: str, full: str) -> bool:
    rest = iter(full)
    return all(character in rest for character in short)
