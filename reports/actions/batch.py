"""Many reports through the gate at once: what is written beside them goes in together."""

from collections.abc import Sequence

from reports.actions.transition import Passage, pass_gate
from reports.models import ReportEvent, ReportRevision, SearchText


def pass_all(passages: Sequence[Passage], fields: Sequence[str] | None = None) -> None:
    """Take every passage through the gate and write it; ``fields`` are the report's that change.

    The caller has opened the transaction and locked the reports in it. Raises what ``advance``
    raises; then nothing is written.
    """
    for passage in passages:
        pass_gate(passage)
    rows = [row for passage in passages for row in passage.rows]
    ReportRevision.objects.bulk_create([row for row in rows if isinstance(row, ReportRevision)])
    ReportEvent.objects.bulk_create([row for row in rows if isinstance(row, ReportEvent)])
    SearchText.objects.bulk_create([row for row in rows if isinstance(row, SearchText)])
    for passage in passages:
        passage.report.save(update_fields=fields)
