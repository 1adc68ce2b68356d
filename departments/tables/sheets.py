"""A table as it came from outside: rows of text with their numbers, whatever the file's kind."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence

from departments.errors import DomainError

HEADER_WITHIN = 20
"""The header stands in one of the first so many rows: a title above it does no harm."""
GUIDE = "说明"
"""Our own sheet that explains the columns; it is not read."""


@dataclasses.dataclass(frozen=True)
class RawRow:
    """``number`` is the row's in the file; ``problems`` says, by index, which cells can't be read.

    A cell is what a person sees of it, without the blanks around.
    """

    number: int
    cells: list[str]
    problems: dict[int, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class RawSheet:
    """``name`` is empty for a file without sheets."""

    name: str
    rows: list[RawRow]


@dataclasses.dataclass(frozen=True)
class TableRow:
    """A row below the header, by heading; a heading that the file lacks is not there."""

    number: int
    values: dict[str, str]
    problems: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Table:
    """The rows of one sheet. ``notices`` are sentences on what was not read."""

    sheet: str
    rows: list[TableRow]
    notices: list[str] = dataclasses.field(default_factory=list)

    @property
    def headings(self) -> list[str]:
        return list(self.rows[0].values) if self.rows else []


def find_table(
    sheets: Sequence[RawSheet], *, known: Sequence[str], key: Sequence[str], most: int
) -> Table:
    """The rows below the first header that names every column of ``key``.

    ``known`` are the headings that are read; others are passed over with a notice. Raises
    DomainError where there is no such header, a heading stands twice, or below it stands nothing,
    or more than ``most`` rows.
    """
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            headings = [_heading(cell) for cell in row.cells]
            if set(key) <= set(headings):
                table = _table(sheet, at, headings, known, _others(sheets, sheet))
                return _checked(table, most)
    missing = "、".join(f"「{name}」" for name in key)
    raise DomainError(
        f"没有找到表头。表头应在前 {HEADER_WITHIN} 行以内，至少有{missing}各列；"
        "请先下载空表，把内容贴进去。"
    )


def _table(
    sheet: RawSheet, at: int, headings: list[str], known: Sequence[str], notices: list[str]
) -> Table:
    twice = [name for name, count in Counter(headings).items() if name in known and count > 1]
    if twice:
        raise DomainError(f"表头里「{twice[0]}」出现了两次，请只留一列。")
    strange = [name for name in headings if name and name not in known]
    if strange:
        notices = [*notices, f"本表没有「{'」「'.join(strange)}」列，没有读取。"]
    return Table(sheet.name, list(_rows(sheet.rows[at + 1 :], headings, known)), notices)


def _checked(table: Table, most: int) -> Table:
    count = len(table.rows)
    if not count:
        raise DomainError("表头下面没有数据，请填好后再传。")
    if count > most:
        raise DomainError(f"共 {count} 行，一次最多 {most} 行：请拆成几个文件。")
    return table


def _rows(rows: Iterable[RawRow], headings: list[str], known: Sequence[str]) -> Iterable[TableRow]:
    places = {heading: at for at, heading in enumerate(headings) if heading in known}
    for row in rows:
        if any(row.cells) or row.problems:
            cells = {name: row.cells[at : at + 1] for name, at in places.items()}
            yield TableRow(
                row.number,
                {name: cell[0] if cell else "" for name, cell in cells.items()},
                {name: row.problems[at] for name, at in places.items() if at in row.problems},
            )


def _others(sheets: Sequence[RawSheet], read: RawSheet) -> list[str]:
    others = [sheet.name for sheet in sheets if sheet is not read and sheet.rows]
    left = [name for name in others if name != GUIDE]
    said = f"只读取了工作表「{read.name}」，没有读取「{'」「'.join(left)}」。"
    return [said] if left else []


def _heading(cell: str) -> str:
    return "".join(cell.split()).strip("*＊")
