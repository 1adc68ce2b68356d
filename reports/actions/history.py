"""历史导入: a past half-year's ledger is understood and becomes its reports, or is given up."""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError
from departments.models import User
from reports.actions.attachments import keep_original
from reports.actions.batch import pass_all
from reports.actions.history_read import permit_history
from reports.actions.holding import lock_reports
from reports.actions.measurements import record_measurements
from reports.actions.owing import owe_reports
from reports.actions.periods import check_past, record_past_period
from reports.actions.standing import memberships_of
from reports.actions.transition import Passage, Step
from reports.calendar import HalfYear
from reports.ledger.history.answers import merged
from reports.models import HistoryImport, HistoryRow, Report, ReportingPeriod
from reports.selectors.history_outcomes import NEW, Outcome
from reports.selectors.history_preview import Preview, preview_of, summary_of
from reports.states import Action
from tasks.models import Assignment

CHANGED = "预览之后有了变化（有人报送了其中的事项，或改了核对），没有导入；请看新的预览再确认。"


@transaction.atomic
def answer_history(
    *, history: HistoryImport, by: User, said: Mapping[str, Mapping[str, str]]
) -> HistoryImport:
    """Keep what was ``said`` now beside what was said before (subject → key → answer).

    Raises NotAllowed (403), Conflict (409) where the import is settled already.
    """
    locked = _lock(history, by)
    locked.answers = merged(locked.answers, said)
    locked.save(update_fields=["answers"])
    return locked


@transaction.atomic
def move_history(*, history: HistoryImport, by: User, half_year: HalfYear) -> HistoryImport:
    """The ledger is of another half-year than was thought; the answers stay.

    Raises what opening raises, and Conflict (409) where the import is settled already.
    """
    locked = _lock(history, by)
    check_past(locked.plan, half_year, timezone.localdate())
    locked.year, locked.half = half_year.year, half_year.half
    locked.save(update_fields=["year", "half"])
    return locked


@transaction.atomic
def drop_history(*, history: HistoryImport, by: User) -> None:
    """Give the import up: file and what was read of it are deleted, nothing was written.

    Raises NotAllowed (403), Conflict (409) where it is being read or is over.
    """
    locked = _lock(history, by, HistoryImport.State.WAITING)
    _settle(locked, by, HistoryImport.State.DROPPED, timezone.now())


@transaction.atomic
def confirm_history(
    *,
    history: HistoryImport,
    by: User,
    token: str,
    valid_only: bool = False,
    now: datetime.datetime | None = None,
) -> HistoryImport:
    """Write all that the preview with ``token`` showed as new: every report by the gate, at once.

    Done twice it is done once: a settled import comes back as it is. Raises NotAllowed (403),
    Conflict (409) where something has changed since the preview, DomainError (400) where
    questions are open, or rows are invalid and not ``valid_only``, or there is nothing new.
    """
    permit_history(by, history.plan)
    locked: HistoryImport = HistoryImport.objects.select_for_update(of=("self",)).get(pk=history.pk)
    if locked.state == HistoryImport.State.DONE:
        return locked
    _require_open(locked)
    now, preview = now or timezone.now(), preview_of(locked, by)
    _check_preview(preview, token, valid_only)
    period, _ = record_past_period(plan=locked.plan, half_year=locked.half_year, by=by, now=now)
    _write(preview, period, by, now)
    keep_original(history=locked, by=by, content=bytes(locked.content or b""))
    locked.period, locked.result = period, summary_of(preview)
    _settle(locked, by, HistoryImport.State.DONE, now)
    return locked


def _check_preview(preview: Preview, token: str, valid_only: bool) -> None:
    if not preview.reading.is_settled:
        raise DomainError("还有没有核对完的列或行，请先核对。")
    if token != preview.token:
        raise Conflict(CHANGED)
    if preview.faults and not valid_only:
        raise DomainError(f"有 {preview.faulty} 项有误；请改表后重传，或选择只导入没有问题的。")
    if not preview.new:
        raise DomainError("没有可以导入的内容：台账里的事项在系统里都已有了。")


def _write(preview: Preview, period: ReportingPeriod, by: User, now: datetime.datetime) -> None:
    wanted = {outcome.take.assignment: outcome for outcome in preview.outcomes
              if outcome.kind == NEW}  # fmt: skip
    owe_reports(period, Assignment.objects.filter(pk__in=wanted))
    owed = Report.objects.filter(period=period, assignment__in=wanted).values_list("pk", flat=True)
    pairs = [(report, wanted[report.assignment_id]) for report in lock_reports(owed).values()]
    held = memberships_of(by, now)
    pass_all(
        [
            Passage(report, Action.IMPORT, by, _step(outcome, preview, now), now, held)
            for report, outcome in pairs
        ]
    )
    for report, _ in pairs:
        if report.indicator_values:
            record_measurements(report=report, by=by, now=now)
    HistoryRow.objects.bulk_create(_origin(report, outcome, preview) for report, outcome in pairs)


def _origin(report: Report, outcome: Outcome, preview: Preview) -> HistoryRow:
    return HistoryRow(
        history=preview.history,
        report=report,
        place=place_of(outcome, preview),
        review=outcome.take.review,
    )


def _step(outcome: Outcome, preview: Preview, now: datetime.datetime) -> Step:
    take, history = outcome.take, preview.history
    return Step(
        comment=f"《{history.name}》{place_of(outcome, preview)}（SHA-256 {history.sha256}）",
        content=dict(take.content),
        assessed_state=take.assessed,
        filed_at=take.filed_at,
        late=take.late,
        now=now,
    )


def place_of(outcome: Outcome, preview: Preview) -> str:
    """``台账 第 6、7 行``."""
    rows: dict[str, list[str]] = {}
    for line in outcome.take.lines:
        rows.setdefault(preview.sheet_name(line.sheet), []).append(str(line.row))
    places = (f"{sheet} 第 {'、'.join(numbers)} 行" for sheet, numbers in rows.items())
    return "；".join(places)[:300]


def _lock(history: HistoryImport, by: User, *states: HistoryImport.State) -> HistoryImport:
    """The import anew, for this one alone. Raises Conflict unless it is open, or in ``states``."""
    permit_history(by, history.plan)
    rows = HistoryImport.objects.select_for_update(of=("self",)).defer("content")
    locked: HistoryImport = rows.get(pk=history.pk)
    if locked.state not in states:
        _require_open(locked)
    return locked


def _require_open(history: HistoryImport) -> None:
    if not history.is_open:
        raise Conflict(f"这次历史导入{history.get_state_display()}，不能再改。")


def _settle(history: HistoryImport, by: User, state: str, now: datetime.datetime) -> None:
    history.state, history.settled_by, history.settled_at = state, by, now
    history.content, history.sheets = None, []
    history.save(
        update_fields=["state", "settled_by", "settled_at", "content", "sheets", "period", "result"]
    )
