"""分工: who takes part in which row is the plan file's; office and person in charge change here."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from import_export.widgets import Widget

from departments.errors import DomainError
from departments.models import Department, Membership, User
from departments.resources.lookup import Body
from departments.tables.columns import Column
from departments.tables.resource import TableResource, as_refusal, refuse
from departments.tables.widgets import NONE, Day, Line, Word, labels
from tasks.actions.item_hand import put_in_hand
from tasks.models import Assignment, Plan
from tasks.resources.owned import PLAN_FILE, TEXT, plan_column, plan_file, plan_of

SHOWN = ("work_item__task__plan", "department", "person_in_charge")
Part = tuple[int, int, int, str]
"""Task, row, department (id), kind: what tells one assignment of a plan from the others."""
_CODE = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)


@dataclasses.dataclass
class AssignmentRow:
    """A department's part in a row of the annex. ``hand`` is what the person's cell says."""

    assignment: Assignment
    hand: str


class Hand(Widget):  # type: ignore[misc]
    """经办人, as 姓名（用户名）, a user name or a name; 无 for nobody."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        return "" if value == NONE else value


class AssignmentResource(TableResource):
    title = "分工"
    key = ("序号", "单位", "分工")
    at_once = 400
    plan = plan_column("assignment__work_item__task__plan__slug")
    code = Column("序号", "assignment__work_item__code", TEXT, fixed=plan_file, width=8,
                  explanation="任务号.行号，如 12.1；按方案、序号、单位和分工认行")  # fmt: skip
    text = Column("工作内容", "assignment__work_item__text", TEXT, fixed=plan_file, width=50,
                  explanation="以方案文件为准；填了就核对，不一致即有误")  # fmt: skip
    department = Column("单位", "assignment__department", Body(), fixed=plan_file, width=20,
                        explanation="简称、别名或代码；以方案文件为准")  # fmt: skip
    kind = Column("分工", "assignment__kind", Word(labels(Assignment.Kind.choices)),
                  fixed=plan_file, width=10, explanation="牵头单位或责任单位；同上")  # fmt: skip
    scope = Column("范围", "assignment__scope", TEXT, fixed=plan_file, width=18,
                   explanation="如“直接取水企业”；以方案文件为准")  # fmt: skip
    office = Column("责任科室", "assignment__office", Line(50, empties=True), width=18,
                    explanation=f"要清空请填“{NONE}”")  # fmt: skip
    hand = Column(
        "经办人", "hand", Hand(), width=22,
        explanation=f"本单位在任的人：姓名（用户名），或用户名，或姓名（不重名时）；不指定填“{NONE}”",
    )  # fmt: skip
    withdrawn = Column("撤销日期", "assignment__withdrawn_on", Day(), fixed=plan_file, width=13,
                       explanation="以方案文件为准；已撤销的分工不再改")  # fmt: skip

    def listed(self, queryset: QuerySet[Any]) -> Iterator[AssignmentRow]:
        for assignment in queryset.select_related(*SHOWN):
            yield _row(assignment)

    def fetch(self, values: dict[str, str]) -> tuple[AssignmentRow, bool]:
        plan, body = plan_of(self, values), self.value("department", values)
        code = _CODE.fullmatch(values.get("序号", ""))
        kind = self.value("kind", values)
        if plan is None or code is None or body is None or kind is None:
            raise refuse("", f"请填写方案、序号、单位和分工，写法同导出的表；分工{PLAN_FILE}")
        part = (int(code[1]), int(code[2]), body.pk, kind)
        found = self._first_time(plan, part) or _parts(plan).filter(_means(part)).first()
        if found is None:
            raise refuse("", f"方案里没有{body}在 {code[0]} 的这一分工。分工{PLAN_FILE}")
        return _row(found), False

    def _first_time(self, plan: Plan, part: Part) -> Assignment | None:
        """From all of the plan's, read at once; a row that means one again asks the database,
        which knows what the row above has made of it."""
        unread: dict[Part, Assignment] = self.remember(
            ("parts", plan.pk), lambda: {_part(one): one for one in _parts(plan)}
        )
        return unread.pop(part, None)

    def store(self, row: AssignmentRow, new: bool) -> None:
        person = self._person(row)
        try:
            put_in_hand(
                assignment=row.assignment,
                office=row.assignment.office,
                person=person,
                by=self.actor,
            )
        except DomainError as error:
            column = "hand" if row.hand != self.stored.hand else "assignment__office"
            raise as_refusal(error, column) from error
        row.hand = _hand(person)

    def _person(self, row: AssignmentRow) -> User | None:
        if row.hand == self.stored.hand:
            return row.assignment.person_in_charge
        return find_colleague(row.assignment.department, row.hand) if row.hand else None


def _parts(plan: Plan) -> QuerySet[Assignment]:
    return Assignment.objects.filter(work_item__task__plan=plan).select_related(*SHOWN)


def _part(one: Assignment) -> Part:
    return (one.work_item.task.number, one.work_item.row, one.department_id, one.kind)


def _means(part: Part) -> Q:
    number, row, department, kind = part
    return Q(work_item__task__number=number, work_item__row=row, department=department, kind=kind)


def find_colleague(department: Department, text: str) -> User:
    """The person of ``department`` whom ``text`` means; raises ValidationError for none or two."""
    working = Membership.objects.on(timezone.localdate()).filter(department=department)
    people = list(User.objects.filter(memberships__in=working).distinct().order_by("username"))
    found = [one for one in people if text in (one.username, one.name, _hand(one))]
    if len(found) == 1:
        return found[0]
    if found:
        names = "、".join(_hand(one) for one in found)
        raise refuse("hand", f"{department}有 {len(found)} 位{text}，请写明是哪一位：{names}。")
    raise refuse("hand", f"{department}现在没有叫「{text[:30]}」的人在任，请核对或先录入任职。")


def _hand(person: User | None) -> str:
    return f"{person.name}（{person.username}）" if person else ""


def _row(assignment: Assignment) -> AssignmentRow:
    return AssignmentRow(assignment, _hand(assignment.person_in_charge))
