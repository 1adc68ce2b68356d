"""What is ticked and typed to urge departments."""

from collections.abc import Iterable
from typing import Any

from django import forms

from departments.models import Department
from reports.actions.urging import MAX_TEXT
from reports.forms.fields import CleanLine, describe_errors
from reports.forms.picks import PickField
from reports.models import Urge
from reports.reminders.urging import NOTICES


class UrgeForm(forms.Form):
    """催办: the ticked departments, and a sentence added to the given wording."""

    department = PickField(label="单位")
    text = CleanLine(label="附言（可不填）", longest=MAX_TEXT)

    def __init__(self, *args: Any, bodies: Iterable[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, PickField)
        field.error_messages["required"] = "请至少勾选一个单位。"
        field.offer(bodies)
        describe_errors(self)


def read_step(raw: str) -> Urge.Step:
    """The step in the address: to the reporters unless it says «leader»."""
    return Urge.Step.LEADER if raw == Urge.Step.LEADER else Urge.Step.NOTICE


STEP_LABELS = {Urge.Step.NOTICE: "催办填报员", Urge.Step.LEADER: "抄送审签人"}
assert set(STEP_LABELS) == set(NOTICES)
