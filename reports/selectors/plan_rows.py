"""The plan's rows with who takes part in them; search and filters."""

import dataclasses
import re
import unicodedata
from collections import defaultdict
from itertools import groupby

from departments.models import Department, DepartmentAlias
from tasks.models import Assignment, Plan, Section, Task, WorkItem

_CODE = re.compile(r"\d{1,3}\.\d{1,2}")


@dataclasses.dataclass(frozen=True)
class PlanRow:
    """A work item with the assignments in force, in the order of its cells."""

    item: WorkItem
    leads: list[Assignment]
    others: list[Assignment]

    @property
    def parts(self) -> list[Assignment]:
        return [*self.leads, *self.others]


@dataclasses.dataclass(frozen=True)
class TaskRows:
    task: Task
    rows: list[PlanRow]


@dataclasses.dataclass(frozen=True)
class SectionRows:
    section: Section
    tasks: list[TaskRows]

    @property
    def count(self) -> int:
        return sum(len(task.rows) for task in self.tasks)


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is looked for: words, a section's order, a department's code, lead or responsible."""

    words: str = ""
    section: str = ""
    department: str = ""
    role: str = ""


def plan_rows(plan: Plan, **only: object) -> list[PlanRow]:
    """Rows of ``plan`` in force (``only`` narrows the work items), in two queries."""
    items = WorkItem.objects.in_force().filter(task__plan=plan, **only)
    items = items.select_related("task__section").order_by("task__number", "row")
    parts = Assignment.objects.in_force().filter(work_item__in=items.order_by())
    parts = parts.select_related("department", "person_in_charge").order_by("kind", "order")
    by_item: dict[int, list[Assignment]] = defaultdict(list)
    for part in parts:
        by_item[part.work_item_id].append(part)
    return [_row(item, by_item[item.pk]) for item in items]


def _row(item: WorkItem, parts: list[Assignment]) -> PlanRow:
    lead = Assignment.Kind.LEAD
    return PlanRow(
        item,
        [part for part in parts if part.kind == lead],
        [part for part in parts if part.kind != lead],
    )


def find_rows(plan: Plan, wanted: Wanted) -> list[SectionRows]:
    """Rows of ``plan`` that are ``wanted``, by section and task; five queries at most.

    Every word must occur in the row's text, title, section, departments (aliases too) or
    offices; a word like 12.1 is also the row's code. A department is also found through the
    collectives to which it belongs.
    """
    bodies = _with_collectives(wanted.department)
    names = _aliases() if wanted.words else {}
    words = fold(wanted.words).split()
    rows = [
        row
        for row in plan_rows(plan)
        if _in_section(row, wanted.section)
        and _takes_part(row, bodies, wanted)
        and _says(row, words, names)
    ]
    return _by_section(rows)


def _by_section(rows: list[PlanRow]) -> list[SectionRows]:
    tasks = [
        TaskRows(task, list(of_task))
        for task, of_task in groupby(rows, key=lambda row: row.item.task)
    ]
    return [
        SectionRows(section, list(of_section))
        for section, of_section in groupby(tasks, key=lambda one: one.task.section)
    ]


def fold(text: str) -> str:
    """As compared in a search: full-width forms and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def _in_section(row: PlanRow, section: str) -> bool:
    return not section or str(row.item.task.section.order) == section


def _takes_part(row: PlanRow, bodies: set[int], wanted: Wanted) -> bool:
    if not wanted.department:
        return True
    return any(
        part.department_id in bodies and wanted.role in {"", part.kind} for part in row.parts
    )


def _says(row: PlanRow, words: list[str], aliases: dict[int, str]) -> bool:
    if not words:
        return True
    text = _haystack(row, aliases)
    return all(_is_code(row, word) if _CODE.fullmatch(word) else word in text for word in words)


def _is_code(row: PlanRow, word: str) -> bool:
    return (
        row.item.code == word
        or re.search(rf"(?<![\d.]){re.escape(word)}", row.item.text) is not None
    )


def _haystack(row: PlanRow, aliases: dict[int, str]) -> str:
    item, words = row.item, [row.item.code, row.item.text]
    words += [item.task.title, item.task.section.title]
    for part in row.parts:
        words += [part.printed_name, part.department.name, part.office]
        words.append(aliases.get(part.department_id, ""))
    return fold("\n".join(words))


def _aliases() -> dict[int, str]:
    names: dict[int, str] = defaultdict(str)
    for department, name in DepartmentAlias.objects.values_list("department_id", "name"):
        names[department] += f" {name}"
    return names


def _with_collectives(code: str) -> set[int]:
    if not code:
        return set()
    rows = Department.objects.filter(code=code).values_list("pk", "collectives")
    return {pk for row in rows for pk in row if pk}
