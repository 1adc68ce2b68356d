"""The forms of an indicator's value and of a base year's value."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms

from reports.actions.indicator_values import LONGEST_COMMENT, LONGEST_SOURCE, Fact
from reports.attainment import Attainment
from reports.forms.fields import CleanLine, DayField, ValueText, describe_errors
from reports.value_checks import Measure

INCOMPLETE = "页面不完整，未能保存；请刷新本页再填。"
KINDS = {False: ("preliminary", "初步数"), True: ("final", "核定数")}
"""The choice (value, label) by whether it is final."""


class NumberForm(forms.Form):
    """A number with its source; ``seen`` is the mark of what the page showed."""

    source = CleanLine(
        label="数据来源",
        longest=LONGEST_SOURCE,
        missing="请写明数据来源，如“区统计局年报”。",
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), INCOMPLETE),
    )

    def __init__(self, *args: Any, measure: Measure, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = f"{label}（{measure.unit}）" if measure.unit else label
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.fields["value"] = ValueText(measure, label=shown, widget=box)
        self.fields["source"].widget.attrs["maxlength"] = LONGEST_SOURCE
        describe_errors(self)

    def clean_value(self) -> str:
        value: str | None = self.cleaned_data["value"]
        if value is None:
            raise forms.ValidationError("请填写数值。")
        return value


class MeasurementForm(NumberForm):
    """完成值 of a half-year; ``kinds`` says which the user may enter: final or not."""

    kind = forms.ChoiceField(
        label="类别",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "请选择初步数或核定数；您只能录入列出的类别。"
        ),
    )
    as_of = DayField(label="截至日期", missing="请填写截至日期。")
    comment = CleanLine(label="更正说明", longest=LONGEST_COMMENT)

    def __init__(self, *args: Any, kinds: list[bool], latest: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, label="完成值", **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [KINDS[final] for final in kinds]
        self.fields["as_of"].widget.attrs["max"] = latest.isoformat()

    def fact(self) -> Fact:
        """What is entered, once valid."""
        data = self.cleaned_data
        return Fact(
            value=Decimal(data["value"]),
            as_of=data["as_of"],
            source=data["source"],
            final=data["kind"] == KINDS[True][0],
            comment=data["comment"],
        )


class IndicatorFilter(forms.Form):
    """``status`` of the list of indicators, as it stands in the address."""

    status = forms.ChoiceField(
        required=False,
        choices=[("", "全部"), *Attainment.choices],
        error_messages={"invalid_choice": "没有这种状态，请从上方选择。"},
    )
