"""What passes with a hand-over (交接) here: the items a person has in hand (经办人)."""

import datetime
from typing import Any

from django.dispatch import receiver

from departments.actions.hand_over import Passed
from departments.models import User
from departments.signals import person_handed_over
from tasks.models import Assignment


@receiver(person_handed_over)
def items_pass_on(
    person: User, successor: User, day: datetime.date, by: User, **kwargs: Any
) -> Passed:
    """Name ``successor`` as the person in charge wherever ``person`` was, each with its history."""
    rows = list(Assignment.objects.filter(person_in_charge=person))
    for row in rows:
        row.person_in_charge = successor
        row.save(update_fields=["person_in_charge"])
    return Passed("经办事项", len(rows))
