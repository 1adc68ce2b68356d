"""When something was filed, as far as that is known: of paper and of old ledgers only the day."""

import datetime

from reports.calendar import SHANGHAI, deadline_moment, full_date, local_date, short_date


def end_of_day(day: datetime.date) -> datetime.datetime:
    """The moment that stands for ``day`` where no time of day is known: its last second."""
    return deadline_moment(day) - datetime.timedelta(seconds=1)


def is_day_only(moment: datetime.datetime) -> bool:
    """Whether ``moment`` stands for its day; what is filed here is kept to the microsecond."""
    return moment == end_of_day(local_date(moment))


def filing_words(moment: datetime.datetime, *, year: bool = True) -> str:
    """``2027年1月5日 14:32`` in Asia/Shanghai; the day alone where no time of day is known."""
    day = local_date(moment)
    words = full_date(day) if year else short_date(day)
    return words if is_day_only(moment) else f"{words} {moment.astimezone(SHANGHAI):%H:%M}"


def filing_stamp(moment: datetime.datetime) -> str:
    """``2027-01-05 14:32`` in Asia/Shanghai; the day alone where no time of day is known."""
    local = moment.astimezone(SHANGHAI)
    return f"{local:%Y-%m-%d}" if is_day_only(moment) else f"{local:%Y-%m-%d %H:%M}"
