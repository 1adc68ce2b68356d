"""What was sent in one go: the covering letter, its annex, the sign-off sheet."""

import dataclasses
from collections import Counter
from itertools import groupby

from django.db.models import OuterRef, Subquery

from departments.models import User
from reports.actions.submissions import why_number_stands
from reports.ledger.columns import ANNEX, BY_KEY, Column
from reports.ledger.rows import LedgerRow
from reports.models import Attachment, Report, ReportEvent, Submission
from reports.policies import Right, may
from reports.selectors.conflict import words
from reports.states import IN_HAND, Action, Progress

ANNEX_COLUMNS: list[Column] = [
    BY_KEY[key]
    for key in (
        *ANNEX,
        *("state", "completion", "progress", "problems", "coordination", "next_steps"),
    )
]


@dataclasses.dataclass(frozen=True)
class Filing:
    """One report as this submission sent it, whatever became of it since.

    ``submitter`` is who submitted it for this very filing; nobody did what came on paper.
    """

    report: Report
    code: str
    task: str
    state: str
    completion: str
    progress: str
    submitter: User | None
    row: LedgerRow


@dataclasses.dataclass(frozen=True)
class Cell:
    text: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Dispatch:
    """A submission with all that its pages show.

    ``addressees`` are the receivers in order, without the department itself; ``why_fixed`` says
    why the letter's number can't be changed (empty where it can).
    """

    submission: Submission
    title: str
    addressees: list[str]
    filings: list[Filing]
    scans: list[Attachment]
    keeps: bool
    why_fixed: str

    @property
    def annex_title(self) -> str:
        period = self.submission.period
        return f"{period.label}《{period.plan.title}》重点任务进展情况表"

    @property
    def summary(self) -> str:
        """«正常推进 7 项、进展滞后 1 项», in the order of the states."""
        counts = Counter(filing.state for filing in self.filings)
        known = [str(label) for label in Progress.labels if counts[str(label)]]
        return "、".join(f"{label}{counts[label]}项" for label in known)

    @property
    def to_coordinate(self) -> int:
        return sum(bool(filing.row.content.get("coordination")) for filing in self.filings)

    @property
    def codes(self) -> str:
        return "、".join(filing.code for filing in self.filings)

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in ANNEX_COLUMNS]

    @property
    def annex_rows(self) -> list[list[Cell]]:
        """The annex's table: the task's cells are merged over its rows, as in the plan's annex."""
        lines = []
        for _, task in groupby(self.filings, key=lambda filing: filing.task):
            filings = list(task)
            for at, filing in enumerate(filings):
                shown = [column for column in ANNEX_COLUMNS if not (at and column.task_wide)]
                lines.append(
                    [
                        Cell(column.read(filing.row), len(filings) if column.task_wide else 1)
                        for column in shown
                    ]
                )
        return lines

    @property
    def contacts(self) -> list[User]:
        """Those who submitted the reports, for the letter's 联系人."""
        people = [filing.submitter for filing in self.filings]
        return list(dict.fromkeys(person for person in people if person is not None))


def dispatch_of(submission: Submission, user: User) -> Dispatch:
    """Everything the submission's pages show; a fixed number of queries."""
    plan, period = submission.period.plan, submission.period
    events = list(
        ReportEvent.objects.filter(submission=submission, to_status__in=IN_HAND)
        .select_related("report__assignment__work_item__task", "report__period")
        .prefetch_related("report__assignment__department")
        .annotate(submitter=_submitter())
    )
    people = User.objects.in_bulk({event.submitter for event in events})
    filings = sorted((_filing(event, people.get(event.submitter)) for event in events), key=_order)
    receivers = plan.receiver_rows.select_related("department")
    scans = Attachment.objects.visible_to(user).filter(submission=submission).present()
    return Dispatch(
        submission=submission,
        title=f"{submission.department}关于报送{period.label}《{plan.title}》进展情况的函",
        addressees=[
            row.department.name
            for row in receivers
            if row.department_id != submission.department_id
        ],
        filings=filings,
        scans=list(scans.select_related("by")),
        keeps=may(user, Right.KEEP_SUBMISSION, submission),
        why_fixed=why_number_stands(submission),
    )


def _order(filing: Filing) -> tuple[int, int, int]:
    item = filing.row.item
    return (item.task.number, item.row, filing.row.assignment.order)


def _submitter() -> Subquery:
    """Id of who submitted the report for this very filing: by the last step up to it that did."""
    steps = ReportEvent.objects.filter(
        report=OuterRef("report"), action=Action.SUBMIT, pk__lte=OuterRef("pk")
    )
    return Subquery(steps.order_by("-pk").values("by")[:1])


def _filing(event: ReportEvent, submitter: User | None) -> Filing:
    report, content = event.report, dict(event.snapshot or {})
    assignment = report.assignment
    item = assignment.work_item
    return Filing(
        report=report,
        code=item.code,
        task=item.task.title,
        state=words("state", content.get("state")),
        completion=words("completion", content.get("completion")),
        progress=content.get("progress", ""),
        submitter=None if event.action == Action.RECORD_PAPER else submitter,
        row=LedgerRow(item=item, assignment=assignment, report=report, content=content),
    )
