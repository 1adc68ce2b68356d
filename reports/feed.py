"""A person's deadlines as an iCalendar file (RFC 5545)."""

import datetime
import hashlib
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from reports.calendar import ONE_DAY
from reports.selectors.deadlines import Deadline

REFRESH = datetime.timedelta(hours=6)


def as_calendar(deadlines: Iterable[Deadline], whose: int, now: datetime.datetime) -> bytes:
    """The whole file; ``whose`` (a person's id) keeps the events of two people apart."""
    calendar = Calendar()
    calendar.add("prodid", "-//wanzhou-water//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "万州节水行动报送截止")
    calendar.add("x-published-ttl", "PT6H")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for deadline in deadlines:
        calendar.add_component(_event(deadline, whose, now))
    return bytes(calendar.to_ical())


def _event(deadline: Deadline, whose: int, now: datetime.datetime) -> Event:
    """A whole day: the deadline is the end of it."""
    event = Event()
    name = hashlib.sha256(f"{whose}/{deadline.key}".encode()).hexdigest()[:32]
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", now.astimezone(datetime.UTC))
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + ONE_DAY)
    event.add("summary", deadline.title)
    event.add("description", "\n".join([*deadline.lines, deadline.url]))
    event.add("url", deadline.url)
    event.add("transp", "TRANSPARENT")
    return event
