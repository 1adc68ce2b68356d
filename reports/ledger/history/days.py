"""报送时间 in an old ledger: days as offices write them. Pure."""

import dataclasses
import datetime
import re

from reports import calendar
from reports.calendar import HalfYear
from reports.ledger.history.words import Said
from reports.ledger.reading.book import CellKind, SheetCell
from reports.moments import end_of_day
from reports.text import clean, fold_digits


@dataclasses.dataclass(frozen=True)
class Window:
    """When reports of ``half_year`` come in: from its opening day to months after ``due_on``."""

    half_year: HalfYear
    due_on: datetime.date

    @property
    def likely_until(self) -> datetime.date:
        return self.due_on + datetime.timedelta(days=92)

    def holds(self, day: datetime.date) -> bool:
        """Whether it is believable that something was filed on ``day``."""
        return self.half_year.opens_on <= day <= self.likely_until


_SEP = r"\s*[.\-/／年]\s*"
_FULL = re.compile(
    rf"(\d{{4}}|\d{{2}}){_SEP}(\d{{1,2}})\s*[.\-/／月]\s*(\d{{1,2}})\s*[日号]?(?:[T\s]*(.*))?",
    re.ASCII,
)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})\s*[.\-/／月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:：时点](\d{1,2})?(?:[:：分]\d{0,2})?.*", re.ASCII)
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")


def read_day(cell: SheetCell, window: Window) -> Said:
    """报送时间 as ``2023-07-10`` or ``2023-07-10T16:30``; the year may be missing.

    Sure where the day is written out and lies where reports of that half-year come in. A serial
    number counts days as Excel does. Everything else is asked.
    """
    text = fold_digits(clean(cell.text).text).strip()
    for read in (_serial, _full, _short):
        value = read(text, cell, window)
        if value:
            return Said(value, window.holds(datetime.date.fromisoformat(value[:10])))
    return Said("", False)


def _serial(text: str, cell: SheetCell, window: Window) -> str:
    if cell.kind != CellKind.NUMBER or not re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII):
        return ""
    moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=float(text))
    return _stamp(moment.date(), (moment.hour, moment.minute))


def _full(text: str, cell: SheetCell, window: Window) -> str:
    if match := _COMPACT.fullmatch(text):
        return _stamp(_date(*(int(part) for part in match.groups())))
    match = _FULL.fullmatch(_western(text))
    if not match:
        return ""
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    clock = _CLOCK.fullmatch(match[4] or "")
    time = (int(clock[1]), int(clock[2] or 0)) if clock else None
    return _stamp(_date(year, int(match[2]), int(match[3])), time)


def _short(text: str, cell: SheetCell, window: Window) -> str:
    """Month and day: of the two years in question the one that fits, else the deadline's."""
    match = _SHORT.fullmatch(_western(text))
    if not match or cell.kind == CellKind.NUMBER:
        return ""
    years = (window.half_year.year, window.due_on.year, window.due_on.year + 1)
    days = [day for year in years if (day := _date(year, int(match[1]), int(match[2])))]
    fitting = [day for day in days if window.holds(day)]
    return _stamp(next(iter(fitting or days), None))


def _western(text: str) -> str:
    """Chinese numerals as digits: 二〇二三年七月十日."""
    text = re.sub(r"(?<=[一二三])十(?=[一二三四五六七八九])", "", text)
    text = re.sub(r"(?<=[一二三])十", "0", text)
    text = re.sub(r"十(?=[一二三四五六七八九])", "1", text).replace("十", "10")
    return text.translate(_CHINESE)


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _stamp(day: datetime.date | None, time: tuple[int, int] | None = None) -> str:
    if day is None:
        return ""
    hour, minute = time or (0, 0)
    if not time or (hour, minute) == (0, 0) or hour > 23 or minute > 59:
        return day.isoformat()
    return f"{day.isoformat()}T{hour:02}:{minute:02}"


def moment_of(stamp: str) -> datetime.datetime:
    """The moment that counts as filed: a day without a time is over only at its end."""
    if "T" in stamp:
        return datetime.datetime.fromisoformat(stamp).replace(tzinfo=calendar.SHANGHAI)
    return end_of_day(datetime.date.fromisoformat(stamp))
