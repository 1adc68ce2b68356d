"""What is typed when a period is closed, reopened or published, or takes in an assignment."""

from typing import Any

from django import forms

from reports.forms.fields import LongText, describe_errors
from reports.forms.picks import PickField
from tasks.models import Assignment


class PeriodForm(forms.Form):
    """A comment; whether it is needed, the action knows."""

    comment = LongText("comment", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = label
        describe_errors(self)


class OwingForm(forms.Form):
    """Which of the assignments added later owe in this half-year already."""

    assignments = PickField(label="本期起应报")

    def __init__(self, *args: Any, choices: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignments"]
        assert isinstance(field, PickField)
        field.offer(choices)
