"""Time rules, pure: half-years, deadlines, working days, lights. No model is imported here.

The reporting rule is the annex's task 3, row 2: lead departments report from each half-year's
end to the 15th of the next month. Days are dates in Asia/Shanghai; moments are aware datetimes.
"""

import dataclasses
import datetime
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import chinese_calendar

from reports.states import IN_HAND, Assessment, Status

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
ONE_DAY = datetime.timedelta(days=1)
Days = Mapping[datetime.date, bool]
"""An admin's table: True for a (make-up) workday, False for a day off."""


@dataclasses.dataclass(frozen=True, order=True)
class HalfYear:
    """报告期 as a value: ``HalfYear(2026, 2)`` is 2026H2, 2026年下半年."""

    year: int
    half: int

    @classmethod
    def parse(cls, code: str) -> "HalfYear":
        """Read ``2026H2``. Raises ValueError with a Chinese sentence on anything else."""
        match = re.fullmatch(r"(2\d{3})H([12])", code, re.ASCII)
        if not match:
            raise ValueError(f"「{code}」不是报告期，应写作 2026H1（上半年）或 2026H2（下半年）。")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: datetime.date) -> "HalfYear":
        """The half-year in which ``day`` lies."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def code(self) -> str:
        return f"{self.year}H{self.half}"

    @property
    def label(self) -> str:
        return f"{self.year}年{'上' if self.half == 1 else '下'}半年"

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def end(self) -> datetime.date:
        return self.next.start - ONE_DAY

    @property
    def opens_on(self) -> datetime.date:
        """The first day of the half-year's last month: June 1, December 1."""
        return self.end.replace(day=1)

    @property
    def next(self) -> "HalfYear":
        return self.shifted(1)

    @property
    def previous(self) -> "HalfYear":
        return self.shifted(-1)

    def shifted(self, count: int) -> "HalfYear":
        """The half-year ``count`` later; earlier where it is negative."""
        year, half = divmod(2 * self.year + self.half - 1 + count, 2)
        return HalfYear(year, half + 1)

    def until(self, last: "HalfYear") -> "list[HalfYear]":
        """All half-years from this one to ``last``; empty where that one is earlier."""
        count = 2 * (last.year - self.year) + last.half - self.half
        return [self.shifted(step) for step in range(count + 1)]

    def due_on(
        self, due_day: int = 15, *, moves_to_workday: bool = False, days: Days | None = None
    ) -> datetime.date:
        """The last day for filing: ``due_day`` of the month after the half-year.

        With ``moves_to_workday`` a day off moves on to the next working day (``days`` as in
        ``is_workday``).
        """
        due = self.next.start.replace(day=due_day)
        if not moves_to_workday:
            return due
        while not is_workday(due, days):
            due += ONE_DAY
        return due


