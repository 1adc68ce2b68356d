"""The filters of the desk of notices, all in the address."""

import datetime
from typing import Any

from django import forms

from departments.models import Department
from reports.calendar import SHANGHAI
from reports.forms.fields import CleanLine, DayField, describe_errors
from reports.models import ReportingPeriod
from reports.reminders.kinds import Kind
from reports.selectors.notice_desk import STATES, Wanted

UNKNOWN = {"invalid_choice": "「%(value)s」不在可选范围内，请从下拉框中选择。"}


class DeskFilter(forms.Form):
    """状态, 种类, 单位, 姓名, 报告期, 日期; without a word what waits for a human."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=list(STATES.items()), error_messages=UNKNOWN
    )
    kind = forms.ChoiceField(
        label="种类", required=False, choices=[("", "全部"), *Kind.choices], error_messages=UNKNOWN
    )
    department = forms.ChoiceField(label="单位", required=False, error_messages=UNKNOWN)
    person = CleanLine(label="姓名", longest=60)
    period = forms.ChoiceField(label="报告期", required=False, error_messages=UNKNOWN)
    since = DayField(label="起", required=False)
    until = DayField(label="止", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__({"state": "todo", **data.dict()})
        bodies = Department.objects.filter(memberships__isnull=False).distinct()
        self._offer("department", "全部", list(bodies.values_list("code", "name")))
        periods = ReportingPeriod.objects.select_related("plan")
        self._offer("period", "全部", [(str(row.pk), row.label) for row in periods])
        describe_errors(self)

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "止日早于起日，请改一个。")
        return data

    @property
    def asks_todo(self) -> bool:
        return self.cleaned_data.get("state") == "todo"

    @property
    def title(self) -> str:
        """What the list shows: 需处理."""
        return STATES.get(self.cleaned_data.get("state", ""), "提醒")

    @property
    def wanted(self) -> Wanted:
        """What was asked for; call after ``is_valid()``."""
        data = self.cleaned_data
        return Wanted(
            state=data["state"] or "all",
            kind=data["kind"],
            department=data["department"],
            person=data["person"],
            period=int(data["period"]) if data["period"] else None,
            since=_midnight(data["since"]),
            until=_midnight(data["until"], datetime.timedelta(days=1)),
        )


def _midnight(
    day: datetime.date | None, later: datetime.timedelta = datetime.timedelta()
) -> datetime.datetime | None:
    if day is None:
        return None
    return datetime.datetime.combine(day, datetime.time(), SHANGHAI) + later
