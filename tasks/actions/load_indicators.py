"""The indicators and targets of a plan file."""

import datetime
from collections.abc import Mapping, Sequence

from tasks.actions.sync import sync_rows, withdraw_rows
from tasks.actions.tally import Tally
from tasks.models import Indicator, Plan, Target, WorkItem
from tasks.planfile.data import IndicatorData


def load_indicators(
    plan: Plan,
    indicators: Sequence[IndicatorData],
    items: Mapping[str, WorkItem],
    today: datetime.date,
    tally: Tally,
) -> None:
    """Bring the plan's indicators in line; one that left the file is withdrawn on ``today``."""
    there = {row.code: row for row in plan.indicators.all()}
    wanted = {
        one.code: {
            "plan_id": plan.pk,
            "code": one.code,
            "name": one.name,
            "unit": one.unit,
            "highest": one.highest,
            "accumulates": one.accumulates,
            "work_item_id": items[one.item].pk if one.item else None,
            "order": one.order,
        }
        for one in indicators
    }
    rows = sync_rows(Indicator, there=there, wanted=wanted, tally=tally)
    gone = [row for code, row in there.items() if code not in wanted and not row.withdrawn_on]
    withdraw_rows(gone, today, tally)
    _load_targets(indicators, rows, tally)


def _load_targets(
    indicators: Sequence[IndicatorData], rows: Mapping[str, Indicator], tally: Tally
) -> None:
    """A target that left the file is taken out; its history keeps it."""
    stored = Target.objects.filter(indicator__in=rows.values()).select_related("indicator")
    there = {(row.indicator_id, row.year): row for row in stored}
    wanted = {
        (rows[one.code].pk, target.year): {
            "indicator_id": rows[one.code].pk,
            "year": target.year,
            "comparison": target.comparison,
            "value": target.value,
            "base_year": target.base_year,
            "text": target.text,
        }
        for one in indicators
        for target in one.targets
    }
    sync_rows(Target, there=there, wanted=wanted, tally=tally)
    for key, row in there.items():
        if key not in wanted:
            tally.note("撤销", row)
            row.delete()
