"""A plan in which something of every kind has happened, and a second one beside it."""

import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from departments.models import Department, DepartmentAlias, User
from reports.actions.approval import approve_reports, send_back
from reports.actions.attachments import attach_file, remove_attachment
from reports.actions.drafts import save_draft
from reports.actions.entries import edit_entry, log_entry
from reports.actions.extensions import ask_extension, endorse_extension
from reports.actions.filing import submit_report
from reports.actions.goals import set_yearly_goal
from reports.actions.history import confirm_history
from reports.actions.history_read import open_history
from reports.actions.review import receive_report, return_report
from reports.calendar import HalfYear
from reports.models import (
    Attachment,
    CalendarFeed,
    ContactPoint,
    NoticeChoice,
    ProgressEntry,
    Report,
    ReportEvent,
    ReportingPeriod,
    WorkingDay,
)
from reports.reminders.tick import tick
from reports.selectors.history_preview import preview_of
from tasks.models import Assignment, Plan, Section, Task, WorkItem
from tests.cast import Cast, report_of
from tests.reports.files import PDF, PNG
from tests.reports.history_styles import saved, told, with_groups

FILED, DRAFT, INNER = "已报送的文字甲", "草稿里的文字乙", "部门内部的话丙"
PASTED = '=HYPERLINK("x")\n#REF!'
KEY = "0123456789abcdef"
NOW = datetime.datetime(2027, 1, 5, 2, 0, tzinfo=datetime.UTC)


def content(text: str, **more: Any) -> dict[str, Any]:
    return {"progress": text, "state": "on_track", "completion": 60, **more}


def live(period: ReportingPeriod, cast: Cast) -> None:
    """12.1 filed, returned and drafted anew; 14.1 sent back inside; 20.4 a draft; files, entries,
    an extension, goals, notices with deliveries, a robot and a calendar."""
    first, second, third = (report_of(period, code) for code in ("12.1", "14.1", "20.4"))
    upload(first, cast.cgj_reporter, "现场=1.png", PNG)
    gone = upload(first, cast.cgj_reporter, "a/b:c.pdf", PDF)
    remove_attachment(attachment=gone, by=cast.cgj_reporter)
    save_draft(report=first, by=cast.cgj_reporter, content=content(FILED), version=0)
    file_report(first, cast, problems=PASTED)
    receive_report(report=first, by=cast.fgw_coordinator)
    return_report(report=first, by=cast.slj_coordinator, comment="请补充里程")
    first.refresh_from_db()
    saved = content(DRAFT)
    save_draft(report=first, by=cast.cgj_reporter, content=saved, version=first.version)
    submit_report(report=second, by=cast.cgj_reporter, content=content(DRAFT))
    send_back(report=second, by=cast.cgj_approver, comment=INNER)
    save_draft(report=third, by=cast.cgj_reporter, content=content(DRAFT), version=0)
    upload(third, cast.cgj_reporter, "未报送.pdf", PDF + DRAFT.encode())
    _around(period, cast, first)


def upload(owner: Report | ProgressEntry, by: User, name: str, data: bytes) -> Attachment:
    return attach_file(owner=owner, by=by, upload=SimpleUploadedFile(name, data))


def file_report(report: Report, cast: Cast, **more: Any) -> None:
    submit_report(report=report, by=cast.cgj_reporter, content=content(FILED, **more))
    approve_reports(reports=[report], by=cast.cgj_approver)
    report.refresh_from_db()


def _around(period: ReportingPeriod, cast: Cast, report: Report) -> None:
    item = report.assignment.work_item
    day = datetime.date(2026, 12, 20)
    entry = log_entry(item=item, by=cast.zjw_reporter, happened_on=day, text="检漏 9 公里")
    edit_entry(entry=entry, by=cast.zjw_reporter, happened_on=day, text="检漏 10 公里", version=1)
    upload(entry, cast.zjw_reporter, "检漏.png", PNG)
    zjw = report_of(period, "11.2").department
    wanted = datetime.date(2027, 1, 25)
    extension = ask_extension(
        period=period, department=zjw, by=cast.zjw_reporter, wanted_on=wanted, reason="月底出数"
    )
    endorse_extension(extension=extension, by=cast.zjw_approver)
    set_yearly_goal(
        work_item=item, year=2026, text="漏损率 9%", basis="一号文", by=cast.slj_coordinator
    )
    set_yearly_goal(
        work_item=item, year=2026, text="漏损率 8%", basis="二号文", by=cast.slj_coordinator
    )
    DepartmentAlias.objects.create(department=zjw, name="区建委")
    Department.objects.get(name="各街道办事处").members.add(zjw)
    WorkingDay.objects.create(day=datetime.date(2027, 2, 7), is_workday=True, note="调休")
    address = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"
    ContactPoint.objects.create(channel="robot", department=zjw, label="群", address=address)
    CalendarFeed.objects.create(user=cast.zjw_reporter, token_hash=KEY * 4, created_at=NOW)
    NoticeChoice.objects.create(user=cast.zjw_reporter, muted=["acts:mail"])
    tick(timezone.now())


def strange_texts(report: Report) -> ReportEvent:
    """An event whose snapshot is longer than a cell holds, and holds what XML can't."""
    event = report.events.exclude(snapshot=None).first()
    assert event is not None
    return ReportEvent.objects.create(
        report=report, action=event.action, from_status=event.from_status,
        to_status=event.to_status, at=event.at, by=event.by, by_name=event.by_name,
        by_role=event.by_role, comment="\x0b竖排\ufffe _x0041_ 尾",
        snapshot=content("长" * 20_000, problems="😀" * 9_000, next_steps="\n尾 "),
    )  # fmt: skip


def old_ledgers(plan: Plan, cast: Cast) -> None:
    """A past half-year of one report, imported, and a ledger that still waits to be looked at."""
    half, by = HalfYear(2022, 2), cast.admin
    for number in (1, 2):
        book = with_groups(told(half)[:number])
        history = open_history(
            plan=plan, half_year=half, by=by, name=f"台账{number}.xlsx", content=saved(book)
        )
        if number == 1:
            token = preview_of(history, by).token
            confirm_history(history=history, by=by, token=token)


def second_plan(cast: Cast) -> Plan:
    """A small plan of its own, none of whose rows may get into the first one's export."""
    first = Plan.objects.get()
    plan = Plan.objects.create(
        slug="other", title="另一个方案", document_number="另一号", issued_on=first.issued_on,
        annex_title="附件", reporting_rule="按时报", reporting_rule_clause="一",
    )  # fmt: skip
    section = Section.objects.create(plan=plan, chapter="一", title="一", order=1)
    task = Task.objects.create(plan=plan, section=section, number=1, title="别的任务")
    cell = "区城管局"
    item = WorkItem.objects.create(
        task=task, row=1, text="别的工作", lead_cell=cell, responsible_cell=cell
    )
    body = Department.objects.get(name=cell)
    part = Assignment.objects.create(
        work_item=item, department=body, kind="lead", printed_name=cell, order=1
    )
    period = ReportingPeriod.objects.create(
        plan=plan, year=2026, half=2, opens_on="2026-12-01", due_on="2027-01-15", opened_at=NOW
    )
    Report.objects.create(period=period, assignment=part, department=body, reviewer=body)
    ProgressEntry.objects.create(
        work_item=item, department=body, period=period, happened_on="2026-12-20", text="别的进展",
        by=cast.cgj_reporter, at=NOW,
    )  # fmt: skip
    return plan
