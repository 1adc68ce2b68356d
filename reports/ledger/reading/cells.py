"""What one cell's data mean."""

from collections.abc import Callable
from typing import NamedTuple

from reports.ledger.reading import values
from reports.ledger.reading.kinds import CellKind, Value
from reports.ledger.reading.strings import unescape
from reports.ledger.reading.xml import Attributes

DAMAGED = "数据损坏"


class Context(NamedTuple):
    """What cells refer to: shared strings, what each style shows, from when dates count."""

    strings: list[str]
    forms: list[CellKind]
    date1904: bool


def value_of(attributes: Attributes, raw: str, inline: list[str], context: Context) -> Value:
    """The kind and the text of a cell that holds no formula; an empty text is a blank cell.

    A cell whose data make no sense is an ERROR, never another cell's text.
    """
    kind = attributes.get("t", "n")
    if kind == "inlineStr":
        return CellKind.TEXT, unescape("".join(inline))
    if kind == "s":
        strings = context.strings
        if raw.isdecimal() and raw.isascii() and int(raw) < len(strings):
            return CellKind.TEXT, strings[int(raw)]
        return CellKind.ERROR, DAMAGED
    if kind == "n":
        return _number(raw.strip(), attributes.get("s", "0"), context)
    reader = _BY_TYPE.get(kind)
    return reader(raw) if reader else (CellKind.ERROR, DAMAGED)


def _number(raw: str, style: str, context: Context) -> Value:
    if not raw:
        return CellKind.BLANK, ""
    if not style.isdecimal() or int(style) >= max(1, len(context.forms)):
        return CellKind.ERROR, DAMAGED
    form = context.forms[int(style)] if context.forms else CellKind.NUMBER
    return values.number(raw, form, context.date1904)


def _boolean(raw: str) -> Value:
    words = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
    return (CellKind.BOOLEAN, words[raw]) if raw in words else (CellKind.ERROR, DAMAGED)


def _iso_date(raw: str) -> Value:
    from reports.ledger.reading.dates import iso_date

    return iso_date(raw)


_BY_TYPE: dict[str, Callable[[str], Value]] = {
    "str": lambda raw: (CellKind.TEXT, unescape(raw)),
    "b": _boolean,
    "e": lambda raw: (CellKind.ERROR, raw[:40] or DAMAGED),
    "d": _iso_date,
}
CODES = {kind: code for code, kind in enumerate(CellKind)}
"""Kinds as the child writes them."""
