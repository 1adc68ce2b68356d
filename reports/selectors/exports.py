"""The exports of a plan's whole data, as their page shows them."""

import dataclasses
import datetime

from django.utils import timezone

from reports.archive.desk import KEPT, Stage, stage_of
from reports.models import PlanExport
from tasks.models import Plan

SHOWN = 10
HUES = {
    PlanExport.State.WAITING: "blue",
    PlanExport.State.RUNNING: "blue",
    PlanExport.State.DONE: "green",
    PlanExport.State.FAILED: "red",
    PlanExport.State.EXPIRED: "grey",
}


@dataclasses.dataclass(frozen=True)
class ExportLine:
    """An export; ``stage`` where it is being made, ``until`` when its file is deleted.

    ``silent`` says that its worker has not been heard of for a minute.
    """

    export: PlanExport
    stage: Stage | None
    until: datetime.datetime | None
    silent: bool = False

    @property
    def hue(self) -> str:
        return HUES[PlanExport.State(self.export.state)]


def export_lines(plan: Plan) -> list[ExportLine]:
    """The newest exports of ``plan``; one query."""
    rows = PlanExport.objects.filter(plan=plan).select_related("asked_by")[:SHOWN]
    return [_line(export) for export in rows]


def _line(export: PlanExport) -> ExportLine:
    done = export.state == PlanExport.State.DONE and export.finished_at is not None
    until = export.finished_at + KEPT if done and export.finished_at else None
    stage = stage_of(export) if export.is_under_way else None
    return ExportLine(export, stage, until, stage is not None and _is_silent(stage))


def _is_silent(stage: Stage) -> bool:
    said = datetime.datetime.fromisoformat(stage.at)
    return timezone.now() - said > datetime.timedelta(minutes=1)
