"""Rows of a sheet that are decoded when somebody looks at them: ten thousand take no memory."""

import json
import os
import weakref
from array import array
from collections.abc import Sequence
from typing import IO, Any, overload

from reports.ledger.reading.book import CellKind, SheetCell, SheetRow

_KINDS = tuple(CellKind)


class Spool:
    """The child's output: a file without a name, gone when nobody holds it any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)

    def read(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` up to ``end``."""
        return os.pread(self._descriptor, end - start, start)


def parse_line(line: bytes) -> Any:
    """What the child wrote as one line; a lone half of a pair survives."""
    return json.loads(line.decode("utf-8", "surrogatepass"))


class Rows(Sequence[SheetRow]):
    """``offsets`` are where the rows begin in ``spool``, and at last where they end."""

    def __init__(self, spool: Spool, offsets: "array[int]") -> None:
        self._spool, self._offsets = spool, offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> SheetRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[SheetRow]: ...
    def __getitem__(self, index: int | slice) -> SheetRow | list[SheetRow]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        return _row(parse_line(self._spool.read(self._offsets[at], self._offsets[at + 1])))


def _row(line: Any) -> SheetRow:
    number, hidden, flat = line
    cells = {
        column: SheetCell(number, column, _KINDS[kind], text)
        for column, kind, text in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    }
    return SheetRow(number, bool(hidden), cells)
