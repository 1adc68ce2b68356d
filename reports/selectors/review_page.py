"""One report before a receiver's coordinator: what changed, the facts, the files, what to do."""

import dataclasses
import datetime
import hashlib
from decimal import Decimal

from departments.models import User
from departments.rights import rights_of
from reports.diff import Segment
from reports.models import Attachment, Report
from reports.policies import can
from reports.selectors.changes import SHORT, compare
from reports.selectors.conflict import words
from reports.selectors.history import Text, readable_texts
from reports.selectors.repeats import repeat_words, repeats
from reports.selectors.report_page import ReportPage
from reports.states import Action, Assessment


@dataclasses.dataclass(frozen=True)
class ReceiptLine:
    """One receiver, and when it signed for the filing in hand and who (None: not yet)."""

    receiver: int
    name: str
    at: datetime.datetime | None
    by: str


def receipts_of(report: Report) -> list[ReceiptLine]:
    """Both receivers in order, with their receipt for the filing in hand; two queries.

    Nobody signs for what a history import brought.
    """
    given = {}
    if report.filed_event and report.filed_event.action == Action.IMPORT:
        return []
    if report.filed_event:
        rows = report.filed_event.receipts.select_related("by")
        given = {row.receiver_id: (row.at, str(row.by)) for row in rows}
    bodies = report.period.plan.receiver_rows.select_related("department")
    return [
        ReceiptLine(
            body.department_id, body.department.name, *given.get(body.department_id, (None, ""))
        )
        for body in bodies
    ]


@dataclasses.dataclass(frozen=True)
class Fact:
    """One of the lead's own statements; ``was`` is last half-year's where it differs."""

    label: str
    words: str
    was: str


@dataclasses.dataclass(frozen=True)
class Value:
    """An indicator's value, its targets in words, and last half-year's value."""

    code: str
    name: str
    unit: str
    value: str
    was: str
    targets: list[str]


@dataclasses.dataclass(frozen=True)
class File:
    """A file beside the report, and whether its bytes are still those that were uploaded."""

    attachment: Attachment
    intact: bool


@dataclasses.dataclass(frozen=True)
class Base:
    """A text to compare with; ``key`` is its word in the address («text=none» shows none)."""

    key: str
    label: str
    step: str


@dataclasses.dataclass(frozen=True)
class ReviewPage:
    """Context of the review page beside what every report's page has."""

    bases: list[Base]
    base: str
    segments: list[Segment]
    facts: list[Fact]
    values: list[Value]
    files: list[File]
    receipts: list[ReceiptLine]
    accept: bool
    back: bool
    opine: bool
    receive: bool
    decline: bool
    paper: bool
    exempt: bool
    lift: bool
    assessments: list[tuple[str, str]]
    proposed: str
    repeated: str


def review_page(page: ReportPage, user: User, wanted: str) -> ReviewPage:
    """The review page; ``wanted`` is the key of the text to compare with, or «none»."""
    report, receipts = page.report, receipts_of(page.report)
    texts = readable_texts(report, user) if page.reads_text else []
    bases = _bases(page, texts)
    base = next((row for row in bases if row.key == wanted), bases[-1] if bases else None)
    mine = rights_of(user).coordinator_of
    unsigned = any(line.at is None for line in receipts if line.receiver in mine)
    asked = report.return_asked_at is not None
    return ReviewPage(
        bases=bases,
        base=base.key if base and wanted != "none" else "",
        segments=_segments(base if wanted != "none" else None, texts, page),
        facts=_facts(page),
        values=_values(page),
        files=[File(row, is_intact(row)) for row in page.attachments],
        receipts=receipts,
        accept=can(user, Action.ACCEPT, report),
        back=can(user, Action.RETURN, report),
        opine=can(user, Action.OPINE, report),
        receive=unsigned and can(user, Action.RECEIVE, report),
        decline=asked and can(user, Action.DECLINE_RETURN, report),
        paper=can(user, Action.RECORD_PAPER, report),
        exempt=can(user, Action.EXEMPT, report),
        lift=can(user, Action.LIFT_EXEMPTION, report),
        assessments=list(Assessment.choices),
        proposed=report.assessed_state or str(page.content.get("state") or ""),
        repeated=_repeated(page),
    )


def _repeated(page: ReportPage) -> str:
    """How nearly what was filed says what it said before; empty where it is its own."""
    if page.previous is None or not page.reads_text:
        return ""
    percent = repeats(page.previous.filed_content, page.content)
    return repeat_words(percent, page.previous.period.label)


def _bases(page: ReportPage, texts: list[Text]) -> list[Base]:
    """Last half-year's text, and the one filed before it was returned (the newer stands last)."""
    rows, previous = [], page.previous
    if previous is not None and previous.filed_event is not None and texts:
        rows.append(Base("last", previous.period.label, str(previous.filed_event.pk)))
    own = texts[len(rows) :]
    if len(own) > 1:
        rows.append(Base("returned", "退回前", own[-2].key))
    return rows


def _segments(base: Base | None, texts: list[Text], page: ReportPage) -> list[Segment]:
    before = next((text.snapshot for text in texts if base and text.key == base.step), None)
    if before is None:
        return []
    rows = compare(before, page.content)
    return next((row.segments for row in rows if row.name == "progress"), [])


FACTS = {
    "state": "推进状态",
    "completion": "完成率",
    "problems": "存在问题",
    "coordination": "需协调解决事项",
    "next_steps": "下一步计划",
}


def _facts(page: ReportPage) -> list[Fact]:
    before = page.previous.filed_content if page.previous else {}
    facts = []
    for name, label in FACTS.items():
        now, was = words(name, page.content.get(name)), words(name, before.get(name))
        facts.append(Fact(label, now, was if name in SHORT and was != now else ""))
    return facts


def _values(page: ReportPage) -> list[Value]:
    now = page.content.get("indicator_values") or {}
    before = (page.previous.filed_content.get("indicator_values") or {}) if page.previous else {}
    return [
        Value(
            code=row.code,
            name=row.name,
            unit=row.unit,
            value=plain(now.get(row.code)),
            was=plain(before.get(row.code)),
            targets=[f"{target.text}（{target.year}年）" for target in row.targets.all()],
        )
        for row in page.indicators
    ]


def plain(value: str | None) -> str:
    """A stored number without the zeros at its end."""
    return f"{Decimal(value).normalize():f}" if value else ""


def is_intact(attachment: Attachment) -> bool:
    """Whether the stored bytes are those that were uploaded (SHA-256)."""
    try:
        with attachment.stored.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == attachment.sha256
    except OSError:
        return False
