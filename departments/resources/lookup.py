"""Departments named in a cell."""

from typing import Any

from django.db.models import Q
from import_export.widgets import Widget

from departments.models import Department
from departments.tables.widgets import Lines


def find_department(text: str) -> Department:
    """The department called ``text``: short name, alias or code. Raises ValueError for none."""
    named = Q(name=text) | Q(code=text) | Q(aliases__name=text)
    found = Department.objects.filter(named).distinct().first()
    if found is None:
        raise ValueError(f"没有名称、别名或代码为「{text[:30]}」的单位，请对照单位表填写。")
    return found


class Body(Widget):  # type: ignore[misc]
    """One department, by any of its names; written by its short name.

    A resource copies its widgets, so that what one has found serves that one import.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Department] = {}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Department:
        if value not in self.found:
            self.found[value] = find_department(value)
        return self.found[value]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


class Bodies(Lines):
    """Several departments in one cell, in their own order."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        found = {find_department(name) for name in super().clean(value)}
        return sorted(found, key=lambda body: (body.order, body.pk))
