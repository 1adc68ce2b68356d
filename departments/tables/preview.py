"""What an import would do, row by row, before it does it; and doing exactly that."""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from tablib import Dataset

from departments.audit import record
from departments.errors import DomainError
from departments.tables.resource import TableResource
from departments.tables.sheets import Table, TableRow

log = structlog.get_logger(__name__)
UNEXPECTED = "这一行没能读懂，问题已记录；请核对各列，或请系统管理人员查看日志。"
CLASHES = "这一行与已有数据冲突（代码、名称或日期已被占用），请核对后再传。"


class Fate(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", "新增"
    CHANGED = "changed", "修改"
    SAME = "same", "未变"
    INVALID = "invalid", "有误"


FATES = {"new": Fate.NEW, "update": Fate.CHANGED, "skip": Fate.SAME}


@dataclasses.dataclass(frozen=True)
class Change:
    heading: str
    before: str
    after: str


@dataclasses.dataclass(frozen=True)
class Fault:
    """``heading`` is empty where the whole row is at fault."""

    heading: str
    sentence: str


@dataclasses.dataclass(frozen=True)
class Line:
    """A row of the file: where it stands, what it is about, what becomes of it."""

    row: TableRow
    name: str
    fate: Fate
    changes: list[Change] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Preview:
    """All rows of a table with what becomes of them."""

    table: Table
    lines: list[Line]

    def count(self, fate: Fate) -> int:
        return Counter(line.fate for line in self.lines)[fate]

    @property
    def counts(self) -> list[tuple[Fate, int]]:
        return [(fate, self.count(fate)) for fate in Fate]

    @property
    def effective(self) -> list[Line]:
        """The rows that change something."""
        return [line for line in self.lines if line.fate in (Fate.NEW, Fate.CHANGED)]

    @property
    def invalid(self) -> list[Line]:
        return [line for line in self.lines if line.fate is Fate.INVALID]

    @property
    def what_it_does(self) -> Table:
        """The rows that change something, to be imported once they are confirmed."""
        return dataclasses.replace(self.table, rows=[line.row for line in self.effective])

    @property
    def mark(self) -> str:
        """Differs as soon as what the effective rows do differs."""
        done = [
            [line.row.number, line.fate, [dataclasses.astuple(one) for one in line.changes]]
            for line in self.effective
        ]
        return hashlib.sha256(json.dumps(done).encode()).hexdigest()

    @property
    def words(self) -> str:
        return "，".join(f"{fate.label} {count}" for fate, count in self.counts if count)


def preview_table(resource: TableResource, table: Table) -> Preview:
    """What importing ``table`` would do; nothing is written. Raises NotAllowed."""
    return _run(resource, table, write=False)


def import_table(
    resource: TableResource, table: Table, mark: str, file: str = ""
) -> Preview | None:
    """Do what the preview with ``mark`` showed, all of it in one transaction.

    None, with nothing written, where it would do something else by now. ``file`` says in the
    security log which file it was.
    """
    with transaction.atomic():
        done = _run(resource, table, write=True)
        if done.invalid or done.mark != mark:
            transaction.set_rollback(True)
            return None
        subject = f"{file} {done.words}".strip()
        record(
            f"导入{resource.title}", user=resource.actor, request=resource.request, subject=subject
        )
    return done


def _run(resource: TableResource, table: Table, *, write: bool) -> Preview:
    resource.permit()
    headings = table.headings
    resource.problems = [row.problems for row in table.rows]
    resource.numbers = [row.number for row in table.rows]
    dataset = Dataset(headers=headings)
    for row in table.rows:
        dataset.append([row.values[heading] for heading in headings])
    result = resource.import_data(
        dataset, dry_run=not write, use_transactions=True, rollback_on_validation_errors=True
    )
    for error in result.base_errors:
        raise error.error
    lines = [_line(resource, *pair) for pair in zip(table.rows, result.rows, strict=True)]
    return Preview(table, lines)


def _line(resource: TableResource, row: TableRow, found: Any) -> Line:
    name = " · ".join(filter(None, (row.values.get(heading) for heading in resource.key)))
    if found.validation_error or found.errors:
        return Line(row, name, Fate.INVALID, faults=_faults(resource, found))
    changes = [Change(*cells) for cells in found.diff]
    return Line(row, name, FATES[found.import_type], changes)


def _faults(resource: TableResource, found: Any) -> list[Fault]:
    if found.errors:
        return [Fault("", _sentence(error.error)) for error in found.errors]
    headings = {column.attribute: column.column_name for column in resource.fields.values()}
    by_field: dict[str, Sequence[ValidationError]] = found.validation_error.error_dict
    return [
        Fault(headings.get(name, ""), said)
        for name, errors in by_field.items()
        for said in ValidationError(list(errors)).messages
    ]


def _sentence(error: Exception) -> str:
    if isinstance(error, DomainError):
        return str(error)
    if isinstance(error, IntegrityError):
        return CLASHES
    log.error("table_row_failed", exc_info=error)
    return UNEXPECTED
