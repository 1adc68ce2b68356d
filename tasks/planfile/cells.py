"""Department cells of the annex: who is meant by the names printed in them."""

import re
from collections.abc import Iterator

from tasks.models import Assignment
from tasks.planfile.data import PartData
from tasks.planfile.faults import Fault

_SEPARATORS = re.compile("[、，]")
_SCOPE = re.compile(r"(?P<name>[^\[\]]+)\[(?P<scope>[^\[\]]+)\]")
LONGEST_SCOPE = 60


def split_cell(cell: str) -> Iterator[tuple[str, str]]:
    """The names of a cell with their scope: 、 and (task 3) ， separate, [ ] holds the scope."""
    for part in _SEPARATORS.split(cell):
        match = _SCOPE.fullmatch(part.strip())
        yield (match["name"], match["scope"]) if match else (part.strip(), "")


class Directory:
    """Every name and alias of the file's departments, and whose it is."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.codes: dict[str, str] = {}

    def enter(self, code: str, names: tuple[str, ...], place: str) -> None:
        """Names of the department ``code``; a name that is taken is a fault."""
        for name in filter(None, names):
            if self.codes.setdefault(name, code) != code or names.count(name) > 1:
                reason = f"名称或别名「{name}」已有单位使用"
                self.faults.append(Fault(place, reason, "名称和别名不得重复，请改正或删去一处"))

    def code(self, name: str, place: str) -> str:
        """Code of the department called ``name``; a fault and an empty code if nobody is."""
        if name and name not in self.codes:
            cure = "请改正名称，或在 [[单位]] 中登记它（或把它写进某单位的「别名」）"
            self.faults.append(Fault(place, f"单位「{name}」不认识", cure))
        return self.codes.get(name, "")

    def parts(self, cell: str, kind: Assignment.Kind, place: str) -> tuple[PartData, ...]:
        """The departments of a cell, in its order."""
        found: dict[str, PartData] = {}
        for order, (name, scope) in enumerate(split_cell(cell), 1) if cell else ():
            where = f"{place}{kind.label}"
            code = self.code(name, where)
            if not name or len(scope) > LONGEST_SCOPE:
                self.faults.append(Fault(where, "有空的名称或过长的范围", "请核对顿号和方括号"))
            if code and code in found:
                reason = f"「{name}」与「{found[code].printed_name}」是同一单位"
                self.faults.append(Fault(where, reason, "同一格中只写一次，请删去一处"))
            found[code] = PartData(code, kind.value, name, scope, order)
        return tuple(found.values())
