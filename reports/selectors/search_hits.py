"""A hit as the page of the search shows it: what it is, where it stands, the words marked."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from departments.models import User
from departments.rights import rights_of
from reports.calendar import full_date
from reports.models import Attachment, HistoryImport, ProgressEntry, Report
from reports.models.search import SEARCHED
from reports.policies import Right, may
from reports.requirements import FIELD_LABELS
from reports.searching import Segment, excerpt, mark, pattern_of
from tasks.models import WorkItem

MOST_EXCERPTS = 3


@dataclasses.dataclass(frozen=True)
class Excerpt:
    """A stretch of text around a word; ``label`` names the field, where there are several."""

    label: str
    segments: list[Segment]


@dataclasses.dataclass(frozen=True)
class Hit:
    """``url`` leads to the thing itself; ``place`` and ``place_url`` say where it belongs.

    ``whole`` is the full text where the thing has no page of its own.
    """

    title: list[Segment]
    url: str
    facts: str
    excerpts: list[Excerpt]
    place: str = ""
    place_url: str = ""
    whole: list[Segment] = dataclasses.field(default_factory=list)


def task_url(item: WorkItem) -> str:
    """The row on its task's page."""
    page = reverse("task-detail", args=[item.task.plan.slug, item.task.number])
    return f"{page}#item{item.row}"


def task_hit(item: WorkItem, user: User, terms: Sequence[str]) -> Hit:
    """A row of the annex."""
    texts = {"": item.text, "牵头单位": item.lead_cell, "责任单位": item.responsible_cell}
    excerpts = _excerpts(texts, terms) or [Excerpt("", [Segment(item.text[:80] + "…")])]
    facts = f"牵头 {item.lead_cell}"
    return Hit(mark(f"{item.code} {item.task.title}", terms), task_url(item), facts, excerpts)


def report_hit(report: Report, user: User, terms: Sequence[str]) -> Hit:
    """A report: the working copy for its lead, where the words stand in it, else what was filed."""
    item = report.assignment.work_item
    own = report.department_id in rights_of(user).works_for
    content, state = _readable(report, terms, own=own)
    texts = {FIELD_LABELS[name]: str(content.get(name) or "") for name in SEARCHED}
    return Hit(
        title=[Segment(f"{item.code} {item.task.title}")],
        url=reverse("report", args=[report.pk]),
        facts=f"{report.period.label} · {report.department} · {state}",
        excerpts=_excerpts(texts, terms),
    )


def _readable(report: Report, terms: Sequence[str], *, own: bool) -> tuple[Mapping[str, Any], str]:
    """The text to quote from, and what it is."""
    if own and _holds(report.content(), terms):
        filed = report.is_filed or report.content() == report.filed_content
        return report.content(), str(report.get_status_display() if filed else "工作稿，未报送")
    state = "已报送" if not report.awaits_refiling else "退回前报送的文字"
    return report.filed_content, state


def _holds(content: Mapping[str, Any], terms: Sequence[str]) -> bool:
    texts = "\n".join(str(content.get(name) or "") for name in SEARCHED)
    return all(pattern_of([term]).search(texts) for term in terms)


def entry_hit(entry: ProgressEntry, user: User, terms: Sequence[str]) -> Hit:
    """An entry; it has no page of its own, so that its whole text comes along."""
    item = entry.work_item
    quoted = _excerpts({"": entry.text}, terms)
    shown = sum(len(segment.text) for one in quoted for segment in one.segments)
    return Hit(
        title=[Segment(f"{entry.department} · {full_date(entry.happened_on)}")],
        url="",
        facts=f"{entry.period.label} · {entry.by}",
        excerpts=quoted,
        place=f"{item.code} {item.task.title}",
        place_url=task_url(item),
        whole=mark(entry.text, terms) if shown < len(entry.text) else [],
    )


def file_hit(file: Attachment, user: User, terms: Sequence[str]) -> Hit:
    """A file by its name, with where it is kept."""
    place, url, facts = _kept_beside(file, user)
    return Hit(mark(file.name, terms), reverse("attachment", args=[file.pk]), facts, [], place, url)


def _kept_beside(file: Attachment, user: User) -> tuple[str, str, str]:
    """Where the file is kept (words, address), and whose it is in which half-year."""
    if file.report is not None:
        item = file.report.assignment.work_item
        url = reverse("report", args=[file.report.pk])
        return f"{item.code} {item.task.title}", url, _whose(file.report)
    if file.entry is not None:
        item = file.entry.work_item
        return f"进展记录 {item.code} {item.task.title}", task_url(item), _whose(file.entry)
    if file.measurement is not None:
        indicator = file.measurement.indicator
        url = reverse("indicator", args=[indicator.plan.slug, indicator.code])
        return f"指标 {indicator.name}", url, _whose(file.measurement)
    if file.history is not None:
        return "历史导入原件", _history_url(file.history, user), file.history.half_year.label
    assert file.submission is not None
    url = reverse("submission", args=[file.submission.pk])
    return "报送件扫描件", url, _whose(file.submission)


def _history_url(history: HistoryImport, user: User) -> str:
    """The half-year's overview; for an admin, who does not see that, the import's own page."""
    if may(user, Right.SEE_OVERVIEW, history.plan):
        return reverse("overview", args=[history.plan.slug, history.half_year])
    return reverse("history", args=[history.pk])


def _whose(owner: Any) -> str:
    return f"{owner.period.label} · {owner.department}"


def _excerpts(texts: Mapping[str, str], terms: Sequence[str]) -> list[Excerpt]:
    found = [Excerpt(label, excerpt(text, terms)) for label, text in texts.items()]
    return [one for one in found if one.segments][:MOST_EXCERPTS]
