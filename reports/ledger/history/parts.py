"""A sheet of an old ledger with what its columns are taken as, and what kind each row is."""

import dataclasses
import enum
import re
from collections.abc import Mapping, Sequence

from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.grid import Grid
from reports.ledger.history.headings import APPEND, WRITTEN
from reports.ledger.history.layout import Layout
from reports.ledger.history.matching import folded
from reports.ledger.history.names import find_body
from reports.ledger.reading.book import CellKind, SheetCell

SAYING = frozenset((*WRITTEN[:1], *WRITTEN[2:8], APPEND))
"""Columns that say something of the work; a date or a remark alone makes no report."""


class Kind(enum.StrEnum):
    """What a row of the sheet is, and why it is left out if it is."""

    DATA = "data", ""
    EMPTY = "empty", "没有填报内容"
    REPEATED = "repeated", "重复的表头"
    TOTAL = "total", "合计行"
    HEADING = "heading", "板块标题"
    REMARK = "remark", "表尾说明"

    reason: str

    def __new__(cls, value: str, reason: str) -> "Kind":
        member = str.__new__(cls, value)
        member._value_ = value
        member.reason = reason
        return member


@dataclasses.dataclass(frozen=True)
class Part:
    """A sheet with its layout and what its columns are taken as."""

    layout: Layout
    columns: Mapping[int, str]

    @property
    def grid(self) -> Grid:
        return self.layout.grid

    def of(self, *keys: str) -> list[int]:
        return [column for column, key in self.columns.items() if key in keys]

    def first(self, row: int, key: str) -> SheetCell:
        """The first cell of ``row`` that shows something in a column taken as ``key``."""
        cells = (self.grid.down(row, column) for column in self.of(key))
        blank = SheetCell(row, 0, CellKind.BLANK)
        return next((cell for cell in cells if cell.text.strip()), blank)


_TOTALS = re.compile(r"(合|总|小|共)\s*计|^累计")
_REMARKS = re.compile(
    r"^[（(]?(注|备注|说明|填表|填报|制表|审核|复核|联系|单位|负责|日期|附|报送|分管|电话|本表)"
)
_SIGNED = re.compile(r"^.{0,8}(人|电话|日期|时间|单位|领导|盖章|方式)\s*[（(]?.{0,6}[)）]?\s*[:：]")
"""填表人：张三, 审核人：, 联系电话：…: the foot of a form."""
_ORDINAL = re.compile(
    r"^([一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|第.{1,3}[章节部])"
)


def kind_of(part: Part, row: int, catalogue: Catalogue) -> Kind:
    """What ``row`` is by its looks: a row that says something of the work is always DATA."""
    cells = part.grid.own(row)
    first = cells[0].text.strip()
    if _is_repeated(part, cells):
        return Kind.REPEATED
    if _TOTALS.match(first) and len(first) <= 12:
        return Kind.TOTAL
    if len(cells) == 1 and (kind := _kind_alone(part, cells[0], catalogue)):
        return kind
    says = _says_something(part, row)
    signed = all(_SIGNED.match(cell.text.strip()) for cell in cells)
    if signed or (not says and not part.first(row, "work").text and _REMARKS.match(first)):
        return Kind.REMARK
    return Kind.DATA if says else Kind.EMPTY


def _kind_alone(part: Part, cell: SheetCell, catalogue: Catalogue) -> Kind | None:
    """Of the only cell in a row, unless it stands in a column of texts.

    One that is merged over half the sheet and is neither heading nor remark says something, but
    of what: that is asked.
    """
    text = cell.text.strip()
    wide = part.grid.width_of(cell.row, cell.column) * 2 >= len(part.columns)
    if not wide and part.columns.get(cell.column) in SAYING:
        return None
    sections = {folded(title) for title in catalogue.sections}
    ordinal = _ORDINAL.match(text) and len(text) <= LONGEST_HEADING
    if ordinal or folded(text) in sections or body_in(text, catalogue):
        return Kind.HEADING
    if _REMARKS.match(text):
        return Kind.REMARK
    return Kind.DATA if wide and len(part.columns) > 2 else None


LONGEST_HEADING = 40


def body_in(text: str, catalogue: Catalogue) -> int:
    """The department that a short text is about: 区水利局（18项）; 0 where it is none alone."""
    if len(text) > LONGEST_HEADING:
        return 0
    held = {body for name, body in catalogue.bodies.items() if name in text}
    return find_body(text.strip(), catalogue) or (held.pop() if len(held) == 1 else 0)


def _is_repeated(part: Part, cells: Sequence[SheetCell]) -> bool:
    texts = [cell.text.strip() for cell in cells]
    return len(texts) > 1 and all(
        text in part.layout.headings.get(cell.column, "").split(" ")
        for text, cell in zip(texts, cells, strict=True)
    )


def _says_something(part: Part, row: int) -> bool:
    return any(part.grid.down(row, column).text.strip() for column in part.of(*SAYING))
