"""单位: departments with their other names and, for a collective, its members."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from departments.actions.departments import (
    department_add_aliases,
    department_save,
    department_set_members,
    name_check,
)
from departments.errors import DomainError
from departments.models import Department
from departments.resources.lookup import Bodies
from departments.tables.columns import Column
from departments.tables.resource import TableResource, as_refusal, check_part, refuse
from departments.tables.widgets import NONE, Line, Lines, Number, Word, labels

YES_NO = {"是": True, "否": False}


@dataclasses.dataclass
class DepartmentRow:
    """A department as one row."""

    department: Department
    aliases: list[str] = dataclasses.field(default_factory=list)
    members: list[Department] = dataclasses.field(default_factory=list)


def from_plan(row: DepartmentRow) -> str:
    """Name and kind of a department that takes part in a plan are the plan file's."""
    if row.department.pk and row.department.assignments.exists():
        return "以方案文件为准，不能在这里改；请改方案文件后执行 loadplan。"
    return ""


class DepartmentResource(TableResource):
    title = "单位"
    key = ("代码",)
    code = Column(
        "代码", "department__code", Line(20), required=True, width=10,
        explanation="字母、数字、减号，录入后不能改；按代码认单位",
    )  # fmt: skip
    name = Column(
        "简称", "department__name", Line(50), required=True, fixed=from_plan, width=22,
        explanation="与方案附件所印一致；方案里有的单位以方案文件为准，不能在这里改",
    )  # fmt: skip
    kind = Column(
        "类别", "department__kind", Word(labels(Department.Kind.choices)), required=True,
        fixed=from_plan, width=8, explanation="部门、镇街、企业或集合；同上",
    )  # fmt: skip
    order = Column("排序", "department__order", Number(least=0, most=32767), width=8,
                   explanation="整数，小的在前")  # fmt: skip
    needs_approval = Column("报送须经审签", "department__needs_approval", Word(YES_NO),
                            explanation="是或否；否，则提交即报送")  # fmt: skip
    telephone = Column("办公电话", "department__telephone", Line(30, empties=True), width=16,
                       explanation=f"要清空请填“{NONE}”")  # fmt: skip
    aliases = Column(
        "别名", "aliases", Lines(50), width=30,
        explanation="文件里的其他写法，几个之间用顿号隔开；只增不删，原有的请保留在格中",
    )  # fmt: skip
    members = Column(
        "成员单位", "members", Bodies(50), width=40,
        explanation="只有集合可填，填全部成员的简称、别名或代码，用顿号隔开",
    )  # fmt: skip

    def listed(self, queryset: QuerySet[Any]) -> Iterator[DepartmentRow]:
        for department in queryset.prefetch_related("aliases", "members"):
            yield _row(department)

    def fetch(self, values: dict[str, str]) -> tuple[DepartmentRow, bool]:
        found = Department.objects.filter(code=self.value("code", values) or "").first()
        return (DepartmentRow(Department()), True) if found is None else (_row(found), False)

    def check(self, row: DepartmentRow, new: bool) -> None:
        check_part(row.department, "department")
        gone = [name for name in self.stored.aliases if name not in row.aliases]
        if gone:
            raise refuse("aliases", f"别名只增不删，请在格中保留「{'」「'.join(gone)}」。")
        try:
            name_check(row.department, row.department.name)
        except DomainError as error:
            raise as_refusal(error, "department__name") from error

    def store(self, row: DepartmentRow, new: bool) -> None:
        if new or _facts(row) != _facts(self.stored):
            department_save(department=row.department, by=self.actor)
        self._store_names(row)
        if row.members != self.stored.members:
            self._store_members(row)

    def _store_names(self, row: DepartmentRow) -> None:
        added = [name for name in row.aliases if name not in self.stored.aliases]
        try:
            department_add_aliases(department=row.department, names=added)
        except DomainError as error:
            raise as_refusal(error, "aliases") from error

    def _store_members(self, row: DepartmentRow) -> None:
        try:
            department_set_members(
                department=row.department, members=row.members, by=self.actor, request=self.request
            )
        except DomainError as error:
            raise as_refusal(error, "members") from error


def _row(department: Department) -> DepartmentRow:
    aliases = sorted(alias.name for alias in department.aliases.all())
    members = sorted(department.members.all(), key=lambda body: (body.order, body.pk))
    return DepartmentRow(department, aliases, members)


def _facts(row: DepartmentRow) -> tuple[Any, ...]:
    body = row.department
    return (body.code, body.name, body.kind, body.order, body.needs_approval, body.telephone)
