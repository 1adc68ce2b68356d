"""Every cell of an old ledger accounted for: taken as what, or left out and why."""

import dataclasses
from collections.abc import Mapping

from reports.ledger.columns import ANNEX
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.grid import Place
from reports.ledger.history.headings import CHOICES, KEY, SKIP
from reports.ledger.history.lines import Line
from reports.ledger.history.parts import Kind, Part
from reports.ledger.history.reading import Reading
from reports.ledger.reading.book import SheetCell


@dataclasses.dataclass(frozen=True)
class Fate:
    """What became of one cell; ``field`` and ``codes`` where it was taken, else ``reason``."""

    sheet: int
    cell: SheetCell
    reason: str = ""
    field: str = ""
    codes: tuple[str, ...] = ()

    @property
    def is_taken(self) -> bool:
        return bool(self.codes)


def account_of(reading: Reading, catalogue: Catalogue) -> list[Fate]:
    """The fate of every cell that shows something, in all sheets, each exactly once."""
    taken = _taken(reading, catalogue)
    dropped = {place: why for take in reading.takes for place, why in take.dropped.items()}
    lines = {(line.sheet, line.row): line for line in reading.lines}
    parts = {part.grid.index: part for part in reading.parts}
    fates = []
    for view in reading.sheets:
        index = view.grid.index
        for cell in view.grid.cells():
            place = index, (cell.row, cell.column)
            if place in taken:
                field, codes = taken[place]
                fates.append(Fate(index, cell, "", field, codes))
            elif place in dropped:
                fates.append(Fate(index, cell, dropped[place]))
            elif index not in parts:
                fates.append(Fate(index, cell, f"整张表不导入（{view.why}）"))
            else:
                reason = _reason(cell, parts[index], lines.get((index, cell.row)))
                fates.append(Fate(index, cell, reason))
    return fates


def _taken(
    reading: Reading, catalogue: Catalogue
) -> Mapping[tuple[int, Place], tuple[str, tuple[str, ...]]]:
    """Field and reports of the cells that were taken; a merged one may have gone into several."""
    found: dict[tuple[int, Place], tuple[str, tuple[str, ...]]] = {}
    for take in reading.takes:
        code = catalogue.label(take.assignment)
        for place, field in take.cells.items():
            _, codes = found.get(place, ("", ()))
            found[place] = field, (*codes, code)
    return found


def _reason(cell: SheetCell, part: Part, line: Line | None) -> str:
    """Why a cell in a sheet that is taken did not become part of a report."""
    header = part.layout.rows
    if line is None or cell.row <= max(header):
        return "表头" if cell.row in header else "表头以上的标题、说明"
    if line.said == SKIP:
        return "这一行按您的选择不导入"
    if line.kind != Kind.DATA and not line.targets:
        return line.kind.reason
    return _of_column(cell, part) or (
        "这一行还没有认定是哪一项" if line.is_open else "这一项有误，没有导入"
    )


def _of_column(cell: SheetCell, part: Part) -> str:
    """Why nothing of the cell's column becomes part of a report; empty where it should have."""
    key = part.columns.get(cell.column, SKIP)
    if key in {*ANNEX, KEY}:
        return f"{CHOICES[key]}列，用来认出是哪一项"
    heading = part.layout.headings.get(cell.column, "")
    return f"这一列不导入（{heading or '无表头'}）" if key == SKIP else ""
