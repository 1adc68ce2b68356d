"""What the matrix is made of: how each report of some half-years stands, in one light query.

A page shows hundreds of reports, so that they are read as plain values; those with the same facts
share what the rules of ``period_rows`` and ``figures`` make of them.
"""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse

from reports.calendar import Light
from reports.models import Report, ReportingPeriod
from reports.models.standing import UNRECORDED
from reports.selectors.facts import Values
from reports.selectors.figures import FIGURES
from reports.selectors.period_rows import Row
from reports.selectors.scope import Scope
from reports.states import IN_HAND, SHORT_ASSESSMENT, SHORT_STATUS, Assessment

FACTS = ("status", "late", "imported", "extended_due_on", "refile_due_on", "state",
         "assessed_state")  # fmt: skip
"""What decides how a report stands."""


class Face(NamedTuple):
    """How a report stands on a day, as rows with the same facts share it.

    ``word`` says ``light`` (of the ``is_progress`` or the filing kind) in two characters,
    ``counts`` is 应报, ``in_hand`` 已报, ``hit`` whether it is in the state that was asked for.
    """

    light: Light | None
    word: str
    is_progress: bool
    counts: bool
    in_hand: bool
    hit: bool


class Seen(NamedTuple):
    """A report that may be shown; ``path`` is empty where its page does not open."""

    face: Face
    path: str


Found = Mapping[int, Mapping[int, Seen]]
"""Assignment's id → period's id → report."""


@dataclasses.dataclass(frozen=True)
class View:
    """What is looked at: ``periods`` as far as ``scopes`` (by the period's id) admit, on ``today``.

    ``progress`` chooses the progress light instead of the filing light. ``state`` is what is
    looked for: a key of FIGURES or an Assessment.
    """

    periods: Collection[ReportingPeriod]
    scopes: Mapping[int, Scope]
    today: datetime.date
    progress: bool
    state: str


def read_seen(periods: Iterable[int]) -> Values:
    """The reports of ``periods`` (ids) as ``seen_in`` takes them; one query."""
    reports = Report.objects.filter(period__in=list(periods)).order_by()
    return tuple(reports.values_list("pk", "assignment", "department", "period", *FACTS))


def seen_in(reports: Values, view: View) -> Found:
    """Those of ``reports`` that the view's scopes admit."""
    shared, faces = SharedRows(view.periods, view.today, across=True), dict[int, Face]()
    before, after = reverse("report", args=[0]).split("0")
    found: dict[int, dict[int, Seen]] = defaultdict(dict)
    for pk, assignment, department, period, *facts in reports:
        scope = view.scopes[period]
        if scope.everything or department in scope.departments:
            row = shared.row(period, facts)
            face = faces.get(id(row))
            if face is None:
                face = faces[id(row)] = _face(row, view)
            opens = scope.linked is None or pk in scope.linked
            found[assignment][period] = Seen(face, f"{before}{pk}{after}" if opens else "")
    return found


class SharedRows:
    """Rows by the facts that make them (in the order of ``names``), each worked out once.

    With ``across`` what is in hand shares a row across half-years, since its lights don't ask for
    its deadline; such a row must not be asked for its half-year.
    """

    def __init__(
        self,
        periods: Iterable[ReportingPeriod],
        today: datetime.date,
        names: Sequence[str] = FACTS,
        *,
        across: bool = False,
    ) -> None:
        self.periods, self.today = {period.pk: period for period in periods}, today
        fields = [field.attname for field in Report._meta.concrete_fields]
        self.across, self.names = across, [name for name in fields if name in names]
        self.places = [names.index(name) for name in self.names]
        self.rows: dict[tuple[Any, ...], Row] = {}

    def row(self, period: int, facts: Sequence[Any]) -> Row:
        """The row of a report with ``facts`` in the period with that id; it has no id itself."""
        key = (0 if self.across and facts[0] in IN_HAND else period, *facts)
        known = self.rows.get(key)
        if known is None:
            given = [facts[place] for place in self.places]  # from_db wants the model's order
            report = Report.from_db(None, self.names, given)
            report.period = self.periods[period]
            known = self.rows[key] = Row(report, self.today)
        return known


def _face(row: Row, view: View) -> Face:
    light = row.state_light if view.progress else row.light
    word = progress_word(row) if view.progress else filing_word(row)
    sought = view.state
    hit = FIGURES[sought].holds(row) if sought in FIGURES else bool(sought) and row.state == sought
    return Face(light, word, view.progress, row.counts, row.in_hand, hit)


def filing_word(row: Row) -> str:
    """The filing light's word, short enough for a cell."""
    if row.unrecorded:
        return UNRECORDED
    if row.overdue:
        return "逾期"
    if row.late:
        return "迟报"
    return "退回" if row.returned else SHORT_STATUS[row.status]


def progress_word(row: Row) -> str:
    """The progress light's word in two characters; empty while nothing is in hand."""
    return SHORT_ASSESSMENT[Assessment(row.state)] if row.state_light else ""
