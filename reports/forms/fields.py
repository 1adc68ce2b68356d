"""Form fields whose text is cleaned on its way in."""

import datetime
from typing import Any

from django import forms

from reports.requirements import FIELD_LABELS, too_long
from reports.text import MAX_UNITS, clean, fold_digits, parse_rate, utf16_units
from reports.value_checks import Measure, parse_value


class CleanLine(forms.CharField):
    """One line: cleaned, blanks folded, at most ``longest`` UTF-16 units.

    ``missing`` is the sentence for an empty field; without it the field may stay empty.
    """

    def __init__(self, *, longest: int, missing: str = "", **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.longest, self.missing = longest, missing
        self.removed = 0
        self.validators = []

    def to_python(self, value: Any) -> str:
        cleaned = clean(str(value or ""))
        self.removed = cleaned.removed
        text = self.fold(cleaned.text)
        if self.missing and not text:
            raise forms.ValidationError(self.missing)
        if sentence := self.too_long(text):
            raise forms.ValidationError(sentence)
        return text

    def fold(self, text: str) -> str:
        return " ".join(text.split())

    def too_long(self, text: str) -> str:
        """A Chinese sentence if ``text`` is over the limit, else empty."""
        units = utf16_units(text)
        return f"有 {units} 字，最多 {self.longest} 字，请精简。" if units > self.longest else ""


class CleanText(CleanLine):
    """Several lines; blanks are taken off at the ends only."""

    widget = forms.Textarea

    def fold(self, text: str) -> str:
        return text.strip()


class LongText(CleanLine):
    """A text of a report, a reason, a comment: as it was typed, at most ``MAX_UNITS`` long.

    ``name`` is the content's, by which the sentence of a text that is too long calls it.
    """

    widget = forms.Textarea

    def __init__(self, name: str, **kwargs: Any) -> None:
        kwargs.setdefault("label", FIELD_LABELS.get(name, ""))
        super().__init__(longest=MAX_UNITS, **kwargs)
        self.name = name

    def fold(self, text: str) -> str:
        return text

    def too_long(self, text: str) -> str:
        return too_long(self.name, text)


class DayField(forms.DateField):
    """A date as the browser's picker sends it; full-width digits are folded."""

    def __init__(self, *, missing: str = "请选择日期。", latest: str = "", **kwargs: Any) -> None:
        attrs = {"type": "date", **({"max": latest} if latest else {})}
        super().__init__(
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs),
            error_messages={"required": missing, "invalid": "日期应写作 2027-01-25。"},
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime.date | None:
        return super().to_python(fold_digits(value) if isinstance(value, str) else value)


class RateField(forms.CharField):
    """完成率: a whole percentage, or None where nothing stands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, label="完成率（%）", **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> Any:
        return _number(value, parse_rate)


class ValueText(forms.CharField):
    """An indicator's value as the plain text of its number, or None."""

    def __init__(self, measure: Measure, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.measure = measure
        self.validators = []

    def to_python(self, value: Any) -> Any:
        number = _number(value, lambda raw: parse_value(raw, self.measure))
        return None if number is None else str(number)


def _number(value: Any, parse: Any) -> Any:
    text = clean(str(value or "")).text
    if not text.strip():
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


def describe_errors(form: forms.Form) -> None:
    """Tie every field to the place where ``_field.html`` says what is wrong with it."""
    for name, field in form.fields.items():
        field.widget.attrs["aria-describedby"] = f"id_{form.add_prefix(name)}-hint"
