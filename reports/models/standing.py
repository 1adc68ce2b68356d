"""How a report stands: what follows from its facts, for the model and for lighter readings."""

import datetime
from typing import Any

from reports import calendar
from reports.states import IN_HAND, OWED, Status

UNRECORDED = "无记录"


class Standing:
    """Rules over the facts that a subclass holds, as columns or as plain values."""

    status: Any
    late: Any
    imported: Any
    period: Any
    extended_due_on: Any
    refile_due_on: Any

    @property
    def is_filed(self) -> bool:
        return self.status in IN_HAND

    @property
    def due_on(self) -> datetime.date:
        """The deadline's day that holds now: due date, extension, or the one after a return."""
        due: datetime.date = self.extended_due_on or self.period.due_on
        return max(due, self.refile_due_on) if self.refile_due_on else due

    @property
    def awaits_refiling(self) -> bool:
        """Returned by the receiver and not refiled, whatever the department did meanwhile."""
        return self.refile_due_on is not None

    @property
    def is_unrecorded(self) -> bool:
        """Nothing is known of it: its half-year was made by a history import that had no row."""
        return self.status == Status.BLANK and bool(self.period.historical)

    @property
    def is_owed(self) -> bool:
        """Still expected of the lead: not in hand, not 免报, and not without a record."""
        return self.status in OWED and not self.is_unrecorded

    def light(self, today: datetime.date) -> calendar.Light:
        """The report's light on ``today`` (date in Asia/Shanghai)."""
        if self.is_unrecorded:
            return calendar.Light("grey", UNRECORDED)
        word = str(Status(self.status).label)
        return calendar.report_light(
            status=self.status,
            word=f"{word}（历史导入）" if self.imported and self.is_filed else word,
            due_on=self.due_on,
            today=today,
            late=bool(self.late),
            returned=self.awaits_refiling,
        )
