"""Search and filters of the list of tasks, as they stand in the address."""

from typing import Any

from django import forms

from departments.models import Department
from reports.forms.fields import CleanLine, describe_errors
from reports.forms.sections import Options, by_chapter
from tasks.models import Assignment, Plan

LONGEST_SEARCH = 100


class TaskFilterForm(forms.Form):
    """``q`` text, ``section`` its order, ``department`` a code, ``role`` lead or responsible."""

    q = CleanLine(
        label="查找",
        longest=LONGEST_SEARCH,
        widget=forms.SearchInput(attrs={"placeholder": "文字、编号（如 12.1）或单位"}),
    )
    section = forms.ChoiceField(
        label="板块", required=False, error_messages={"invalid_choice": "没有这个板块。"}
    )
    department = forms.ChoiceField(
        label="单位", required=False, error_messages={"invalid_choice": "没有这个单位。"}
    )
    role = forms.ChoiceField(
        label="分工",
        required=False,
        choices=[("", "牵头或责任"), *Assignment.Kind.choices],
        error_messages={"invalid_choice": "分工只有牵头单位和责任单位。"},
    )

    def __init__(self, data: Any, *, plan: Plan) -> None:
        super().__init__(data)
        sections = [
            (str(one.order), one.chapter, one.title)
            for one in plan.sections.filter(tasks__isnull=False).distinct()
        ]
        taking_part = Department.objects.filter(
            assignments__work_item__task__plan=plan, assignments__withdrawn_on__isnull=True
        )
        bodies = taking_part.distinct().values_list("code", "name")
        self._offer("section", "全部板块", by_chapter(sections))
        self._offer("department", "全部单位", list(bodies))
        describe_errors(self)

    def _offer(self, name: str, everything: str, choices: Options) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]
