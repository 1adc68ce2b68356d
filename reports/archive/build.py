"""Builds the zip: every table, every file, and the manifest that counts and hashes them."""

import contextlib
import dataclasses
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from departments.models import User
from reports.archive.books import ROWS_PER_BOOK, LongTexts, is_faithful, write_books
from reports.archive.bundle import Bundle, chunks_of, file_name
from reports.archive.columns import Cell, Column, Names, columns_of, fields_of
from reports.archive.filed import REDACTED
from reports.archive.guide import guide_text
from reports.archive.scope import Table, left_out, tables
from reports.archive.snapshot import one_moment
from reports.models import Attachment
from tasks.models import Plan

FORMAT = "wanzhou-water-export/1"
LONG, MANIFEST, GUIDE = "长文.jsonl", "manifest.json", "说明.txt"
BYTES_PER_STEP = 20_000
"""A file of so many bytes counts like a row in the progress."""
Progress = Callable[[int, int, str], None]
"""Called with what is done, of how much, and what is being written."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What was written: rows by table, files, and what could not be written as it should."""

    rows: dict[str, int]
    files: int
    problems: list[str]


def build_archive(
    *,
    plan: Plan,
    out: Path,
    reader: User | None = None,
    progress: Progress = lambda done, total, words: None,
    rows_per_book: int = ROWS_PER_BOOK,
) -> Outcome:
    """Write everything of ``plan`` into the zip ``out``, which appears whole or not at all.

    ``reader`` limits it to what was filed and what that person may see; None (the operator's
    command) takes drafts too. Raises OSError where the disk does not take it.
    """
    part = out.with_name(out.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=out.parent) as folder, Bundle(part) as bundle:
            build = _Build(plan, reader, bundle, Path(folder), progress, rows_per_book)
            outcome = build.run()
        part.replace(out)
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    return outcome


@dataclasses.dataclass
class _Build:
    plan: Plan
    reader: User | None
    bundle: Bundle
    folder: Path
    report: Progress
    rows_per_book: int
    done: int = 0
    total: int = 0
    names: Names = dataclasses.field(default_factory=Names)
    problems: list[str] = dataclasses.field(default_factory=list)
    listed: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        self.long = LongTexts(self.folder / "long.jsonl")

    def run(self) -> Outcome:
        with one_moment():
            begun = timezone.localtime()
            chosen = tables(everything=self.reader is None)
            self.total = sum(self.rows(table).count() for table in chosen) + self._weight()
            for table in chosen:
                self.write_table(table)
            files = self.write_files()
        self.long.close()
        if self.long.count:
            self.bundle.add_file(LONG, self.long.path)
        self.bundle.add(GUIDE, [guide_text(self.plan, self.reader, begun).encode()])
        manifest = json.dumps(self.manifest(begun, files), ensure_ascii=False, indent=1)
        self.bundle.add(MANIFEST, [manifest.encode()])
        return Outcome({one["name"]: one["rows"] for one in self.listed}, files, self.problems)

    def rows(self, table: Table) -> QuerySet[Any]:
        found = table.rows(self.plan)
        if self.reader is not None and table.model is Attachment:
            found = found.filter(pk__in=Attachment.objects.visible_to(self.reader).values("pk"))
        return found

    def _weight(self) -> int:
        sizes = self.rows(Table(Attachment, "")).values_list("size", flat=True)
        return sum(size // BYTES_PER_STEP + 1 for size in sizes.iterator())

    def step(self, by: int, words: str) -> None:
        self.done += by
        self.report(self.done, self.total, words)

    def write_table(self, table: Table) -> None:
        columns = columns_of(table.model, self.names)
        headings = [column.heading for column in columns]
        counted = _Counted(self._cells(table, columns))
        files: list[str] = []
        for path in write_books(counted, headings, table.name, self.folder, self.rows_per_book):
            number = f"-{len(files) + 1}" if files else ""
            files.append(self.bundle.add_file(f"表/{table.name}{number}.xlsx", path).name)
            path.unlink()
        self.listed.append({
            "name": table.name,
            "model": table.label,
            "rows": counted.count,
            "files": files,
            "columns": [{"heading": one.heading, "field": one.field} for one in columns],
        })  # fmt: skip

    def _cells(self, table: Table, columns: Sequence[Column]) -> Iterator[list[Cell]]:
        extra, redact = REDACTED.get(table.label, ((), None)) if self.reader else ((), None)
        fields = [field.attname for field in fields_of(table.model)]
        found = self.rows(table).values(*fields, *extra)
        for row in found.iterator(chunk_size=500):
            if redact is not None:
                redact(row)
            number = row[table.model._meta.pk.attname]
            yield [self._cell(table, number, column, column.read(row)) for column in columns]
            self.step(1, f"正在写「{table.name}」")

    def _cell(self, table: Table, number: Any, column: Column, cell: Cell) -> Cell:
        if not isinstance(cell, str) or is_faithful(cell):
            return cell
        return self.long.keep(table.name, number, column.field, cell)

    def write_files(self) -> int:
        written = 0
        for attachment in self.rows(Table(Attachment, "")).iterator(chunk_size=100):
            written += self._write_file(attachment)
            self.step(attachment.size // BYTES_PER_STEP + 1, "正在写附件")
        return written

    def _write_file(self, attachment: Attachment) -> int:
        try:
            stored = attachment.stored.open("rb")
        except OSError:
            self.problems.append(f"附件 {attachment.pk}「{attachment.name}」不在存储中")
            return 0
        with stored:
            member = self.bundle.add(file_name(attachment.pk, attachment.name), chunks_of(stored))
        if member.sha256 != attachment.sha256:
            self.problems.append(f"附件 {attachment.pk}「{attachment.name}」与登记的 SHA-256 不符")
        return 1

    def manifest(self, begun: Any, files: int) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "plan": {"code": self.plan.slug, "title": self.plan.title},
            "scope": "filed" if self.reader else "everything",
            "exported_at": begun.isoformat(),
            "exported_by": self.reader.username if self.reader else "（命令行）",
            "tables": self.listed,
            "attachments": files,
            "long_texts": self.long.count,
            "left_out": left_out(everything=self.reader is None),
            "problems": self.problems,
            "members": [dataclasses.asdict(member) for member in self.bundle.members],
        }


class _Counted:
    """An iterator that knows how many it gave."""

    def __init__(self, rows: Iterator[list[Cell]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            self.count += 1
            yield row