def is_workday(day: datetime.date, days: Days | None = None) -> bool:
    """Whether ``day`` is a working day.

    The admin's table ``days`` first, then the State Council's calendar as far as the library
    knows it, then Monday to Friday.
    """
    if days and day in days:
        return days[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def calendar_knows(year: int) -> bool:
    """Whether the State Council's calendar of ``year`` is known, or plain weekdays are assumed."""
    try:
        chinese_calendar.is_workday(datetime.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def add_workdays(day: datetime.date, count: int, days: Days | None = None) -> datetime.date:
    """The ``count``-th working day after ``day``."""
    while count > 0:
        day += ONE_DAY
        count -= is_workday(day, days)
    return day


def workdays_since(day: datetime.date, today: datetime.date, days: Days | None = None) -> int:
    """How many working days lie after ``day``, up to and including ``today``."""
    count = 0
    while day < today:
        day += ONE_DAY
        count += is_workday(day, days)
    return count


def workdays_ago(count: int, today: datetime.date, days: Days | None = None) -> datetime.date:
    """The last day from which ``workdays_since`` counts at least ``count`` up to ``today``."""
    day = today
    while count > 0:
        count -= is_workday(day, days)
        day -= ONE_DAY
    return day


def deadline_moment(due_on: datetime.date) -> datetime.datetime:
    """The moment from which a filing is late: 00:00 of the day after, Asia/Shanghai."""
    return datetime.datetime.combine(due_on + ONE_DAY, datetime.time(), SHANGHAI)


def is_on_time(filed_at: datetime.datetime, due_on: datetime.date) -> bool:
    """Whether ``filed_at`` (aware) lies before the end of ``due_on`` in Asia/Shanghai."""
    return filed_at < deadline_moment(due_on)


def days_left(today: datetime.date, due_on: datetime.date) -> int:
    """Days until the deadline's day, which itself has 0 left; negative once it is past."""
    return (due_on - today).days


def local_date(moment: datetime.datetime) -> datetime.date:
    """The date of an aware ``moment`` in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def short_date(day: datetime.date) -> str:
    """``1月25日``."""
    return f"{day.month}月{day.day}日"


def full_date(day: datetime.date) -> str:
    """``2027年1月25日``."""
    return f"{day.year}年{short_date(day)}"


def day_words(day: datetime.date) -> str:
    """``1月25日（星期一）``."""
    return f"{short_date(day)}（星期{WEEKDAYS[day.weekday()]}）"


def deadline_words(due_on: datetime.date) -> str:
    """``2027年1月15日（星期五）24时``."""
    return f"{due_on.year}年{day_words(due_on)}24时"


def moment_words(moment: datetime.datetime) -> str:
    """``1月5日 14:32`` in Asia/Shanghai."""
    local = moment.astimezone(SHANGHAI)
    return f"{short_date(local)} {local:%H:%M}"


def return_deadline(
    due_on: datetime.date, returned_on: datetime.date, workdays: int, days: Days | None = None
) -> datetime.date:
    """A returned report's last day: the later of its own and ``workdays`` after the return."""
    return max(due_on, add_workdays(returned_on, workdays, days))


@dataclasses.dataclass(frozen=True)
class Light:
    """A light: hue (class of the style sheet), shape and word; colour alone says nothing."""

    hue: str
    word: str

    @property
    def shape(self) -> str:
        return SHAPES[self.hue]


SHAPES = {"red": "■", "yellow": "▲", "green": "●", "blue": "◆", "grey": "○"}
SOON_DAYS = 3
NEAR_DAYS = 14


def report_light(  # noqa: PLR0913 - keyword-only facts of one report
    *,
    status: str,
    word: str,
    due_on: datetime.date,
    today: datetime.date,
    late: bool = False,
    returned: bool = False,
) -> Light:
    """The light of one report; the first rule that matches decides.

    ``status`` is a value of ``states.Status`` and ``word`` its label; ``due_on`` the deadline's
    day that holds for the report now (extended, or after a return); ``late`` whether what was
    filed came after its deadline; ``returned`` whether the receiver sent it back and it was not
    refiled since, whatever the department has done with it meanwhile. ``today`` is the date in
    Asia/Shanghai.
    """
    if status == Status.EXEMPT:
        return Light("grey", word)
    if status in IN_HAND:
        return Light("yellow", f"{word} · 迟报") if late else Light("green", word)
    left = days_left(today, due_on)
    if left < 0:
        return Light("red", f"{word} · 逾期")
    if returned or left <= SOON_DAYS:
        return Light("yellow", word)
    return Light("blue" if left <= NEAR_DAYS else "grey", word)


def countdown(today: datetime.date, due_on: datetime.date) -> Light:
    """The period's deadline as a light: 还有 12 天, 今天截止, 已过 3 天."""
    left = days_left(today, due_on)
    if left < 0:
        return Light("red", f"已过 {-left} 天")
    word = "今天截止" if left == 0 else f"还有 {left} 天"
    if left <= SOON_DAYS:
        return Light("yellow", word)
    return Light("blue" if left <= NEAR_DAYS else "grey", word)


_PROGRESS_HUES: Mapping[str, str] = {
    Assessment.ON_TRACK: "green",
    Assessment.STANDING: "green",
    Assessment.DONE: "green",
    Assessment.BEHIND: "yellow",
    Assessment.NOT_BEGUN: "yellow",
    Assessment.FAR_BEHIND: "red",
}


def progress_light(state: str, word: str) -> Light | None:
    """The progress light of an assessed state, else the lead's own; None if unknown."""
    hue = _PROGRESS_HUES.get(state)
    return Light(hue, word) if hue else None
