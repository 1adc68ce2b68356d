"""The one way to read a workbook that came from outside."""

import json
import signal
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path
from typing import IO

import structlog

from reports.ledger.reading.book import Book, CellKind, Sheet, SheetCell, SheetRow, WorkbookRefused
from reports.ledger.reading.child import OUT_OF_MEMORY, TOO_MUCH_OUTPUT
from reports.ledger.reading.limits import Limits
from reports.ledger.reading.rows import Rows, Spool, parse_line

__all__ = ["Book", "CellKind", "Sheet", "SheetCell", "SheetRow", "WorkbookRefused", "read_book"]

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (
    f"import sys; sys.path.insert(0, {str(_ROOT)!r}); import reports.ledger.reading.child as c"
)
_CURE = "请把有内容的部分复制到新建的工作簿，另存为 .xlsx 后再传。"
_NOTHING = "读取时出错。请用 Excel 打开，确认内容无误后另存为 .xlsx 再传；仍不行请联系管理员。"
_DEATHS = {
    OUT_OF_MEMORY: f"读取所需内存超出上限，已停止。{_CURE}",
    TOO_MUCH_OUTPUT: f"内容过多，已停止读取。{_CURE}",
    -signal.SIGXCPU: f"过于复杂，在限定时间内没有读完，已停止。{_CURE}",
    -signal.SIGKILL: f"过于复杂，在限定时间内没有读完，已停止。{_CURE}",
}
log = structlog.get_logger(__name__)


def read_book(content: bytes, name: str, limits: Limits = Limits()) -> Book:  # noqa: B008
    """Everything in the .xlsx ``content``; ``name`` is the file's, for the sentences.

    A process of its own reads it, within ``limits`` of time and memory; what is wrong with a single
    cell is told by the cell's kind. Raises WorkbookRefused with a Chinese sentence where the file
    can't be taken, or the process did not come to an end.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as found:
        given.write(content)
        given.seek(0)
        _run(given, found, name, limits)
        found.seek(0)
        return _collect(found, name)


def _run(given: IO[bytes], found: IO[bytes], name: str, limits: Limits) -> None:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"{_PROGRAM}; c.main()",
        json.dumps(limits._asdict()),
    ]
    try:
        done = subprocess.run(
            command, stdin=given, stdout=found, stderr=subprocess.PIPE, cwd="/", env={},
            timeout=limits.wall_seconds, check=False,
        )  # fmt: skip
        code, said = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        code, said = -signal.SIGKILL, b""
    if code:
        log.warning("workbook_not_read", code=code, said=said[-2000:].decode(errors="replace"))
        raise WorkbookRefused(f"「{name}」{_DEATHS.get(code, _NOTHING)}")


def _collect(found: IO[bytes], name: str) -> Book:
    """The book from the child's lines; its rows stay in the file until somebody looks at them."""
    spool, offsets, position = Spool(found), array("Q"), 0
    sheets: list[Sheet] = []
    for line in found:
        if line.startswith(b"["):
            offsets.append(position)
        else:
            facts = parse_line(line)
            if "refused" in facts:
                raise WorkbookRefused(f"「{name}」{facts['refused']}")
            if "notices" in facts:
                return Book(sheets, facts["properties"], facts["notices"])
            offsets.append(position)
            for areas in ("merges", "hidden_columns"):
                facts[areas] = [tuple(area) for area in facts[areas]]
            sheets.append(Sheet(rows=Rows(spool, offsets), **facts))
            offsets = array("Q")
        position += len(line)
    raise WorkbookRefused(f"「{name}」{_NOTHING}")
