"""Which departments owe in a half-year, and whose ledger a person may read."""

from django.db.models import QuerySet

from departments.errors import NotAllowed
from departments.models import Department, User
from departments.rights import rights_of
from reports.models import ReportingPeriod
from reports.policies import Right, may


def leads_of(period: ReportingPeriod) -> QuerySet[Department]:
    """The departments that have a report in ``period``, in their order."""
    return Department.objects.filter(reports__period=period).distinct().order_by("order")


def ledger_choice(user: User, period: ReportingPeriod, code: str) -> tuple[list[Department], str]:
    """The departments ``user`` may choose from, and the chosen code (empty: all of them).

    Raises NotAllowed for somebody who leads nothing, and for another department's ledger.
    """
    leads = leads_of(period)
    if may(user, Right.EXPORT_LEDGER, period):
        return list(leads), code
    own = list(leads.filter(pk__in=rights_of(user).works_for))
    if not own or (code and code not in {body.code for body in own}):
        raise NotAllowed("全部台账由汇总单位和督查员导出；各单位可导出本单位牵头的事项。")
    return own, code or own[0].code
