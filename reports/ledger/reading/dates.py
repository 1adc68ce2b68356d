"""Dates in cells: Excel's serials and those of ISO 8601.

Most workbooks hold none, and the process that reads them loads this file only for those that do.
"""

import datetime

from reports.ledger.reading.kinds import CellKind, Value
from reports.ledger.reading.values import plain

_1900 = datetime.datetime(1899, 12, 30)
_1904 = datetime.datetime(1904, 1, 1)
_LAST_DAY = 2_958_466
"""The serial after 9999-12-31."""


def iso_date(raw: str) -> Value:
    """A cell of the ISO kind (strict files): the date where it is one, else an ERROR."""
    try:
        moment = datetime.datetime.fromisoformat(raw)
    except ValueError:
        return CellKind.ERROR, raw[:40]
    return CellKind.DATE, _written(moment.replace(tzinfo=None))


def serial_date(serial: float, date1904: bool) -> Value:
    """The day and time that a number means; one that never was is an ERROR."""
    if not 0 <= serial < _LAST_DAY - (1462 if date1904 else 0):
        return CellKind.ERROR, f"日期超出范围（{plain(serial)}）"
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
