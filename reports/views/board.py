"""The overview below its head: drawn once for everybody who may see as much of the same facts."""

import dataclasses
import datetime
import functools

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from reports.models import ReportingPeriod
from reports.selectors.acknowledgements import read_acknowledgements, with_acknowledgements
from reports.selectors.attention import ATTENTION_SHOWN
from reports.selectors.charts import legend
from reports.selectors.coordination import Said, board_of, matters_from, read_matters
from reports.selectors.facts import Values
from reports.selectors.figures import MEANINGS
from reports.selectors.frozen import Frozen, freeze
from reports.selectors.overview import Record, overview_from, read_record
from reports.selectors.scope import Scope

KEPT = 32
"""So many boards are kept by each process; one takes some 300 kB where texts are of 500 characters,
since it is kept by the filed texts, too."""


@dataclasses.dataclass(frozen=True)
class BoardFacts:
    """Everything that the board is drawn from: as long as all of it is the same, so is the board.

    ``here`` is the page's own address, for the way back.
    """

    period: Frozen[ReportingPeriod]
    scope: Scope
    today: datetime.date
    here: str
    record: Record
    acknowledged: Values
    said: Said


def read_board(
    period: ReportingPeriod, scope: Scope, today: datetime.date, here: str
) -> BoardFacts:
    """The facts of ``period`` on ``today``, as the database holds them; seven queries at most."""
    return BoardFacts(
        freeze(period, period.plan),
        scope,
        today,
        here,
        read_record(period, today),
        read_acknowledgements(period, scope),
        read_matters(period),
    )


@functools.lru_cache(maxsize=KEPT)
def draw_board(facts: BoardFacts) -> SafeString:
    """The board as HTML. Its template is given nothing but ``facts``: no request, no user."""
    period, scope = facts.period.row, facts.scope
    page = overview_from(facts.record, period, scope, facts.today)
    allowed = [report for report in page.reports if scope.reads_filed or scope.owns(report)]
    matters = matters_from(facts.said, allowed, facts.today)
    list_url = reverse("overview-list", args=[period.plan.slug, period.code])
    context = {
        "page": with_acknowledgements(page, facts.acknowledged),
        "period": period,
        "legend": legend(),
        "meanings": MEANINGS,
        "shown": ATTENTION_SHOWN,
        "board": board_of(matters),
        "list": list_url,
        "days": list_url if scope.everything else "",
        "here": facts.here,
    }
    return render_to_string("reports/_board_body.html", context)
