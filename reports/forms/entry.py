"""The short form of one progress entry."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from departments.models import Department
from reports.forms.fields import DayField, LongText, describe_errors
from reports.models import ProgressEntry
from tasks.models import WorkItem

SHOWN = 24
"""How many of the item's first characters the drop-down shows."""


class EntryForm(forms.Form):
    """记一条进展: item, day, text."""

    department = forms.ChoiceField(label="记录单位", required=False)
    item = forms.TypedChoiceField(label="事项", coerce=int)
    happened_on = DayField(label="日期")
    text = LongText("text", label="做了什么", widget=forms.Textarea(attrs={"rows": 5}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        items: list[WorkItem],
        departments: Sequence[Department] = (),
        **kwargs: Any,
    ) -> None:
        """``departments``: those to choose from; the choice is shown where there are several."""
        super().__init__(*args, **kwargs)
        self._offer_departments(departments)
        field = self.fields["item"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(row.pk, item_label(row)) for row in items]
        field.error_messages["invalid_choice"] = "请选择本单位牵头或配合的事项。"
        self.initial.setdefault("happened_on", timezone.localdate())
        describe_errors(self)

    def _offer_departments(self, departments: Sequence[Department]) -> None:
        field = self.fields["department"]
        if len(departments) < 2:
            del self.fields["department"]
        elif isinstance(field, forms.ChoiceField):
            field.choices = [(body.code, str(body)) for body in departments]

    @property
    def removed(self) -> int:
        """How many characters had to be taken out of the text."""
        return int(getattr(self.fields["text"], "removed", 0))


def item_label(item: WorkItem) -> str:
    """``13.2 建设节水型城市：推进…``: rows of one task are told apart by their first words."""
    return f"{item.code} {item.task.title}：{item.text[:SHOWN]}…"


def initial_of(entry: ProgressEntry) -> dict[str, Any]:
    """Initial values of the form from an entry."""
    return {
        "item": entry.work_item_id,
        "happened_on": entry.happened_on,
        "text": entry.text,
        "version": entry.version,
    }
