"""What the receivers may not read is taken out of the rows before they leave."""

from collections.abc import Callable
from typing import Any

from reports.models.report import CONTENT_FIELDS
from reports.reminders.kinds import Kind
from reports.selectors.eye import RECEIVER, went_out
from reports.states import IN_HAND

Row = dict[str, Any]
_BLANK: Row = dict.fromkeys(CONTENT_FIELDS, "") | {"completion": None, "indicator_values": {}}


def _report(row: Row) -> None:
    """The text that was filed last in place of the lead's working copy; no inner remark."""
    row.update(_BLANK | (row["filed_event__snapshot"] or {}))
    row["correction"], row["sent_back"] = RECEIVER.remarks(row["correction"], row["sent_back"])


def _event(row: Row) -> None:
    """No text that was not filed; what was said inside the department once it was filed."""
    filed = row["to_status"] in IN_HAND
    if not filed and row["from_status"] not in IN_HAND:
        row["snapshot"] = None
    went = went_out(row["id"], row["report__filed_event_id"])
    if not RECEIVER.hears(row["action"], row["to_status"], went_out=went):
        row["comment"] = ""


def _notice(row: Row) -> None:
    """What the approver said stays with the one to whom it was said."""
    if row["kind"] == Kind.SENT_BACK:
        row["lines"] = [{**line, "note": ""} for line in row["lines"]]


REDACTED: dict[str, tuple[tuple[str, ...], Callable[[Row], None]]] = {
    "reports.Report": (("filed_event__snapshot",), _report),
    "reports.ReportEvent": (("report__filed_event_id",), _event),
    "reports.Notice": ((), _notice),
}
"""By table: what else has to be read of a row, and how the row is changed."""
