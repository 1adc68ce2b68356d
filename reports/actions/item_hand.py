"""A department says who of its own has an item in hand (责任科室、经办人)."""

from departments.errors import DomainError, NotAllowed
from departments.models import User
from reports.policies import Right, may
from reports.text import utf16_units
from tasks.actions.item_hand import put_in_hand
from tasks.models import Assignment

LONGEST_OFFICE = 50


def set_item_hand(*, assignment: Assignment, office: str, person: User | None, by: User) -> bool:
    """Put a department's item into the hands of an office and one of its people.

    ``office`` is a cleaned text, empty for none; ``person`` must work for the department today.
    Returns whether anything changed; the history keeps who had it before. Raises NotAllowed for
    anyone but a reporter or approver of the department, DomainError for an outsider or an
    overlong office, Conflict where the department no longer takes part.
    """
    if not may(by, Right.ASSIGN_PERSON, assignment):
        raise NotAllowed("责任科室和经办人只能由本单位的填报员或审签人指定。")
    if utf16_units(office) > LONGEST_OFFICE:
        raise DomainError(f"责任科室最多 {LONGEST_OFFICE} 字。")
    return put_in_hand(assignment=assignment, office=office, person=person, by=by)
