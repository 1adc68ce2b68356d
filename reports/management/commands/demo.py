"""Demo people and sample reports; refuses in production."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from reports.demo.people import hire, new_password, write_accounts
from reports.demo.story import Story
from reports.models import ReportEvent
from tasks.models import Plan


class Command(BaseCommand):
    help = "建立演示人员和样例填报（生产环境拒绝执行；可重复执行）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", default="", help="演示账号的密码；不给则自动生成")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or settings.DEBUG):
            raise CommandError("演示数据只能在演示环境（DEMO=1）建立，生产环境不执行。")
        plan = Plan.objects.first()
        if plan is None:
            raise CommandError("还没有实施方案，请先执行 loadplan。")
        path = settings.VAR_DIR / "demo-accounts.txt"
        password = options["password"] or os.environ.get("DEMO_PASSWORD", "") or new_password()
        with transaction.atomic():
            made = hire(password)
            told = not ReportEvent.objects.exists()
            if told:
                Story(plan, timezone.now()).tell()
        if made:
            write_accounts(path, password)
        self.report(made, told, password, path)

    def report(self, made: int, told: bool, password: str, path: Any) -> None:
        if not made and not told:
            self.stdout.write(f"演示数据已在，未作改动；账号见 {path}")
            return
        self.stdout.write(f"新建演示账号 {made} 个" + ("，样例填报已生成" if told else ""))
        if made:
            self.stdout.write(f"演示密码：{password}（账号清单：{path}）")
