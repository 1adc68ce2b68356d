"""Comma-separated files: UTF-8 with a mark for Excel out; UTF-8 or GB18030 in."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from departments.errors import DomainError
from departments.tables.escapes import escape, unescape
from departments.tables.sheets import RawRow, RawSheet

MOST_BYTES = 5 * 1024 * 1024
MOST_COLUMNS = 100
SEPARATORS = ",\t;"
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAVE_AGAIN = "请用 Excel 另存为“CSV UTF-8（逗号分隔）”或 .xlsx 后再传。"
BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file's bytes, with a byte order mark, so that Excel reads it as UTF-8."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([escape(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + stream.getvalue().encode()


def read_csv(content: bytes, name: str) -> list[RawSheet]:
    """One sheet without a name; row numbers are those that Excel shows.

    ``name`` is the file's, for the sentences. Raises DomainError where the bytes are no such file.
    """
    if len(content) > MOST_BYTES:
        raise DomainError(f"「{name}」超过 {MOST_BYTES // 1024 // 1024} MB，请拆成几个文件。")
    text = _decode(content, name)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    except csv.Error as error:
        raise DomainError(f"「{name}」的引号或换行不成对，读不懂。{SAVE_AGAIN}") from error
    if any(len(row) > MOST_COLUMNS for row in rows):
        raise DomainError(f"「{name}」有超过 {MOST_COLUMNS} 列的行，不像是本系统的表。{SAVE_AGAIN}")
    return [RawSheet("", [RawRow(at, _cells(row)) for at, row in enumerate(rows, 1)])]


def _cells(row: list[str]) -> list[str]:
    return [unescape(cell).strip() for cell in row]


def _decode(content: bytes, name: str) -> str:
    if content.startswith(BINARY):
        raise DomainError(f"「{name}」的内容不是 .csv（可能是改了后缀的其他文件）。{SAVE_AGAIN}")
    if content.startswith(WIDE):
        raise DomainError(f"「{name}」的编码是 UTF-16（Unicode 文本）。{SAVE_AGAIN}")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise DomainError(f"「{name}」的编码既不是 UTF-8 也不是 GB18030，读不懂。{SAVE_AGAIN}")


def _separator(text: str) -> str:
    """Comma, tab or semicolon: whichever stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)
