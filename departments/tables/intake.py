"""The file that comes in: read at once, and carried to the confirmation inside the page itself.

Of a short table nothing is kept on the server between preview and confirmation, so nothing is left
there either; a long one is kept as a TableImport until it is settled.
"""

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django.core import signing

from departments.errors import Conflict, DomainError
from departments.models import User
from departments.tables.csvfile import read_csv
from departments.tables.preview import Preview
from departments.tables.resource import TableResource
from departments.tables.sheets import RawSheet, Table, TableRow, find_table

Reader = Callable[[bytes, str], tuple[list[RawSheet], list[str]]]
MOST_BYTES = 20 * 1024 * 1024
HOURS = 2
SALT = "departments.tables.intake"


def _csv(content: bytes, name: str) -> tuple[list[RawSheet], list[str]]:
    return read_csv(content, name), []


READERS: dict[str, Reader] = {".csv": _csv}
"""By ending; ``reports`` adds .xlsx, since the safe way to read a workbook is there."""


@dataclasses.dataclass(frozen=True)
class Parcel:
    """A file that was read: its name, its SHA-256 and its table."""

    name: str
    sha256: str
    table: Table

    @property
    def words(self) -> str:
        """How the security log names the file."""
        return f"「{self.name}」SHA-256 {self.sha256}"


def read_file(resource: type[TableResource], content: bytes, name: str) -> Parcel:
    """The table in a file from outside; raises DomainError where it can't be taken."""
    name = PurePath(name.replace("\\", "/")).name[-100:]
    ending = PurePath(name).suffix.lower()
    if ending not in READERS:
        kinds = "、".join(sorted(READERS))
        raise DomainError(f"「{name}」的类型不能导入，请另存为 {kinds} 之一后再传。")
    if not content:
        raise DomainError(f"「{name}」是空文件（0 字节），请检查后再传。")
    if len(content) > MOST_BYTES:
        raise DomainError(f"「{name}」超过 {MOST_BYTES // 1024 // 1024} MB，请拆成几个文件。")
    sheets, notices = READERS[ending](content, name)
    table = find_table(sheets, known=resource.headings(), key=resource.key,
                       most=resource.most_rows)  # fmt: skip
    table = dataclasses.replace(table, notices=[*table.notices, *notices])
    return Parcel(name, hashlib.sha256(content).hexdigest(), table)


def seal(parcel: Parcel, preview: Preview, resource: TableResource) -> str:
    """The rows that the preview would import, signed for the person who saw it."""
    table = preview.what_it_does
    rows = [[row.number, [row.values[name] for name in table.headings]] for row in table.rows]
    sealed: dict[str, Any] = {
        "to": [resource.title, resource.actor.pk],
        "file": [parcel.name, parcel.sha256],
        "table": [table.sheet, table.headings, rows],
        "mark": preview.mark,
    }
    return signing.dumps(sealed, salt=SALT, compress=True)


def unseal(text: str, title: str, user: User) -> tuple[Parcel, str]:
    """What ``seal`` packed, and the preview's mark.

    Raises Conflict where it is too old or was made for another table or person.
    """
    try:
        kept = signing.loads(text, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature as error:
        raise Conflict(f"这次预览已过期（超过 {HOURS} 小时）或不完整，请重新选择文件。") from error
    if kept["to"] != [title, user.pk]:
        raise Conflict("这次预览不是由您在本表做的，请重新选择文件。")
    sheet, headings, rows = kept["table"]
    made = [TableRow(number, dict(zip(headings, cells, strict=True))) for number, cells in rows]
    name, sha256 = kept["file"]
    return Parcel(name, sha256, Table(sheet, made)), kept["mark"]
