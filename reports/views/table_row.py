"""One row of the table form: read, saved, submitted by itself."""

import dataclasses
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from departments.errors import Conflict, DomainError
from departments.models import User
from reports.actions.drafts import save_draft
from reports.actions.filing import can_repeat, submit_complete, submit_unchanged
from reports.calendar import Light
from reports.forms.report import NO_VERSION, ReportForm, initial_of
from reports.models import Report
from reports.models.report import CONTENT_FIELDS
from reports.requirements import missing_for_submission
from reports.selectors.conflict import Difference, differences, is_untouched
from reports.selectors.table import Table


@dataclasses.dataclass
class Row:
    """One item of the table: its form while it may be written, and what went wrong.

    ``typed`` says that the row came along with the request, ``saved`` that the page's text is now
    the saved one; ``theirs`` is what others wrote meanwhile, ``done`` a word for the summary.
    """

    report: Report
    light: Light
    form: ReportForm | None
    previous: Report | None
    typed: bool
    error: str = ""
    done: str = ""
    saved: bool = False
    removed: int = 0
    theirs: list[Difference] = dataclasses.field(default_factory=list)

    @property
    def code(self) -> str:
        return str(self.report.assignment.work_item.code)

    @property
    def version_name(self) -> str:
        return f"{prefix_of(self.report)}-version"

    @property
    def is_wrong(self) -> bool:
        return bool(self.error or (self.form and self.form.errors))

    @property
    def can_repeat(self) -> bool:
        """Whether «本期无新变化» is offered."""
        return can_repeat(self.report, self.previous)

    def faults(self) -> list[str]:
        """What is wrong, each sentence with the item's code."""
        wrong = (
            [error for field in self.form.errors.values() for error in field] if self.form else []
        )
        return [f"{self.code} {sentence}" for sentence in [self.error, *wrong] if sentence]


def prefix_of(report: Report) -> str:
    return f"r{report.pk}"


def row_of(report: Report, table: Table, typed: QueryDict | None) -> Row:
    """The row as the page shows it, or with what came along (``typed``)."""
    previous, light = table.previous.get(report.pk), report.light(timezone.localdate())
    present = typed is not None and f"{prefix_of(report)}-version" in typed
    if not report.is_writable and not present:
        return Row(report, light, None, previous, typed=False)
    form = _form(report, table, typed if present else None)
    form.compact()
    form.explain(previous)
    return Row(report, light, form, previous, typed=present)


def _form(report: Report, table: Table, typed: QueryDict | None) -> ReportForm:
    return ReportForm(
        typed,
        report=report,
        indicators=table.indicators.get(report.assignment.work_item_id, []),
        prefix=prefix_of(report),
        initial=initial_of(report),
    )


def save_row(row: Row, user: User, *, submits: bool) -> None:
    """Save what is valid in the row; one that nobody typed in takes what others saved."""
    form = row.form
    if form is None or not row.typed:
        return
    if not form.may_save():
        row.error = NO_VERSION
        return
    content, version = form.content(), form.cleaned_data["version"]
    try:
        saved = save_draft(report=row.report, by=user, content=content, version=version)
    except Conflict as error:
        _clash(row, str(error), content, submits=submits)
    except DomainError as error:
        row.error = str(error)
    else:
        row.done = "保存" if saved.version > row.report.version else ""
        row.saved, row.removed = True, form.removed
        _refresh(row.report)
        form.go_on_from(row.report)


def _refresh(report: Report) -> None:
    report.refresh_from_db(fields=["status", "version", "updated_by", *CONTENT_FIELDS])


def _clash(row: Row, error: str, content: dict[str, Any], *, submits: bool) -> None:
    """Somebody was faster: their text beside mine, which the next save puts in its place."""
    report, form = row.report, row.form
    assert form is not None
    version = form.cleaned_data["version"]
    _refresh(report)
    if not form.errors and is_untouched(report, content, version):
        row.form = form.anew(report) if report.is_writable else None
        row.error = (
            f"{report.updated_by}刚更新了本项，请看过后再提交。" if submits and row.form else ""
        )
    elif report.is_writable:
        row.theirs = differences(report, content, version)
        row.error = (
            f"{report.updated_by}刚保存了本项，请对照；再按保存就用您的文字，对方的留在稿次中。"
        )
        form.go_on_from(report)
    else:
        row.error = f"{error} 您写的还在下面，没有保存，请复制留存。"


def repeat(row: Row, user: User) -> None:
    """«本期无新变化» of one row."""
    try:
        done = submit_unchanged(report=row.report, by=user)
    except DomainError as error:
        row.error = str(error)
    else:
        row.done, row.form = word_of(done), None
        _refresh(row.report)


def submit_rows(rows: list[Row], user: User) -> None:
    """Submit the complete ones; a row in which nothing stands is left out silently."""
    ready = {}
    for row in rows:
        if row.form is None or not row.typed or row.is_wrong or is_blank(row.report):
            continue
        missing = missing_for_submission(row.report.content())
        row.form.add_missing(missing)
        if not missing:
            ready[row.report.pk] = row
    batch = submit_complete(reports=[row.report for row in ready.values()], by=user)
    for report in batch.done:
        row = ready[report.pk]
        row.done, row.form = word_of(report), None
        _refresh(row.report)
    for report, sentence in batch.left_out:
        ready[report.pk].error = sentence


def is_blank(report: Report) -> bool:
    return not any(report.content().values())


def word_of(report: Report) -> str:
    return "报送" if report.is_filed else "提交"
