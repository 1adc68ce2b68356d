"""A file's rows and what its preview said of them, as JSON, while the background has them."""

import dataclasses
from typing import Any

from departments.models import TableImport
from departments.tables.intake import Parcel
from departments.tables.preview import Change, Fate, Fault, Line, Preview
from departments.tables.sheets import Table, TableRow

Packed = dict[str, Any]


def pack_table(table: Table) -> Packed:
    """``table`` as ``parcel_of`` reads it."""
    return {
        "sheet": table.sheet,
        "notices": table.notices,
        "rows": [[row.number, row.values, row.problems] for row in table.rows],
    }


def parcel_of(kept: TableImport) -> Parcel:
    """The file as it was read. Only while ``kept`` is not settled."""
    packed: Packed = kept.parcel or {}
    rows = [TableRow(*row) for row in packed["rows"]]
    return Parcel(kept.name, kept.sha256, Table(packed["sheet"], rows, packed["notices"]))


def pack_lines(lines: list[Line]) -> list[Packed]:
    """``lines`` by the places of their rows in the table, for whoever has the table."""
    return [
        {
            "name": line.name,
            "fate": line.fate,
            "changes": [dataclasses.astuple(change) for change in line.changes],
            "faults": [dataclasses.astuple(fault) for fault in line.faults],
        }
        for line in lines
    ]


def preview_of(kept: TableImport) -> Preview:
    """What the preview found. Only while ``kept`` is to be confirmed, or is being written."""
    table = parcel_of(kept).table
    packed: list[Packed] = kept.preview or []
    return Preview(table, [_line(*pair) for pair in zip(table.rows, packed, strict=True)])


def _line(row: TableRow, packed: Packed) -> Line:
    return Line(
        row,
        packed["name"],
        Fate(packed["fate"]),
        [Change(*change) for change in packed["changes"]],
        [Fault(*fault) for fault in packed["faults"]],
    )


def result_of(done: Preview) -> Packed:
    """What stays of an import: how many rows of each fate, and the refused ones with reasons."""
    return {
        "counts": dict(done.counts),
        "sheet": done.table.sheet,
        "refused": [
            {"number": line.row.number, **packed}
            for line, packed in zip(done.invalid, pack_lines(done.invalid), strict=True)
        ],
    }


def counts_of(kept: TableImport) -> list[tuple[Fate, int]]:
    """How many rows of each fate an import that is done had."""
    counts = kept.result.get("counts", {})
    return [(fate, counts.get(fate, 0)) for fate in Fate]


def refused_of(kept: TableImport) -> list[Line]:
    """The rows that an import which is done left out."""
    return [
        _line(TableRow(packed["number"], {}), packed) for packed in kept.result.get("refused", [])
    ]
