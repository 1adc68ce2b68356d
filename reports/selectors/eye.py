"""How much of what happened to a report, and of what was said of it, a person may know."""

import dataclasses

from departments.models import User
from reports.models import Report, ReportEvent
from reports.policies import Right, may
from reports.states import IN_HAND, Action

_INNER = (Action.SAVE, Action.SUBMIT, Action.WITHDRAW, Action.SEND_BACK)
"""Steps inside the lead department; what was said in them goes out with the filing."""


@dataclasses.dataclass(frozen=True)
class Eye:
    """The lead sees and hears all, receivers and auditor no inner words, others little."""

    lead: bool
    receives: bool

    def sees(self, event: ReportEvent) -> bool:
        """Whether the step is shown: others who take part know of filings only."""
        return self.lead or self.receives or _is_filing(event)

    def hears(self, action: str, to_status: str, *, went_out: bool) -> bool:
        """Whether a step's comment is shown: inner ones only once what they led to was filed
        (``went_out``)."""
        inner = action in _INNER and to_status not in IN_HAND
        return self.lead or (self.receives and (went_out or not inner))

    def remarks(self, correction: str, sent_back: str) -> tuple[str, str]:
        """What stands on a report from its reviewer and from its approver, as far as it is heard.

        The approver's is taken off the report when it is submitted anew: while it stands, nothing
        that it led to was filed.
        """
        returned = correction if self.lead or self.receives else ""
        return returned, sent_back if self.lead else ""


RECEIVER = Eye(lead=False, receives=True)


def eye_of(user: User, report: Report) -> Eye:
    """How much of ``report`` the person may know."""
    return Eye(may(user, Right.READ_DRAFT, report), may(user, Right.READ_FILED, report.period))


def went_out(event: int, filed_event: int | None) -> bool:
    """Whether the step (id) was followed by a filing (id of the newest, None if there is none)."""
    return filed_event is not None and event < filed_event


def _is_filing(event: ReportEvent) -> bool:
    return event.from_status not in IN_HAND and event.to_status in IN_HAND
