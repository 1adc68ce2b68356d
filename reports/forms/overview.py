"""The filters of the list behind the overview's figures."""

from typing import Any

from django import forms

from reports.calendar import short_date
from reports.forms.fields import DayField, describe_errors
from reports.forms.sections import Options, by_chapter
from reports.selectors.figures import FIGURES, rows_with
from reports.selectors.period_rows import Row
from tasks.models import Plan, Section

UNKNOWN = {"invalid_choice": "「%(value)s」不在可选范围内，请从下拉框中选择。"}


class ListFilter(forms.Form):
    """状态, 单位, 板块, 报送日, all in the address; only what occurs in ``rows`` can be chosen."""

    status = forms.ChoiceField(label="状态", required=False, error_messages=UNKNOWN)
    department = forms.ChoiceField(label="牵头单位", required=False, error_messages=UNKNOWN)
    section = forms.ChoiceField(label="板块", required=False, error_messages=UNKNOWN)
    day = DayField(label="首次报送日", required=False)

    def __init__(self, *args: Any, rows: list[Row], plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        bodies = {row.report.department.code: row.report.department for row in rows}
        ordered = sorted(bodies.values(), key=lambda body: (body.order, body.name))
        self._choose("status", [(key, figure.label) for key, figure in FIGURES.items()])
        self._choose("department", [(body.code, body.name) for body in ordered])
        self.sections = {
            str(row.order): row for row in Section.objects.filter(plan=plan).order_by("order")
        }
        titles = [(key, one.chapter, one.title) for key, one in self.sections.items()]
        self._choose("section", by_chapter(titles))
        describe_errors(self)

    def _choose(self, name: str, choices: Options) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *choices]

    def matching(self) -> list[Row]:
        """The rows that pass all filters; call after ``is_valid()``."""
        chosen, rows = self.cleaned_data, self.rows
        if chosen["status"]:
            rows = rows_with(rows, chosen["status"])
        if chosen["department"]:
            rows = [row for row in rows if row.report.department.code == chosen["department"]]
        if chosen["section"]:
            section = self.sections[chosen["section"]].pk
            rows = [row for row in rows if row.report.section_id == section]
        if chosen["day"]:
            rows = [row for row in rows if row.in_hand and row.filed_on == chosen["day"]]
        return rows

    @property
    def title(self) -> str:
        """What the list shows, in words: 区城管局 · 逾期未报."""
        words = [self._word(name) for name in ("department", "section", "status")]
        words = [word for word in words if word]
        if day := self.cleaned_data["day"]:
            words.append(f"{short_date(day)}报送")
        return " · ".join(words) or "全部事项"

    def _word(self, name: str) -> str:
        """What was chosen in the field ``name``, in words; empty without a choice."""
        chosen, field = self.cleaned_data[name], self.fields[name]
        if name == "section":
            return self.sections[chosen].full_title if chosen else ""
        assert isinstance(field, forms.ChoiceField)
        return str(dict(field.choices)[chosen]) if chosen else ""  # type: ignore[arg-type]

    @property
    def meaning(self) -> str:
        """What the chosen figure counts; empty without one."""
        figure = FIGURES.get(self.cleaned_data["status"])
        return figure.meaning if figure else ""
