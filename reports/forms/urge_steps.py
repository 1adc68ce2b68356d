"""What is typed about a call and a letter of 催办."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from reports.actions.urging import MAX_NAME, MAX_TEXT
from reports.calendar import SHANGHAI
from reports.forms.fields import CleanLine, CleanText, DayField, describe_errors


class CallForm(forms.Form):
    """电话催办: when, with whom, what was answered."""

    day = DayField(label="通话日期")
    time = forms.TimeField(
        label="时间",
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "请填写通话时间。", "invalid": "时间应写作 14:30。"},
    )
    spoke_with = CleanLine(label="通话人", longest=MAX_NAME, missing="请写明与谁通话。")
    answer = CleanText(
        label="对方答复",
        longest=MAX_TEXT,
        missing="请写明对方的答复。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime()
        self.initial.setdefault("day", now.date())
        self.initial.setdefault("time", now.time())
        self.fields["day"].widget.attrs["max"] = now.date().isoformat()
        describe_errors(self)

    @property
    def at(self) -> datetime.datetime:
        """The moment of the call; call after ``is_valid()``."""
        data = self.cleaned_data
        return datetime.datetime.combine(data["day"], data["time"], SHANGHAI)


class LetterForm(forms.Form):
    """催办函: its 发文字号, and a paragraph of one's own."""

    number = CleanLine(
        label="发文字号",
        longest=60,
        missing="请填写发文字号，如「万州水函〔2027〕5号」。",
    )
    text = CleanText(
        label="补充说明", longest=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe_errors(self)
