"""What a load of the plan did, counted by table."""

import dataclasses
from collections import Counter

from django.db import models


@dataclasses.dataclass
class Tally:
    """Rows added, changed, withdrawn, restored and left, by the table's Chinese name.

    ``notes`` has a Chinese line for every row that was changed, withdrawn or restored.
    """

    added: Counter[str] = dataclasses.field(default_factory=Counter)
    changed: Counter[str] = dataclasses.field(default_factory=Counter)
    withdrawn: Counter[str] = dataclasses.field(default_factory=Counter)
    restored: Counter[str] = dataclasses.field(default_factory=Counter)
    left: Counter[str] = dataclasses.field(default_factory=Counter)
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        return not (self.added or self.changed or self.withdrawn or self.restored)

    def note(self, deed: str, row: models.Model, detail: str = "") -> None:
        """Count ``row`` under ``deed`` (修改, 撤销, 恢复) and say so."""
        name = str(row._meta.verbose_name)
        counter = {"修改": self.changed, "撤销": self.withdrawn, "恢复": self.restored}[deed]
        counter[name] += 1
        self.notes.append(f"{deed}{name}「{row}」" + (f"：{detail}" if detail else ""))

    def lines(self) -> list[str]:
        """Chinese lines for the command: each change, then the sums."""
        counts = {
            "新增": self.added,
            "修改": self.changed,
            "撤销": self.withdrawn,
            "恢复": self.restored,
            "未变": self.left,
        }
        sums = [_sum(deed, counter) for deed, counter in counts.items() if counter]
        head = ["内容与文件一致，没有改动"] if self.nothing_changed else []
        return [*self.notes, *head, *sums]


def _sum(deed: str, counter: Counter[str]) -> str:
    parts = "、".join(f"{name}{count}" for name, count in counter.items())
    return f"{deed} {counter.total()} 条（{parts}）"
