"""What an old ledger says of one report, against what the system has of it."""

import dataclasses
import datetime
from collections.abc import Sequence

from django.utils import timezone

from reports import calendar
from reports.ledger.history.takes import Take
from reports.models import Report
from reports.moments import filing_stamp
from reports.requirements import FIELD_LABELS
from reports.selectors.conflict import words
from reports.states import Assessment, Status

NEW, SAME, CONFLICT = "new", "same", "conflict"


@dataclasses.dataclass(frozen=True)
class Differs:
    """A field in which ledger and system differ; ``theirs`` is empty for who may not read it."""

    label: str
    mine: str
    theirs: str


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What becomes of one report; ``why`` says why it can't be written (Chinese).

    ``late`` is what the gate will judge: the ledger's own word, else by the day that it names.
    """

    take: Take
    label: str
    kind: str
    late: bool | None = None
    why: str = ""
    differs: Sequence[Differs] = ()

    @property
    def progress(self) -> str:
        return str(self.take.content["progress"])

    @property
    def state(self) -> str:
        return words("state", self.take.content["state"])

    @property
    def rate(self) -> str:
        return words("completion", self.take.content["completion"])

    @property
    def time(self) -> str:
        """When it came, as far as the ledger says."""
        known = {None: "按时与否不详", False: "按时", True: "迟报"}[self.late]
        if self.take.filed_at is None:
            return known
        return f"{self.take.filed_at:%Y年%-m月%-d日} {known}"


def outcome_of(
    take: Take, report: Report | None, label: str, reads: bool, due_on: datetime.date
) -> Outcome:
    """What becomes of ``take``: new where ``report`` is blank or not there yet.

    ``reads`` says whether the person may read what the system has; ``due_on`` is the half-year's
    last day for filing.
    """
    late = take.late
    if late is None and take.filed_at is not None:
        late = not calendar.is_on_time(take.filed_at, report.due_on if report else due_on)
    if report is None or report.status == Status.BLANK:
        return Outcome(take, label, NEW, late)
    if not report.is_filed:
        why = f"系统里本项是「{report.get_status_display()}」，历史导入不改动"
        return Outcome(take, label, CONFLICT, late, why)
    differs = list(_differences(take, report, reads))
    if not differs:
        return Outcome(take, label, SAME, late)
    why = "系统里本项已有不同的内容，历史导入不改动"
    return Outcome(take, label, CONFLICT, late, why, differs)


def _differences(take: Take, report: Report, reads: bool) -> Sequence[Differs]:
    """Where the ledger says otherwise; what it leaves blank says nothing."""
    theirs = report.filed_content
    found = [
        (FIELD_LABELS[name], words(name, value), words(name, theirs.get(name)))
        for name, value in take.content.items()
        if value not in ("", None, {}) and value != theirs.get(name)
    ]
    if take.assessed and take.assessed != report.assessed_state:
        labels = dict(Assessment.choices)
        mine, other = labels[take.assessed], labels.get(report.assessed_state, "")
        found.append(("核定状态", str(mine), str(other)))
    if take.filed_at and _minute(take.filed_at) != _minute(report.filed_at):
        other = filing_stamp(report.filed_at) if report.filed_at else ""
        found.append(("报送时间", filing_stamp(take.filed_at), other))
    return [Differs(label, mine, other if reads else "") for label, mine, other in found]


def _minute(moment: datetime.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
