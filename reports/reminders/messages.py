"""What a notice says: subject, text and HTML, from what is still outstanding."""

import dataclasses
import datetime
import functools
from collections.abc import Callable, Collection

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from reports import calendar
from reports.models import Notice
from reports.reminders.facts import Line
from reports.reminders.kinds import Kind

_PAGES = {
    "report": "report",
    "extension": "extension",
}


@dataclasses.dataclass(frozen=True)
class Item:
    """A line as it is shown: words and the path of the page behind it."""

    text: str
    note: str
    path: str

    @property
    def tail(self) -> str:
        return f"：{self.note}" if self.note else ""

    @property
    def words(self) -> str:
        return f"{self.text}{self.tail}"


@dataclasses.dataclass(frozen=True)
class Contact:
    """Whom to ask: a receiver and its office telephone."""

    name: str
    telephone: str


@dataclasses.dataclass(frozen=True)
class Message:
    """A notice in words: those parts that its channel asked for. ``short`` goes to a group, so it
    greets nobody."""

    subject: str
    text: str = ""
    html: str = ""
    short: str = ""


def items_of(notice: Notice, lines: tuple[Line, ...]) -> list[Item]:
    """The lines with the page that each leads to (a path of this site)."""
    return [Item(line.text, line.note, _path(notice, line)) for line in lines]


def _plain_list(items: list[Item]) -> str:
    rows = enumerate(items, 1)
    return "\n".join(f"{n}. {row.words}\n   {settings.SITE_URL}{row.path}" for n, row in rows)


def _html_list(items: list[Item]) -> str:
    site = escape(settings.SITE_URL)
    return mark_safe("\n".join(
        f'<li><a href="{site}{escape(row.path)}">{escape(row.text)}</a>{escape(row.tail)}</li>'
        for row in items
    ))  # fmt: skip


def _short_list(items: list[Item]) -> str:
    return "\n".join(f"{number}. {row.words}" for number, row in enumerate(items, 1))


PARTS: dict[str, tuple[str, Callable[[list[Item]], str]]] = {
    "text": ("reports/mail/notice.txt", _plain_list),
    "html": ("reports/mail/notice.html", _html_list),
    "short": ("reports/mail/group.txt", _short_list),
}
"""Part of a message → its template, and how the template's list of items is written: not by the
template, which takes ten times as long for what makes up most of a message."""


def _path(notice: Notice, line: Line) -> str:
    if line.of in _PAGES:
        return _page(_PAGES[line.of], line.pk)
    if line.of == "work_item":
        return _page("entry-list")
    return _page("overview", notice.period.plan.slug, notice.period.code)


@functools.lru_cache(maxsize=1000)
def _page(name: str, *arguments: object) -> str:
    """The path of a page: the same for everybody who is told of it."""
    return reverse(name, args=arguments)


def headline(notice: Notice, count: int) -> str:
    """The subject: what, which half-year, how many, until when."""
    label, due = notice.period.label, calendar.day_words(notice.due_on)
    sentences = {
        Kind.OPENED: f"{label}节水行动进展情况开始报送，{due}截止",
        Kind.FILE: f"{label}还有 {count} 项进展情况未报送，{due}截止",
        Kind.SIGN: f"{label}有 {count} 项进展情况待您审签，{due}截止",
        Kind.RETURNED: f"{label}有 {count} 项进展情况被退回，请于 {due}前补正",
        Kind.SENT_BACK: f"{label}有 {count} 项进展情况被审签人退回修改",
        Kind.EXTENSION_ASKED: f"{label}有延期申请待您办理",
        Kind.EXTENSION_DECIDED: f"{label}延期申请已有结果",
        Kind.ENTRY_ASKED: f"{label}牵头单位商请贵单位补充进展",
        Kind.ENTRIES: f"{label}有 {count} 项配合事项尚未记进展",
        Kind.REVIEW: f"{label}有 {count} 项进展情况待审核已久",
        Kind.DIGEST: f"{label}还有 {count} 个单位未报送完",
        Kind.GAP: f"{label}有 {count} 个牵头单位无人可通知",
        Kind.ACCEPTED: f"{label}有 {count} 项进展情况已审核通过",
        Kind.URGE: f"催办：{label}还有 {count} 项进展情况未报送，{due}截止",
        Kind.URGE_LEADER: f"催办：贵单位{label}还有 {count} 项进展情况未报送",
    }
    return sentences[Kind(notice.kind)]


def message_of(
    notice: Notice,
    lines: tuple[Line, ...],
    contacts: list[Contact],
    now: datetime.datetime,
    *,
    parts: Collection[str],
) -> Message:
    """Render ``parts`` of ``notice`` with the ``lines`` that are outstanding at ``now``."""
    subject, items = headline(notice, len(lines)), items_of(notice, lines)
    context = {
        "notice": notice,
        "subject": subject,
        "contacts": contacts,
        "deadline": calendar.deadline_words(notice.due_on),
        "past": now >= calendar.deadline_moment(notice.due_on),
        "has_deadline": notice.kind not in {Kind.REVIEW, Kind.GAP, Kind.ACCEPTED},
        "site": settings.SITE_URL,
        "inbox": _page("notice-list"),
    }
    rendered = {
        part: render_to_string(template, {**context, "items": listed(items)})
        for part, (template, listed) in PARTS.items()
        if part in parts
    }
    return Message(subject, **rendered)
