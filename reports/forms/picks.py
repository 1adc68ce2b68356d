"""Ticking some of what the page shows."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model

GONE = "所选事项已不在列表中，请重新选择。"


class PickField(forms.MultipleChoiceField):
    """Check boxes for the objects shown; ``clean`` gives the objects back.

    What is not among them is refused without a query, however odd the value.
    """

    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": "请至少勾选一项。", "invalid_choice": GONE, "invalid_list": GONE}
        super().__init__(error_messages=errors, **kwargs)
        self.objects: dict[str, Model] = {}

    def offer(self, objects: Iterable[Model]) -> None:
        """What can be ticked."""
        self.objects = {str(row.pk): row for row in objects}
        self.choices = [(key, str(row)) for key, row in self.objects.items()]

    def clean(self, value: Any) -> list[Model]:
        return [self.objects[key] for key in super().clean(value)]
