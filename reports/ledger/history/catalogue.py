"""What an old ledger is matched against: the plan's work items and leads as plain values."""

import dataclasses
import functools
import re
from collections import defaultdict
from collections.abc import Mapping

from reports.value_checks import Measure

_PREFIX = re.compile(r"^(重庆市)?(万州区|万州|区)?(?=..)")


def shortened(name: str) -> str:
    """A department's ``name`` without 重庆市, 万州区 or 区 before it."""
    return _PREFIX.sub("", name)


@dataclasses.dataclass(frozen=True)
class Lead:
    """A lead assignment: its id, whose it is, and the scope (8.2)."""

    assignment: int
    department: int
    name: str
    scope: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}[{self.scope}]" if self.scope else self.name


@dataclasses.dataclass(frozen=True)
class Gauge:
    """An indicator of a work item, by whose name a value in a cell is known."""

    code: str
    name: str
    measure: Measure


@dataclasses.dataclass(frozen=True)
class Item:
    """A work item with its leads in order."""

    task: int
    row: int
    title: str
    text: str
    leads: tuple[Lead, ...]
    gauges: tuple[Gauge, ...] = ()

    @property
    def code(self) -> str:
        return f"{self.task}.{self.row}"

    @property
    def assignments(self) -> tuple[int, ...]:
        return tuple(lead.assignment for lead in self.leads)


@dataclasses.dataclass(frozen=True)
class Catalogue:
    """``bodies`` leads from every name and alias to the department; ``names`` back to its name.

    ``sections`` are the plan's headings, which old ledgers repeat between the rows; ``slug`` and
    ``codes`` (department by code) are what the hidden keys of our own workbooks are made of.
    """

    items: tuple[Item, ...]
    bodies: Mapping[str, int]
    names: Mapping[int, str]
    sections: frozenset[str] = frozenset()
    slug: str = ""
    codes: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def by_code(self) -> Mapping[tuple[int, int], Item]:
        return {(item.task, item.row): item for item in self.items}

    @functools.cached_property
    def by_assignment(self) -> Mapping[int, Item]:
        return {pk: item for item in self.items for pk in item.assignments}

    @functools.cached_property
    def leads(self) -> Mapping[int, Lead]:
        return {lead.assignment: lead for item in self.items for lead in item.leads}

    @functools.cached_property
    def by_short(self) -> Mapping[str, frozenset[int]]:
        """Every name and alias as ``shortened``, with all the departments that bear it."""
        found: dict[str, set[int]] = defaultdict(set)
        for name, body in self.bodies.items():
            found[shortened(name)].add(body)
        return {name: frozenset(bodies) for name, bodies in found.items()}

    def label(self, assignment: int) -> str:
        """``8.2 区水利局[直接取水企业]``."""
        return f"{self.by_assignment[assignment].code} {self.leads[assignment].label}"
