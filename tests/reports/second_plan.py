"""Another district's plan beside the real one: its own departments, one item, due on the 10th."""

import datetime

from departments.models import Department
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from tasks.models import Assignment, Plan, PlanReceiver, Section, Task, WorkItem

CODES = {"kz-slj": "开州水利局", "kz-fgw": "开州发展改革委", "kz-cgj": "开州城管局"}


def another_plan() -> Plan:
    """kaizhou-2021: 1.1 is led by kz-cgj; kz-slj and kz-fgw receive."""
    bodies = {code: Department.objects.create(code=code, name=CODES[code]) for code in CODES}
    plan = Plan.objects.create(
        slug="kaizhou-2021", title="开州区节水行动实施方案", document_number="开州府〔2021〕1号",
        issued_on=datetime.date(2021, 3, 1), annex_title="分工表", reporting_rule="每半年报送。",
        reporting_rule_clause="三", due_day=10,
    )  # fmt: skip
    for order, code in enumerate(("kz-slj", "kz-fgw"), 1):
        PlanReceiver.objects.create(plan=plan, department=bodies[code], order=order)
    section = Section.objects.create(plan=plan, chapter="一、行动", title="（一）双控", order=1)
    task = Task.objects.create(plan=plan, section=section, number=1, title="开州管网改造")
    item = WorkItem.objects.create(
        task=task, row=1, text="改造管网。", lead_cell="开州城管局", responsible_cell="各镇"
    )
    assign(item, bodies["kz-cgj"])
    return plan


def assign(item: WorkItem, department: Department, kind: str = "lead") -> Assignment:
    """One more part in ``item``."""
    return Assignment.objects.create(
        work_item=item, department=department, kind=kind, printed_name=department.name,
        order=item.assignments.count() + 1,
    )  # fmt: skip


def beside(body: Department, due_day: int = 15) -> ReportingPeriod:
    """2026H2 of another plan in which ``body`` leads one item, due as the first plan's is."""
    plan = another_plan()
    plan.due_day = due_day
    plan.save()
    assign(WorkItem.objects.get(task__plan=plan), body)
    return open_half(plan)


def open_half(plan: Plan) -> ReportingPeriod:
    """2026H2 of ``plan``."""
    return open_period(plan=plan, half_year=HalfYear(2026, 2))[0]
