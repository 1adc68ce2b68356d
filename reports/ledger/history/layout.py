"""Where the header of an old ledger's sheet stands, and what its columns are. Pure."""

import dataclasses
import functools
import hashlib
import statistics
from collections.abc import Mapping, Sequence

from reports.ledger.columns import ANNEX
from reports.ledger.history.grid import Grid
from reports.ledger.history.headings import (
    APPEND,
    CHOICES,
    SKIP,
    WRITTEN,
    Guess,
    guess_heading,
    plain,
)

LOOKED_AT = 30
"""The header stands in the first rows that have something in them, or nowhere."""
_TELLING = frozenset((*ANNEX[1:], *WRITTEN[:6]))
"""At least one of these must be among the headings: 序号 and 备注 alone make no ledger."""
SAMPLES = 3
LONG_TEXT = 12


@dataclasses.dataclass(frozen=True)
class Layout:
    """``headings`` by column; ``rows`` are the header's, data begin after the last of them."""

    grid: Grid
    rows: tuple[int, ...]
    headings: Mapping[int, str]
    guesses: Mapping[int, Guess]

    @functools.cached_property
    def key(self) -> str:
        """Sheets with the same headings in the same columns are one layout, asked about once."""
        parts = (f"{column}{plain(text)}" for column, text in sorted(self.headings.items()))
        return hashlib.sha256("|".join(parts).encode(errors="surrogatepass")).hexdigest()[:10]

    def data_rows(self) -> list[int]:
        return [row for row in sorted(self.grid.rows) if row > max(self.rows, default=0)]


def find_layout(grid: Grid, header: int = 0) -> Layout | None:
    """The layout of ``grid``, None where no row looks like a header.

    ``header`` is the row that a person named as the header; it is believed.
    """
    top = header or _header_row(grid)
    if not top or top not in grid.rows:
        return None
    rows = _header_rows(grid, top)
    headings = _headings(grid, rows)
    layout = Layout(grid, rows, headings, {})
    guesses = {column: _looked_into(layout, column, text) for column, text in headings.items()}
    return dataclasses.replace(layout, guesses=_once_each(guesses))


def _header_row(grid: Grid) -> int:
    """The row with the most headings that are known for sure; the first of equals."""
    best, found = 0, 0
    for row in sorted(grid.rows)[:LOOKED_AT]:
        keys = [guess_heading(cell.text) for cell in grid.own(row)]
        known = {guess.key for guess in keys if guess.percent == 100}
        likely = {guess.key for guess in keys if guess.key} - known
        weight = 2 * len(known) + len(likely)
        if len(known) >= 2 and (known | likely) & _TELLING and weight > found:
            best, found = row, weight
    return best


def _header_rows(grid: Grid, top: int) -> tuple[int, ...]:
    """The header with the row under it where headings stand in two storeys."""
    below = [row for row in sorted(grid.rows) if row > top][:1]
    storeys = max((grid.height_of(top, cell.column) for cell in grid.own(top)), default=1)
    grouped = any(grid.width_of(top, cell.column) > 1 for cell in grid.own(top))
    if below and (storeys == 2 or grouped) and _reads_as_header(grid, below[0]):
        return (top, below[0])
    return (top,)


def _reads_as_header(grid: Grid, row: int) -> bool:
    cells = grid.own(row)
    known = [cell for cell in cells if guess_heading(cell.text).percent >= 70]
    return bool(cells) and all(len(cell.text) <= 20 for cell in cells) and bool(known)


def _headings(grid: Grid, rows: Sequence[int]) -> dict[int, str]:
    """Heading by column; of two storeys both, without saying the same twice."""
    columns = {column for row in grid.rows.values() for column in row.cells}
    found = {}
    for column in sorted(columns):
        storeys = [grid.cell(row, column).text.strip() for row in rows]
        found[column] = " ".join(dict.fromkeys(text for text in storeys if text))
    return found


def _looked_into(layout: Layout, column: int, heading: str) -> Guess:
    """The heading's guess, checked against what stands under it."""
    guess = guess_heading(heading)
    if guess.percent < 100 and " " in heading:
        lower = guess_heading(heading.rsplit(" ", 1)[1])
        guess = max(guess, lower, key=lambda one: one.percent)
    values = [text for row in layout.data_rows() if (text := _own(layout, row, column))]
    if not values:
        return guess if guess.key in CHOICES else Guess(SKIP, 100, "空列")
    long = statistics.median(len(text) for text in values) > LONG_TEXT
    if guess.key in {"completion", "state", "on_time"} and long:
        return Guess("progress", 60, f"{guess.why}，但格里是成段的文字")
    if guess.key == "progress" and all(_is_rate(text) for text in values):
        return Guess("completion", 60, f"{guess.why}，但格里都是百分数")
    return _beside(guess)


def _own(layout: Layout, row: int, column: int) -> str:
    there = layout.grid.rows[row].cells.get(column)
    return there.text.strip() if there else ""


def _is_rate(text: str) -> bool:
    return text.rstrip("%％").replace(".", "", 1).isdigit()


def _beside(guess: Guess) -> Guess:
    """Columns that a ledger has and a report has not: left out, the others' part is asked."""
    if guess.key == "support":
        return Guess(APPEND, 60, guess.why)
    if guess.key and guess.key not in CHOICES:
        return Guess(SKIP, guess.percent, f"{guess.why}，不属于填报内容")
    return guess


def _once_each(guesses: dict[int, Guess]) -> dict[int, Guess]:
    """A second column that would be the same as one before it is asked about."""
    taken: set[str] = set()
    result = {}
    for column, guess in sorted(guesses.items(), key=lambda pair: (-pair[1].percent, pair[0])):
        again = guess.key in taken and guess.key != SKIP
        result[column] = Guess(guess.key, 50, f"{guess.why}，与前面的列重复") if again else guess
        taken.add(guess.key)
    return dict(sorted(result.items()))


def samples(layout: Layout, column: int) -> list[str]:
    """The first values under the heading, for whoever has to say what the column is."""
    values = (_own(layout, row, column) for row in layout.data_rows())
    return list(dict.fromkeys(text for text in values if text))[:SAMPLES]
