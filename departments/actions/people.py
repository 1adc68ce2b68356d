"""What an admin writes of a person beside the account: name, e-mail, telephone."""

from django.db import transaction

from departments.models import User


@transaction.atomic
def person_save(*, person: User, by: User) -> None:
    """Save changed facts of an existing person; the history keeps what stood before."""
    person._history_user = by  # type: ignore[attr-defined]
    person.save(update_fields=["name", "email", "telephone"])
