"""What the matrix shows, as it stands in the address."""

from typing import Any

from django import forms

from reports.forms.fields import describe_errors
from reports.forms.overview import UNKNOWN
from reports.forms.sections import by_chapter
from reports.selectors.figures import FIGURES
from reports.selectors.matrix import By, Lead, Show, Wanted
from reports.states import Assessment

_FILING = ("accepted", "filed", "late", "returned", "overdue", "owed", "exempt")


class MatrixFilter(forms.Form):
    """行, 灯, 板块, 单位, 状态; only what occurs in ``leads`` (the user's rows) can be chosen."""

    by = forms.ChoiceField(label="行", required=False, choices=By.choices, error_messages=UNKNOWN)
    show = forms.ChoiceField(
        label="灯", required=False, choices=Show.choices, error_messages=UNKNOWN
    )
    section = forms.ChoiceField(label="板块", required=False, error_messages=UNKNOWN)
    department = forms.ChoiceField(label="牵头单位", required=False, error_messages=UNKNOWN)
    state = forms.ChoiceField(label="状态", required=False, error_messages=UNKNOWN)

    def __init__(self, data: Any, *, leads: list[Lead]) -> None:
        super().__init__(data)
        ordered = sorted(leads, key=lambda lead: (lead.department_order, lead.department))
        sections = {str(lead.section): (lead.chapter, lead.section_title) for lead in leads}
        bodies = {lead.department_code: lead.department_name for lead in ordered}
        filing = [(key, FIGURES[key].label) for key in _FILING]
        self._offer("section", by_chapter((key, *names) for key, names in sections.items()))
        self._offer("department", list(bodies.items()))
        self._offer("state", [("报送", filing), ("推进", Assessment.choices)])
        describe_errors(self)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *choices]

    @property
    def wanted(self) -> Wanted:
        """What was chosen; call after ``is_valid()``."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**given)

    @property
    def state_label(self) -> str:
        """The chosen state in words."""
        labels = {
            **{key: figure.label for key, figure in FIGURES.items()},
            **dict(Assessment.choices),
        }
        return str(labels.get(self.cleaned_data["state"], ""))
