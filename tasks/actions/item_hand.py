"""Who in a department has a work item in hand (责任科室、经办人)."""

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError
from departments.models import Membership, User
from tasks.models import Assignment


@transaction.atomic
def put_in_hand(*, assignment: Assignment, office: str, person: User | None, by: User) -> bool:
    """Put ``assignment`` into the hands of an office and one of the department's people.

    Who may do so is the caller's to check. Returns whether anything changed; the history keeps
    who had it before. Raises DomainError where a new ``person`` does not work for the department
    today, Conflict where the department no longer takes part.
    """
    locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if locked.withdrawn_on:
        raise Conflict("本单位已不承担这项工作，不必再指定。")
    if (locked.office, locked.person_in_charge_id) == (office, person.pk if person else None):
        return False
    if person and person.pk != locked.person_in_charge_id and not _works_there(person, locked):
        raise DomainError(f"{person}现在不在本单位任职，请另选一人。")
    locked.office, locked.person_in_charge = office, person
    locked._history_user = by  # type: ignore[attr-defined]
    locked.save()
    return True


def _works_there(person: User, assignment: Assignment) -> bool:
    today = Membership.objects.on(timezone.localdate())
    return today.filter(user=person, department=assignment.department_id).exists()
