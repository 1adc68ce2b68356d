"""The questions of a history import, and what is asked of its sheets and columns."""

import dataclasses
from collections.abc import Sequence

from reports.ledger.history.answers import LEAVE, USE, Answers
from reports.ledger.history.headings import CHOICES
from reports.ledger.history.reading import ColumnView, Reading, SheetView
from reports.ledger.reading.book import column_letters

Options = Sequence[tuple[str, str]]
"""Value and label, as a select shows them."""


@dataclasses.dataclass(frozen=True)
class Asked:
    """One question: ``name`` is the field's, ``subject`` and ``key`` where the answer is kept.

    ``value`` is what holds now, empty where nobody has said; ``proposal`` what is proposed then.
    """

    name: str
    subject: str
    key: str
    value: str
    proposal: str = ""
    options: Options = ()
    kind: str = "choice"

    @property
    def proposed(self) -> str:
        """The proposal as it reads; empty without one."""
        return dict(self.options).get(self.proposal, self.proposal)


@dataclasses.dataclass(frozen=True)
class SheetAsked:
    view: SheetView
    asked: Asked
    header: Asked | None
    rows: int


@dataclasses.dataclass(frozen=True)
class ColumnAsked:
    view: ColumnView
    asked: Asked

    @property
    def letter(self) -> str:
        return column_letters(self.view.column)


@dataclasses.dataclass(frozen=True)
class LayoutAsked:
    """Sheets with the same headings are asked about together."""

    sheets: list[str]
    columns: list[ColumnAsked]


@dataclasses.dataclass(frozen=True)
class ColumnsPage:
    sheets: list[SheetAsked]
    layouts: list[LayoutAsked]

    @property
    def asked(self) -> list[Asked]:
        sheets = [one.asked for one in self.sheets]
        headers = [one.header for one in self.sheets if one.header]
        return (
            sheets
            + headers
            + [column.asked for layout in self.layouts for column in layout.columns]
        )


def columns_page(reading: Reading, answers: Answers) -> ColumnsPage:
    """Which sheets are taken, and what their columns are."""
    sheets = [_sheet(view, answers) for view in reading.sheets]
    layouts: dict[str, LayoutAsked] = {}
    for view in reading.columns:
        layout = layouts.setdefault(view.layout, LayoutAsked([], []))
        layout.columns.append(ColumnAsked(view, _column(view)))
    for sheet in reading.sheets:
        if sheet.layout in layouts and sheet.used:
            layouts[sheet.layout].sheets.append(sheet.grid.name)
    return ColumnsPage(sheets, list(layouts.values()))


def _sheet(view: SheetView, answers: Answers) -> SheetAsked:
    index = str(view.grid.index)
    value = "" if view.used is None else USE if view.used else LEAVE
    options = ((USE, "导入"), (LEAVE, "不导入"))
    proposal = USE if view.proposal else LEAVE
    asked = Asked(f"sheets:{index}", "sheets", index, value, proposal, options)
    header = None
    if not view.layout or answers.header(view.grid.index):
        said = answers.header(view.grid.index)
        header = Asked(f"headers:{index}", "headers", index, str(said or ""), kind="row")
    return SheetAsked(view, asked, header, len(view.grid.rows))


def _column(view: ColumnView) -> Asked:
    options = tuple(CHOICES.items())
    return Asked(f"columns:{view.key}", "columns", view.key, view.said, view.guess.key, options)
