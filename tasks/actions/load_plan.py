"""Plan file → database: idempotent, and nothing on which a report hangs is ever deleted."""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.models import Department
from tasks.actions.load_departments import load_departments
from tasks.actions.load_indicators import load_indicators
from tasks.actions.sync import replace_rows, sync_rows, withdraw_rows
from tasks.actions.tally import Tally
from tasks.models import Assignment, Plan, PlanIssuer, PlanReceiver, Section, Task, WorkItem
from tasks.planfile import PlanFileError
from tasks.planfile.data import PlanData
from tasks.planfile.faults import Fault
from tasks.signals import assignments_changed


@dataclasses.dataclass(frozen=True)
class LoadResult:
    """The plan as it stands after the load, and what the load did."""

    plan: Plan
    tally: Tally


@transaction.atomic
def load_plan(
    *, data: PlanData, file: str = "方案文件", today: datetime.date | None = None
) -> LoadResult:
    """Bring the database in line with a checked plan file (``file`` names it in errors).

    The file owns the document's own facts: the plan's head, issuers and receivers, names and
    kinds of departments, sections, tasks, texts and cells, who takes part, indicators, targets.
    An admin owns the rest, which is written for new rows only: the plan's settings, a
    department's members, order, telephone, needs_approval and further aliases, office and person
    in charge of an assignment. A row, an assignment or an indicator that left the file is marked
    as withdrawn on ``today`` (Asia/Shanghai) and comes back if the file names it again.

    Raises PlanFileError, with nothing written, where the file contradicts the database.
    """
    loader = _Loader(data, file, today or timezone.localdate())
    loader.run()
    return LoadResult(loader.plan, loader.tally)


class _Loader:
    plan: Plan
    bodies: dict[str, Department]

    def __init__(self, data: PlanData, file: str, today: datetime.date) -> None:
        self.data, self.file, self.today = data, file, today
        self.tally = Tally()

    def run(self) -> None:
        self.bodies = load_departments(self.data.departments, file=self.file, tally=self.tally)
        self.load_head()
        self.load_parties()
        items = self.load_items(self.load_tasks(self.load_sections()))
        self.load_assignments(items)
        load_indicators(self.plan, self.data.indicators, items, self.today, self.tally)

    def load_head(self) -> None:
        head = dataclasses.asdict(self.data.head)
        slug = head["slug"]
        same_number = Plan.objects.filter(document_number=head["document_number"])
        if other := same_number.exclude(slug=slug).first():
            reason = f"文号「{other.document_number}」已是方案「{other.slug}」的文号"
            raise PlanFileError(self.file, [Fault("方案", reason, "请核对代码和文号")])
        there = {plan.slug: plan for plan in Plan.objects.filter(slug=slug)}
        settings = {slug: dataclasses.asdict(self.data.settings)}
        self.plan = sync_rows(
            Plan, there=there, wanted={slug: head}, only_first=settings, tally=self.tally
        )[slug]

    def load_parties(self) -> None:
        issuers: list[dict[str, Any]] = [
            {
                "plan_id": self.plan.pk,
                "department_id": self.bodies[issuer.department].pk,
                "printed_name": issuer.printed_name,
                "order": order,
            }
            for order, issuer in enumerate(self.data.issuers, 1)
        ]
        receivers: list[dict[str, Any]] = [
            {"plan_id": self.plan.pk, "department_id": self.bodies[code].pk, "order": order}
            for order, code in enumerate(self.data.receivers, 1)
        ]
        for model, wanted in ((PlanIssuer, issuers), (PlanReceiver, receivers)):
            there = list(model._default_manager.filter(plan=self.plan))
            replace_rows(model, there=there, wanted=wanted, tally=self.tally)

    def load_sections(self) -> dict[int, Section]:
        """Sections by their order; one whose order is taken by another moves behind first."""
        wanted = {(one.chapter, one.title): one.order for one in self.data.sections}
        there = {(row.chapter, row.title): row for row in self.plan.sections.all()}
        orders = {key: row.order for key, row in there.items()}
        if any(wanted.get(key) != order for key, order in orders.items()):
            self.make_room(there, wanted)
        rows = sync_rows(
            Section,
            there=there,
            wanted={
                (chapter, title): {
                    "plan_id": self.plan.pk,
                    "chapter": chapter,
                    "title": title,
                    "order": order,
                }
                for (chapter, title), order in wanted.items()
            },
            tally=self.tally,
        )
        return {row.order: row for row in rows.values()}

    def make_room(
        self, there: dict[tuple[str, str], Section], wanted: dict[tuple[str, str], int]
    ) -> None:
        """Give the sections whose place changes a free one; those out of the file stay behind."""
        behind = max([len(wanted), *(row.order for row in there.values())]) + 1
        moved = [row for key, row in there.items() if wanted.get(key) != row.order]
        for order, row in enumerate(moved, behind):
            row.order = order
            row.save(update_fields=["order"])

    def load_tasks(self, sections: dict[int, Section]) -> dict[int, Task]:
        wanted: dict[int, dict[str, Any]] = {
            task.number: {
                "plan_id": self.plan.pk,
                "section_id": sections[section.order].pk,
                "number": task.number,
                "title": task.title,
            }
            for section in self.data.sections
            for task in section.tasks
        }
        there = {row.number: row for row in self.plan.tasks.all()}
        return sync_rows(Task, there=there, wanted=wanted, tally=self.tally)

    def load_items(self, tasks: dict[int, Task]) -> dict[str, WorkItem]:
        rows = WorkItem.objects.filter(task__plan=self.plan).select_related("task")
        there = {row.code: row for row in rows}
        wanted: dict[str, dict[str, Any]] = {
            row.code: {
                "task_id": tasks[row.task].pk,
                "row": row.row,
                "text": row.text,
                "lead_cell": row.lead_cell,
                "responsible_cell": row.responsible_cell,
            }
            for row in self.data.rows
        }
        items = sync_rows(WorkItem, there=there, wanted=wanted, tally=self.tally)
        gone = [row for code, row in there.items() if code not in wanted and not row.withdrawn_on]
        withdraw_rows(gone, self.today, self.tally)
        return items

    def load_assignments(self, items: dict[str, WorkItem]) -> None:
        rows = Assignment.objects.filter(work_item__task__plan=self.plan)
        there = {
            (row.work_item_id, row.department_id, row.kind): row
            for row in rows.select_related("work_item__task")
        }
        was_out = {row.pk for row in there.values() if row.withdrawn_on}
        kept = sync_rows(
            Assignment, there=there, wanted=self.wanted_assignments(items), tally=self.tally
        )
        gone = [row for key, row in there.items() if key not in kept and not row.withdrawn_on]
        withdraw_rows(gone, self.today, self.tally)
        assignments_changed.send(
            sender=Plan,
            plan=self.plan,
            withdrawn=_leads(gone),
            restored=_leads(row for row in kept.values() if row.pk in was_out),
        )

    def wanted_assignments(
        self, items: dict[str, WorkItem]
    ) -> dict[tuple[int, int, str], dict[str, Any]]:
        return {
            (items[row.code].pk, self.bodies[part.department].pk, part.kind): {
                "work_item_id": items[row.code].pk,
                "department_id": self.bodies[part.department].pk,
                "kind": part.kind,
                "scope": part.scope,
                "printed_name": part.printed_name,
                "order": part.order,
            }
            for row in self.data.rows
            for part in row.parts
        }


def _leads(rows: Iterable[Assignment]) -> list[Assignment]:
    return [row for row in rows if row.kind == Assignment.Kind.LEAD]
