"""The form that puts an item into somebody's hands."""

from collections.abc import Iterable
from typing import Any

from django import forms

from departments.models import User
from reports.actions.item_hand import LONGEST_OFFICE
from reports.forms.fields import CleanLine, describe_errors
from tasks.models import Assignment


class ItemHandForm(forms.Form):
    """责任科室 and 经办人 of one assignment; ``people`` work for the department today."""

    office = CleanLine(label="责任科室", longest=LONGEST_OFFICE)
    person = forms.ChoiceField(
        label="经办人",
        required=False,
        error_messages={"invalid_choice": "所选的人现在不在本单位任职，请另选一人。"},
    )

    def __init__(self, data: Any = None, *, assignment: Assignment, people: Iterable[User]):
        self.assignment = assignment
        self.people = {str(person.pk): person for person in people}
        kept = {"office": assignment.office, "person": assignment.person_in_charge_id or ""}
        super().__init__(data, initial=kept, prefix=f"hand{assignment.pk}")
        choices = [("", "未指定"), *((key, str(person)) for key, person in self.people.items())]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        describe_errors(self)

    @property
    def chosen(self) -> User | None:
        """The person chosen; call after ``is_valid()``."""
        return self.people.get(self.cleaned_data["person"])
