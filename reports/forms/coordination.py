"""The form of one 协调事项, and the filters of the 协调台账."""

from collections.abc import Sequence
from typing import Any

from django import forms

from departments.models import Department
from reports.actions.coordination import MAX_MATTER, MAX_NAME, MAX_OUTCOME, Handling
from reports.forms.fields import CleanLine, CleanText, DayField, describe_errors
from reports.models import Coordination
from reports.selectors.coordination import KINDS, Matter

UNKNOWN = {"invalid_choice": "「%(value)s」不在可选范围内，请从下拉框中选择。"}


class CoordinationForm(forms.Form):
    """答复单位、期限、办理情况; ``version`` is the one that the page showed."""

    matter = CleanText(
        label="协调事项", longest=MAX_MATTER, widget=forms.Textarea(attrs={"rows": 3})
    )
    answerer = forms.ChoiceField(label="答复单位", required=False, error_messages=UNKNOWN)
    other_answerer = CleanLine(label="其他答复单位", longest=MAX_NAME)
    due_on = DayField(label="答复期限", required=False)
    state = forms.ChoiceField(
        label="办理状态", choices=Coordination.State.choices, error_messages=UNKNOWN
    )
    outcome = CleanText(
        label="办理结果", longest=MAX_OUTCOME, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {body.code: body for body in Department.objects.order_by("order", "pk")}
        field = self.fields["answerer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "请选择"),
            *((code, body.name) for code, body in self.bodies.items()),
        ]
        describe_errors(self)

    @property
    def handling(self) -> Handling:
        """What was typed; call after ``is_valid()``."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Handling(**{**data, "answerer": self.bodies.get(data["answerer"])})


def initial_of(coordination: Coordination | None, asked: str) -> dict[str, Any]:
    """What the form starts from; a new one with the lead's words, where they are short."""
    if coordination is None:
        return {"matter": asked if len(asked) <= MAX_MATTER else "", "state": "running"}
    return {
        "matter": coordination.matter,
        "answerer": coordination.answerer.code if coordination.answerer else "",
        "other_answerer": coordination.other_answerer,
        "due_on": coordination.due_on,
        "state": coordination.state,
        "outcome": coordination.outcome,
        "version": coordination.version,
    }


class CoordinationFilter(forms.Form):
    """状态, 提出单位, 答复单位, all in the address; only what occurs can be chosen."""

    kind = forms.ChoiceField(label="办理情况", required=False, error_messages=UNKNOWN)
    department = forms.ChoiceField(label="提出单位", required=False, error_messages=UNKNOWN)
    answerer = forms.ChoiceField(label="答复单位", required=False, error_messages=UNKNOWN)

    def __init__(self, data: Any, *, matters: Sequence[Matter]) -> None:
        super().__init__(data)
        self.matters = matters
        leads = {matter.report.department.code: matter.report.department for matter in matters}
        ordered = sorted(leads.values(), key=lambda body: (body.order, body.name))
        names = sorted({row.answered_by for matter in matters for row in matter.kept})
        kinds = [(kind.key, kind.label) for kind in KINDS.values() if kind.key != "all"]
        self._choose("kind", kinds)
        self._choose("department", [(body.code, body.name) for body in ordered])
        self._choose("answerer", [(name, name) for name in names])
        describe_errors(self)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        everything = ("all", "全部") if name == "kind" else ("", "全部")
        field.choices = [everything, *choices]

    def matching(self) -> list[Matter]:
        """The matters that pass all filters; call after ``is_valid()``."""
        chosen = self.cleaned_data
        holds = KINDS[chosen["kind"] or "all"].holds
        return [
            matter
            for matter in self.matters
            if holds(matter)
            and chosen["department"] in {"", matter.report.department.code}
            and chosen["answerer"] in {"", *(row.answered_by for row in matter.kept)}
        ]
