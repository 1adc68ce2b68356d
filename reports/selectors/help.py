"""The help page: what concerns the reader's roles, and who can be called."""

import dataclasses

from django.utils import timezone

from departments.models import Department, Membership, Role, User
from departments.rights import Rights, rights_of
from reports.selectors.current import plan_for
from tasks.models import Plan


@dataclasses.dataclass(frozen=True)
class Help:
    """``rights`` choose which parts stand open; ``receivers`` in order, ``admins`` by name."""

    rights: Rights
    plan: Plan | None
    receivers: list[Department]
    admins: list[User]


def help_of(user: User) -> Help:
    """Four queries at most."""
    plan = plan_for(user)
    receivers = plan.receivers.order_by("planreceiver__order") if plan else []
    in_force = Membership.objects.on(timezone.localdate()).filter(role=Role.ADMIN)
    admins = User.objects.filter(memberships__in=in_force).distinct().order_by("name", "pk")
    return Help(rights_of(user), plan, list(receivers), list(admins))
