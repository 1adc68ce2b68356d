"""The form of one yearly goal."""

from typing import Any

from django import forms

from reports.actions.goals import LONGEST_BASIS, LONGEST_GOAL
from reports.forms.fields import CleanLine, CleanText, describe_errors


class GoalForm(forms.Form):
    """年度目标 with its 依据; ``seen`` is the mark of the goal that the page showed."""

    text = CleanText(
        label="年度目标",
        longest=LONGEST_GOAL,
        missing="请填写年度目标。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    basis = CleanLine(
        label="依据文件",
        longest=LONGEST_BASIS,
        missing="请写明依据文件，如《万州区2026年节水工作要点》（万州水利发〔2026〕3号）。",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_errors(self)
