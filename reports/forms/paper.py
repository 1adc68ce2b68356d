"""代录: the report's form, and what only paper has."""

import datetime
from typing import Any

from django import forms

from departments.errors import DomainError
from reports.actions.paper import check_received_on
from reports.actions.submissions import clean_number
from reports.forms.fields import DayField, describe_errors
from reports.forms.report import ReportForm
from reports.models import Report


class PaperForm(ReportForm):
    """代录一份纸质件. ``content()`` gives CONTENT_FIELDS; the version plays no part."""

    def __init__(self, *args: Any, report: Report, today: datetime.date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, report=report, **kwargs)
        self.fields["version"].required = False
        self.fields["received_on"] = DayField(
            label="收到日期", missing="请填写收到纸质件的日期。", latest=today.isoformat()
        )
        self.fields["letter_number"] = forms.CharField(label="发文字号", required=False)
        describe_errors(self)

    def clean_received_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["received_on"]
        try:
            check_received_on(self.report, day, self.today)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
        return day

    def clean_letter_number(self) -> str:
        try:
            return clean_number(self.cleaned_data["letter_number"])
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
