"""The annex table of a 报送通知: the department's own rows of the plan."""

import dataclasses

from reports.models import Notice
from reports.selectors.plan_rows import plan_rows


@dataclasses.dataclass(frozen=True)
class AnnexRow:
    """A row of the annex as the department's 报送通知 shows it."""

    report: int
    code: str
    title: str
    text: str
    leads: str
    others: str


def annex_of(notice: Notice) -> list[AnnexRow]:
    """The annex's rows of what a 报送通知 lists; three queries."""
    wanted = [line["pk"] for line in notice.lines if line["of"] == "report"]
    reports = notice.period.reports.filter(pk__in=wanted)
    by_item = dict(reports.values_list("assignment__work_item", "pk"))
    return [
        AnnexRow(
            report=by_item[row.item.pk],
            code=row.item.code,
            title=row.item.task.title,
            text=row.item.text,
            leads="、".join(part.department.name for part in row.leads),
            others="、".join(part.printed_name for part in row.others),
        )
        for row in plan_rows(notice.period.plan, pk__in=list(by_item))
    ]
