"""The search: tasks, reports, entries and names of files, within what a person may see."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models

from departments.models import User
from reports.searching import read_terms
from reports.selectors import search_hits as hits
from reports.selectors import search_rows as rows

SHOWN_EACH, SHOWN = 4, 20
"""How many hits of each kind the first page shows, and a kind's own page."""
MOST = 2000
"""Hits of a kind beyond these are neither counted nor shown: nobody reads so far."""


class Kind(models.TextChoices):
    """What is searched; in this order it is shown."""

    TASKS = "tasks", "任务"
    REPORTS = "reports", "进展情况"
    ENTRIES = "entries", "进展记录"
    FILES = "files", "附件"


@dataclasses.dataclass(frozen=True)
class _Source:
    """How a kind is looked for (only keys, in order), read, and shown."""

    find: Any
    read: Any
    show: Any


SOURCES = {
    Kind.TASKS: _Source(rows.tasks, rows.read_tasks, hits.task_hit),
    Kind.REPORTS: _Source(rows.reports, rows.read_reports, hits.report_hit),
    Kind.ENTRIES: _Source(rows.entries, rows.read_entries, hits.entry_hit),
    Kind.FILES: _Source(rows.files, rows.read_files, hits.file_hit),
}


@dataclasses.dataclass(frozen=True)
class Group:
    """The hits shown of one kind; ``count`` is how many there are in all, MOST at most."""

    kind: Kind
    count: str
    hits: list[hits.Hit]
    more: bool


@dataclasses.dataclass(frozen=True)
class Found:
    """``counts`` by kind in words (2000+ where there are more); ``page`` where a kind was chosen.

    ``cut`` says that some kind has more hits than are looked at.
    """

    counts: dict[str, str]
    groups: list[Group]
    page: Page | None  # type: ignore[type-arg]
    total: int
    cut: bool


def search(query: str, user: User, *, kind: str = "", number: str = "") -> Found:
    """What ``user`` may find for ``query`` (cleaned); a fixed number of queries at most.

    ``kind`` (of Kind) chooses one, page ``number`` of it. Of each kind the first MOST in its
    order are looked at. Raises ValueError with a Chinese sentence where the query is too short or
    has too many words.
    """
    terms = read_terms(query)
    keys = {each: _keys(each, user, terms) for each in Kind}
    counts = {each.value: _count(keys[each]) for each in Kind}
    shown = [Kind(kind)] if kind else [each for each in Kind if keys[each]]
    size = SHOWN if kind else SHOWN_EACH
    pages = {each: Paginator(keys[each][:MOST], size).get_page(number) for each in shown}
    return Found(
        counts=counts,
        groups=[_group(each, pages[each], counts[each], user, terms) for each in shown],
        page=pages[Kind(kind)] if kind else None,
        total=sum(min(len(found), MOST) for found in keys.values()),
        cut=any(len(found) > MOST for found in keys.values()),
    )


def _keys(kind: Kind, user: User, terms: Sequence[str]) -> list[int]:
    found = SOURCES[kind].find(user, terms).values_list("pk", flat=True)
    return list(found[: MOST + 1])


def _count(keys: Sequence[int]) -> str:
    return f"{MOST}+" if len(keys) > MOST else str(len(keys))


def _group(
    kind: Kind,
    page: Page,  # type: ignore[type-arg]
    count: str,
    user: User,
    terms: Sequence[str],
) -> Group:
    source, keys = SOURCES[kind], list(page.object_list)
    there = {row.pk: row for row in source.read(keys)}
    shown = [source.show(there[key], user, terms) for key in keys if key in there]
    return Group(kind, count, shown, more=page.has_next())
