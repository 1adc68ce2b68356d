"""The fields of a report's content: one rule for form, table, batch and import."""

from typing import Any

from django import forms

from reports.forms.fields import CleanLine, LongText, RateField, ValueText
from reports.models.report import TEXT_FIELDS
from reports.states import Progress
from reports.text import MAX_NOTE
from reports.value_checks import Measure


def content_field(name: str, *, measure: Measure | None = None, **kwargs: Any) -> forms.Field:
    """The field that reads ``name``: one of CONTENT_FIELDS, or «indicator» for a value of one.

    ``measure`` is the indicator's. The field's ``clean`` gives the value that is stored, or raises
    ValidationError with a Chinese sentence.
    """
    if name in TEXT_FIELDS:
        return LongText(name, **kwargs)
    if name == "state":
        choices = [("", "请选择"), *Progress.choices]
        return forms.ChoiceField(label="推进状态", required=False, choices=choices, **kwargs)
    if name == "completion":
        return RateField(**kwargs)
    if name == "note":
        return CleanLine(longest=MAX_NOTE, label="备注", **kwargs)
    assert measure is not None
    return ValueText(measure, **kwargs)
