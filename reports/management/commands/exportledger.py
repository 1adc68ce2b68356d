"""The period's ledger in the annex's layout, as a workbook."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from departments.audit import record
from reports.ledger.columns import chosen
from reports.ledger.rows import ledger_rows
from reports.ledger.workbook import ledger_workbook
from reports.management.commands._periods import (
    add_period_arguments,
    read_department,
    read_period,
    write_file,
)


class Command(BaseCommand):
    help = "导出一个报告期的台账（附件版式）"

    def add_arguments(self, parser: CommandParser) -> None:
        add_period_arguments(parser)
        parser.add_argument("out", type=Path, help="输出文件，如 ledger.xlsx")
        parser.add_argument("--department", default="", help="只导出一个单位牵头的事项（单位代码）")
        parser.add_argument("--columns", nargs="*", default=[], help="列的代码，按此顺序")

    def handle(self, *args: Any, **options: Any) -> None:
        period = read_period(options["period"], options["plan"])
        owner = read_department(code).name if (code := options["department"]) else ""
        rows = ledger_rows(period, None, code)
        content = ledger_workbook(period, rows, chosen(period.plan, options["columns"]), owner)
        write_file(options["out"], content)
        record("导出台账", subject=f"{period.code} {owner}".strip(), username="（命令行）")
        self.stdout.write(f"{period.label}台账 {len(rows)} 行，已写入 {options['out']}")
