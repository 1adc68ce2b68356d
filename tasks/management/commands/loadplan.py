"""Load or update a plan from its file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from departments.errors import DomainError
from tasks.actions.load_plan import load_plan
from tasks.models import Assignment, Plan, WorkItem
from tasks.planfile import read_plan_file

DEFAULT = settings.BASE_DIR / "fixtures" / "wanzhou-2020-50.toml"


class Command(BaseCommand):
    help = "载入或更新实施方案（可重复执行；文件有错则逐条指明位置和原因，什么也不写入）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DEFAULT, help="方案文件")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            result = load_plan(data=read_plan_file(file), file=str(file))
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write("\n".join([counts(result.plan), *result.tally.lines()]))


def counts(plan: Plan) -> str:
    """``31 tasks, 52 work items, 53 lead assignments``: what of ``plan`` is in force."""
    items = WorkItem.objects.in_force().filter(task__plan=plan)
    tasks = items.order_by().values("task").distinct()
    leads = Assignment.objects.in_force().leads().filter(work_item__in=items)
    return f"{tasks.count()} tasks, {items.count()} work items, {leads.count()} lead assignments"
