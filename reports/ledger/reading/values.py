"""What a number in a cell means: dates, percentages, and digits without the noise of floats."""

import datetime
import re
from decimal import Decimal

from reports.ledger.reading.book import CellKind

Value = tuple[CellKind, str]
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE_CODE = re.compile(r"[ymdhs]|aaa", re.IGNORECASE)
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Built-in formats; 27–36 and 50–58 are dates in the Chinese Excel."""
_DIGITS = 15
"""As many as Excel shows."""
_1900 = datetime.datetime(1899, 12, 30)
_1904 = datetime.datetime(1904, 1, 1)
_LAST_DAY = 2_958_466
"""The serial after 9999-12-31."""


def format_kind(identifier: int, code: str = "") -> CellKind:
    """DATE, PERCENT or NUMBER, from the number format's identifier and code."""
    if not code:
        by_id = {9: CellKind.PERCENT, 10: CellKind.PERCENT}
        return CellKind.DATE if identifier in _DATE_IDS else by_id.get(identifier, CellKind.NUMBER)
    positive = _NOT_CODE.sub("", code).split(";")[0]
    if "%" in positive:
        return CellKind.PERCENT
    return CellKind.DATE if _DATE_CODE.search(positive) else CellKind.NUMBER


def number(raw: str, form: CellKind, date1904: bool) -> Value:
    """The number in a cell's data, as its format shows it.

    What is no number that Excel could hold (NaN, 1e400, 1_000) is an ERROR.
    """
    if not _NUMBER.fullmatch(raw) or abs(float(raw)) > 1e308:
        return CellKind.ERROR, raw[:40]
    if form is CellKind.DATE:
        return _date(float(raw), date1904)
    if form is CellKind.PERCENT:
        return form, f"{_plain(float(raw), 100)}%"
    return form, raw if raw.isdigit() and len(raw) <= _DIGITS and raw[0] != "0" else _plain(
        float(raw)
    )


def iso_date(raw: str) -> Value:
    """A cell of the ISO kind (strict files): the date where it is one, else an ERROR."""
    try:
        moment = datetime.datetime.fromisoformat(raw)
    except ValueError:
        return CellKind.ERROR, raw[:40]
    return CellKind.DATE, _written(moment.replace(tzinfo=None))


def _plain(value: float, times: int = 1) -> str:
    """15 digits as Excel shows them, no exponent, no trailing zeros."""
    exact = Decimal(f"{value:.{_DIGITS}g}") * times
    return f"{exact.normalize():f}" if exact else "0"


def _date(serial: float, date1904: bool) -> Value:
    if not 0 <= serial < _LAST_DAY - (1462 if date1904 else 0):
        return CellKind.ERROR, f"日期超出范围（{_plain(serial)}）"
    if serial < 1:
        seconds = round(serial * 86400)
        return CellKind.DATE, f"{datetime.timedelta(seconds=seconds % 86400)}".rjust(8, "0")
    if not date1904 and 60 <= serial < 61:
        return CellKind.ERROR, "1900-02-29"
    start = _1904 if date1904 else _1900
    days = serial + 1 if not date1904 and serial < 60 else serial
    return CellKind.DATE, _written(start + datetime.timedelta(seconds=round(days * 86400)))


def _written(moment: datetime.datetime) -> str:
    day = moment.time() == datetime.time()
    return moment.date().isoformat() if day else moment.isoformat(timespec="seconds")
