"""What is typed about a later deadline."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms

from departments.errors import DomainError
from reports.forms.fields import DayField, LongText, describe_errors
from reports.forms.picks import PickField
from reports.models import Report

ALL, NAMED = "all", "named"


class AskForm(forms.Form):
    """申请延期: for all that is unfiled, or for the reports that are ticked."""

    day = DayField(label="申请延至")
    reach = forms.ChoiceField(
        label="范围",
        choices=[(ALL, "全部未报事项"), (NAMED, "只延下列勾选的事项")],
        initial=ALL,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择范围。", "invalid_choice": "请选择范围。"},
    )
    reports = PickField(label="事项", required=False)
    reason = LongText("reason", label="理由", widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, reports: Sequence[Report], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reports"]
        assert isinstance(field, PickField)
        field.offer(reports)
        describe_errors(self)

    def chosen(self) -> list[Report] | None:
        """The reports meant; None means all. Call after ``is_valid()``."""
        if self.cleaned_data["reach"] == ALL:
            return None
        return list(self.cleaned_data["reports"])


class DecideForm(forms.Form):
    """The decision: 同意 with a date, or 不同意 with a sentence; the approver needs no date."""

    day = DayField(label="同意延至", required=False)
    comment = LongText("comment", label="说明", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_errors(self)

    def need_day(self) -> datetime.date:
        """The date. Raises DomainError where none was chosen."""
        day = self.cleaned_data["day"]
        if day is None:
            raise DomainError("请选择同意延至的日期。")
        chosen: datetime.date = day
        return chosen
