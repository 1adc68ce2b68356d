"""The year of the list of goals, as it stands in the address."""

from collections.abc import Iterable
from typing import Any

from django import forms


class GoalFilterForm(forms.Form):
    """``year`` (default this year's), ``missing`` for the rows without a goal only."""

    year = forms.ChoiceField(
        label="年度",
        required=False,
        error_messages={"invalid_choice": "本方案没有这一年，请从列表中选择。"},
    )
    missing = forms.BooleanField(label="只看待录入", required=False)

    def __init__(self, data: Any, *, years: Iterable[int], this_year: int) -> None:
        super().__init__(data, initial={"year": this_year})
        self.this_year = this_year
        choices = [(str(year), f"{year}年") for year in years]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen_year(self) -> int:
        """The year chosen; call after ``is_valid()``."""
        return int(self.cleaned_data["year"] or self.this_year)
