"""Reads an export back from its bytes alone, cell by cell."""

import datetime
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models
from openpyxl import load_workbook

from reports.models import Attachment

Row = dict[str, Any]


class Export:
    """What lies in the zip at ``path``; every hash and size is checked while reading."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        self.names = self.zip.namelist()
        self.manifest = json.loads(self.zip.read("manifest.json"))
        self.long = [json.loads(line) for line in self._lines()]
        self._check_members()
        self.tables = Tables(self)
        self.columns = {
            one["model"]: {c["heading"]: c["field"] for c in one["columns"]}
            for one in self.manifest["tables"]
        }

    def _lines(self) -> list[bytes]:
        return self.zip.read("长文.jsonl").splitlines() if "长文.jsonl" in self.names else []

    def _check_members(self) -> None:
        members = {one["name"]: one for one in self.manifest["members"]}
        assert set(members) == set(self.names) - {"manifest.json"}
        assert len(self.names) == len(set(self.names))
        for name, one in members.items():
            data = self.zip.read(name)
            assert hashlib.sha256(data).hexdigest() == one["sha256"], name
            assert len(data) == one["bytes"], name

    def rows_of(self, table: Row) -> list[Row]:
        """The rows of all workbooks of a table, by heading; pointers are followed."""
        headings = [column["heading"] for column in table["columns"]]
        rows = []
        for name in table["files"]:
            sheet = load_workbook(io.BytesIO(self.zip.read(name)), read_only=True).worksheets[0]
            lines = sheet.iter_rows()
            assert [cell.value for cell in next(lines)] == headings, name
            for line in lines:
                for cell in line:
                    assert cell.data_type not in ("f", "e"), (name, cell.value)
                values = [cell.value for cell in line] + [None] * (len(headings) - len(line))
                rows.append({h: self._follow(v) for h, v in zip(headings, values, strict=True)})
        assert len(rows) == table["rows"], table["name"]
        return rows

    def _follow(self, value: Any) -> Any:
        found = re.fullmatch(r"（全文见 长文\.jsonl 第 (\d+) 行）", str(value))
        return self.long[int(found[1]) - 1]["text"] if found else value

    def text(self) -> str:
        """Everything that can be read in it, the names of files and the texts in them included."""
        tables = json.dumps([dict(self.tables), self.long], ensure_ascii=False, default=str)
        files = b"\n".join(self.zip.read(name) for name in self.names if name.startswith("附件/"))
        return tables + "\n".join(self.names) + files.decode(errors="replace")


class Tables(Mapping[str, list[Row]]):
    """The tables by their model's name, each read when it is asked for."""

    def __init__(self, export: Export) -> None:
        self.export, self.read = export, dict[str, list[Row]]()
        self.listed = {one["model"]: one for one in export.manifest["tables"]}

    def __getitem__(self, model: str) -> list[Row]:
        if model not in self.read:
            self.read[model] = self.export.rows_of(self.listed[model])
        return self.read[model]

    def __iter__(self) -> Iterator[str]:
        return iter(self.listed)

    def __len__(self) -> int:
        return len(self.listed)


def value_of(field: models.Field, cell: Any) -> Any:
    """What the database holds for the ``field``, from the cell alone; None and "" are one."""
    if cell is None:
        return None
    kind = field.get_internal_type()
    read = {
        "BooleanField": lambda text: {"是": True, "否": False}[text],
        "DateTimeField": datetime.datetime.fromisoformat,
        "DateField": datetime.date.fromisoformat,
        "DecimalField": Decimal,
        "JSONField": json.loads,
    }.get(kind)
    if read:
        return read(cell)
    return cell if isinstance(cell, int) else str(cell)


def expected_of(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.attname)
    return None if value == "" else value


def check_files(export: Export, wanted: set[int]) -> None:
    """Every attachment of ``wanted`` lies in the zip as it was registered, and no other."""
    listed = {row["编号"]: row["包内文件"] for row in export.tables["reports.Attachment"]}
    assert set(listed) == wanted
    for attachment in Attachment.objects.filter(pk__in=wanted):
        data = export.zip.read(listed[attachment.pk])
        assert hashlib.sha256(data).hexdigest() == attachment.sha256
    assert len([name for name in export.names if name.startswith("附件/")]) == len(wanted)
