"""Days off and make-up workdays, above the State Council's calendar."""

from django.db import transaction
from django.http import HttpRequest

from departments.audit import record
from departments.errors import NotAllowed
from departments.models import User
from reports.models import WorkingDay
from reports.policies import Right, may


@transaction.atomic
def set_working_day(
    *, working_day: WorkingDay, by: User, request: HttpRequest | None = None
) -> None:
    """Save a new or changed ``working_day``, with its line in the security log.

    Nothing is deleted: an entry made by mistake is turned round. Raises NotAllowed for anybody
    but an admin.
    """
    if not may(by, Right.ADMINISTER):
        raise NotAllowed("工作日只能由管理员调整。")
    verb = "新增工作日" if working_day.pk is None else "变更工作日"
    working_day.save()
    record(verb, user=by, request=request, subject=str(working_day))
