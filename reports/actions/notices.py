"""What a person does with the notices they got."""

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, NotAllowed
from departments.models import Department, User
from reports.models import Acknowledgement, Notice, ReportingPeriod
from reports.policies import Right, may


def mark_read(*, notice: Notice, by: User) -> None:
    """Note when the person first opened ``notice``."""
    Notice.objects.visible_to(by).filter(pk=notice.pk, read_at__isnull=True).update(
        read_at=timezone.now()
    )


def mark_all_read(*, by: User) -> int:
    """Everything in the inbox counts as read; returns how many were not yet."""
    now = timezone.now()
    unread = Notice.objects.visible_to(by).filter(read_at__isnull=True, at__lte=now)
    return int(unread.update(read_at=now))


@transaction.atomic
def acknowledge(*, period: ReportingPeriod, department: Department, by: User) -> bool:
    """签阅: ``department`` has read the 报送通知 of ``period``; once, whoever presses first.

    Returns whether it was noted now. Raises NotAllowed (403) for others than its reporters and
    approvers, Conflict (409) where it owes nothing in the period.
    """
    if not may(by, Right.ACKNOWLEDGE, department):
        raise NotAllowed("报送通知由牵头单位的填报员或审签人签阅。")
    if not period.reports.filter(department=department).exists():
        raise Conflict(f"{department.name}本期没有应报事项，无需签阅。")
    _, created = Acknowledgement.objects.get_or_create(
        period=period, department=department, defaults={"by": by, "at": timezone.now()}
    )
    return created
