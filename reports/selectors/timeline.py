"""办理过程: everything that happened to a report, as a person may see it."""

import dataclasses
import datetime
from collections.abc import Iterator

from departments.models import User
from reports.calendar import local_date, short_date
from reports.models import Attachment, Extension, PeriodEvent, Report, ReportEvent
from reports.selectors.eye import Eye, eye_of, went_out
from reports.selectors.history import is_readable
from reports.selectors.told import told_lines, urge_steps
from reports.states import IN_HAND, Action


@dataclasses.dataclass(frozen=True)
class Line:
    """One line; ``text`` is the id of a step whose text may be read, ``since`` of the one before.

    ``since`` is None where the text did not change at this step; ``told`` says of a notice whether
    it arrived.
    """

    at: datetime.datetime
    title: str
    who: str
    comment: str = ""
    text: int | None = None
    since: int | None = None
    told: str = ""


def timeline_of(report: Report, user: User) -> list[Line]:
    """Every step as ``user`` may see it, oldest first; the period's opening is the first line.

    The lead sees all. Receivers and auditor see every step, but no text that was never filed, and
    what was said inside the department only once it was filed. Others who take part see that it
    was filed and received. Lead and receivers also see who was reminded and urged, and whether it
    arrived. A fixed number of queries.
    """
    eye = eye_of(user, report)
    lines = [*_steps(report, eye), *_of_period(report)]
    if eye.lead or eye.receives:
        lines += [*_extensions(report), *_scans(report), *_notices(report, receives=eye.receives)]
    return sorted(lines, key=lambda line: (line.title != OPENED, line.at))


OPENED = str(PeriodEvent.Kind.OPENED.label)


def _of_period(report: Report) -> Iterator[Line]:
    kinds = PeriodEvent.Kind
    shown = (kinds.OPENED, kinds.CLOSED, kinds.REOPENED, kinds.RECORDED)
    for event in report.period.events.filter(kind__in=shown).select_related("by"):
        yield Line(event.at, event.get_kind_display(), str(event.by or "系统"), event.comment)


def _steps(report: Report, eye: Eye) -> Iterator[Line]:
    events = report.events.select_related("by_department", "submission").prefetch_related(
        "receipts__receiver", "receipts__by"
    )
    newest: ReportEvent | None = None
    for event in events.order_by("at", "id"):
        text = event if is_readable(event, lead=eye.lead) else None
        if eye.sees(event) and event.action != Action.RECEIVE:
            changed = text and newest and text.snapshot != newest.snapshot
            went = went_out(event.pk, report.filed_event_id)
            heard = eye.hears(event.action, event.to_status, went_out=went)
            yield Line(
                event.at,
                _title(event),
                _who(event),
                event.comment if heard else "",
                text.pk if text else None,
                newest.pk if newest and changed else None,
            )
            newest = text or newest
        for receipt in event.receipts.all():
            yield Line(receipt.at, "签收", f"{receipt.receiver} {receipt.by}")


def _title(event: ReportEvent) -> str:
    title = str(event.get_action_display())
    if event.assessed_state:
        return f"{title}（核定：{event.get_assessed_state_display()}）"
    if event.action == Action.RECORD_PAPER and event.submission:
        day = short_date(local_date(event.submission.signed_at))
        return f"{title}（{day}收到纸质件）"
    if event.action == Action.SUBMIT and event.to_status in IN_HAND:
        return "报送"
    return title


def _who(event: ReportEvent) -> str:
    parts = [str(event.by_department or ""), event.by_role, event.by_name]
    return " ".join(dict.fromkeys(part for part in parts if part))


def _extensions(report: Report) -> Iterator[Line]:
    for row in Extension.objects.filter(reports=report).select_related("decided_by", "reviewer"):
        if row.decided_at is None:
            continue
        who = f"{row.reviewer} {row.decided_by or ''}"
        if row.status == Extension.Status.GRANTED and row.granted_on:
            title = f"同意延期至{short_date(row.granted_on)}"
            yield Line(row.decided_at, title, who, row.decision)
        elif row.status == Extension.Status.REFUSED:
            yield Line(row.decided_at, "不同意延期", who, row.decision)


def _scans(report: Report) -> Iterator[Line]:
    rows = Attachment.objects.filter(submission__events__report=report).distinct()
    for scan in rows.select_related("by"):
        yield Line(scan.at, "上传盖章扫描件", str(scan.by), scan.name)


def _notices(report: Report, *, receives: bool) -> Iterator[Line]:
    for each in told_lines(report, receives=receives):
        yield Line(each.at, each.title, each.who, told=each.told)
    for step in urge_steps(report.urges.all()):
        yield Line(step.at, step.title, step.who, step.said, told=step.told)
