"""The sum of previews: a long import is looked at some hundred reports at a time."""

import dataclasses
import hashlib
from collections import Counter
from typing import Any

from reports.ledger.preview import Kind, Preview


@dataclasses.dataclass
class Summary:
    """How many there are ``of`` each kind; ``taken`` reports and ``cells`` would be written,
    ``blocked`` ones keep the whole from being taken."""

    of: Counter[Kind] = dataclasses.field(default_factory=Counter)
    taken: int = 0
    cells: int = 0
    blocked: int = 0
    _seen: Any = dataclasses.field(default_factory=hashlib.sha256)

    def add(self, preview: Preview) -> None:
        """Previews come in the order of their reports' ids."""
        self.of.update({kind: preview.count(kind) for kind in Kind})
        self.taken += len(preview.taken)
        self.cells += sum(len(item.content) for item in preview.taken)
        self.blocked += preview.blocked
        self._seen.update(preview.marks.encode())

    @property
    def seen(self) -> str:
        """A fingerprint of what the previews rest on: another one once somebody wrote meanwhile."""
        return str(self._seen.hexdigest())
