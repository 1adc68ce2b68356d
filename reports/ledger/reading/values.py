"""What a number in a cell means: dates, percentages, and digits without the noise of floats."""

import re

from reports.ledger.reading.kinds import CellKind, Value

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE_CODE = re.compile(r"[ymdhs]|aaa", re.IGNORECASE)
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Built-in formats; 27–36 and 50–58 are dates in the Chinese Excel."""
_DIGITS = 15
"""As many as Excel shows."""


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
        from reports.ledger.reading.dates import serial_date

        return serial_date(float(raw), date1904)
    if form is CellKind.PERCENT:
        return form, f"{plain(float(raw), 100)}%"
    return form, raw if raw.isdigit() and len(raw) <= _DIGITS and raw[0] != "0" else plain(
        float(raw)
    )


def plain(value: float, times: int = 1) -> str:
    """15 digits as Excel shows them, no exponent, no trailing zeros.

    Whole numbers of a workbook don't come here, and most workbooks hold no others: what reckons is
    loaded for those that do.
    """
    from decimal import Decimal

    exact = Decimal(f"{value:.{_DIGITS}g}") * times
    return f"{exact.normalize():f}" if exact else "0"
