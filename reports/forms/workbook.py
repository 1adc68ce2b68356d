"""Dropping workbooks, and confirming what the preview showed."""

from typing import Any

from django import forms

from reports.actions.workbook_read import MOST_FILES
from reports.ledger.preview import WEB, option_of

CHOICES = {WEB, *(option_of(order) for order in range(MOST_FILES))}
CHOICE = "choice-"


class ConfirmForm(forms.Form):
    """What was seen, and whether the valid rows alone are wanted; choices come beside it."""

    seen = forms.CharField(max_length=64, required=False)

    @property
    def valid_only(self) -> bool:
        return "valid_only" in self.data

    @property
    def choices(self) -> dict[str, str]:
        """The report's id → the option taken; what is no option is passed over."""
        data: Any = self.data
        return {
            name.removeprefix(CHOICE): data[name]
            for name in data
            if name.startswith(CHOICE) and data[name] in CHOICES
        }
