"""工作日调整: days off and make-up workdays, a row for each."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from departments.tables.columns import Column
from departments.tables.resource import TableResource, check_part
from departments.tables.widgets import NONE, Day, Line, Word
from reports.actions.working_days import set_working_day
from reports.models import WorkingDay


@dataclasses.dataclass
class DayRow:
    """A day of the admin's calendar."""

    day: WorkingDay


class WorkingDayResource(TableResource):
    """工作日调整: days off and make-up workdays."""

    title = "工作日调整"
    key = ("日期",)
    at_once = 300
    day = Column("日期", "day__day", Day(), required=True, width=14,
                 explanation="如 2027-02-07；按日期认行，录错的改成另一种，不删除")  # fmt: skip
    is_workday = Column("上班或放假", "day__is_workday", Word({"上班": True, "放假": False}),
                        required=True, explanation="上班（调休）或放假")  # fmt: skip
    note = Column("说明", "day__note", Line(60, empties=True), width=30,
                  explanation=f"如“春节”；要清空请填“{NONE}”")  # fmt: skip

    def listed(self, queryset: QuerySet[Any]) -> Iterator[DayRow]:
        for day in queryset:
            yield DayRow(day)

    def fetch(self, values: dict[str, str]) -> tuple[DayRow, bool]:
        found = WorkingDay.objects.filter(day=self.value("day", values)).first()
        return (DayRow(WorkingDay()), True) if found is None else (DayRow(found), False)

    def check(self, row: DayRow, new: bool) -> None:
        check_part(row.day, "day")

    def store(self, row: DayRow, new: bool) -> None:
        set_working_day(working_day=row.day, by=self.actor, request=self.request)
