"""What changed between two snapshots of a report, field by field."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from reports.diff import ALIKE, SAME, Segment, diff
from reports.requirements import FIELD_LABELS
from reports.selectors.conflict import words

SHORT = ("state", "completion")


@dataclasses.dataclass(frozen=True)
class FieldDiff:
    """One field's way from one snapshot to another; ``before`` and ``after`` in words."""

    name: str
    label: str
    before: str
    after: str
    segments: list[Segment]

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def is_short(self) -> bool:
        """A word or a number, which is better named beside the other than marked inside."""
        return self.name in SHORT

    @property
    def rewritten(self) -> bool:
        """So little of the old text is left that marking the rest would only confuse."""
        kept = sum(len(part.text) for part in self.segments if part.kind == SAME)
        return bool(self.before) and 2 * kept < ALIKE * (len(self.before) + len(self.after))


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldDiff]:
    """Field by field from one snapshot (keys: CONTENT_FIELDS) to another; empty ones left out."""
    rows = []
    for name, label in FIELD_LABELS.items():
        old, new = words(name, before.get(name)), words(name, after.get(name))
        if old or new:
            rows.append(FieldDiff(name, label, old, new, diff(old, new)))
    return rows
