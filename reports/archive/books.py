"""Tables as workbooks, row by row: a long one goes on in a further workbook."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from reports.archive.columns import Cell
from reports.text import utf16_units

ROWS_PER_BOOK = 20_000
LONGEST_CELL = 32_767
"""What a cell of Excel holds, in UTF-16 units; openpyxl cuts the rest off without a word."""
_UNFAITHFUL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
"""What XML can't hold, or what Excel would read as something else."""
_HEAD = Font(name="黑体", bold=True)


class LongTexts:
    """A file of JSON lines beside the workbooks for what no cell holds faithfully."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._stream = path.open("w", encoding="utf-8")

    def close(self) -> None:
        self._stream.close()

    def keep(self, table: str, number: Any, column: str, text: str) -> str:
        """Write ``text`` down and return what stands in its cell instead."""
        self.count += 1
        line = {"table": table, "id": number, "column": column, "text": text}
        self._stream.write(json.dumps(line, ensure_ascii=True) + "\n")
        return f"（全文见 长文.jsonl 第 {self.count} 行）"


def is_faithful(text: str) -> bool:
    """Whether a cell gives ``text`` back character by character."""
    return utf16_units(text) <= LONGEST_CELL and not _UNFAITHFUL.search(text)


def write_books(
    rows: Iterable[Sequence[Cell]], headings: Sequence[str], title: str, folder: Path, most: int
) -> Iterator[Path]:
    """Workbooks in ``folder`` with at most ``most`` rows each; one also where there is no row."""
    count = 0
    source = iter(rows)
    row: Sequence[Cell] | None = next(source, None)
    while row is not None or count == 0:
        count += 1
        book = Workbook(write_only=True)
        sheet: Any = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", title)[:31])
        sheet.freeze_panes = "A2"
        sheet.append([_head(sheet, heading) for heading in headings])
        written = 0
        while row is not None and written < most:
            sheet.append([_cell(sheet, value) for value in row])
            written += 1
            row = next(source, None)
        path = folder / f"{count}.xlsx"
        book.save(path)
        yield path


def _head(sheet: Any, heading: str) -> Any:
    cell = WriteOnlyCell(sheet, value=heading)
    cell.font = _HEAD
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    """A text is always text: never a formula, never Excel's error value."""
    if not isinstance(value, str) or value[:1] not in ("=", "#"):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
