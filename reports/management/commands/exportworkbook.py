"""A department's fill-in workbook of a half-year."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from departments.audit import record
from reports.ledger.fill_in import Paper, fill_in_workbook
from reports.ledger.fill_in_rows import fill_in_rows
from reports.management.commands._periods import (
    add_period_arguments,
    read_department,
    read_period,
    write_file,
)


class Command(BaseCommand):
    help = "导出一个单位的填报表，在 Excel 里填好后用 importledger 或在网页上导入"

    def add_arguments(self, parser: CommandParser) -> None:
        add_period_arguments(parser)
        parser.add_argument("department", help="单位代码，如 cgj")
        parser.add_argument("out", type=Path, help="输出文件，如 填报表.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        period = read_period(options["period"], options["plan"])
        body = read_department(options["department"])
        paper = Paper(period, body, timezone.localtime())
        rows = fill_in_rows(period, body, None)
        if not rows:
            raise CommandError(f"{body.name}在{period.label}没有牵头的事项。")
        write_file(options["out"], fill_in_workbook(paper, rows))
        record("导出填报表", subject=f"{period.code} {body.name}", username="（命令行）")
        self.stdout.write(
            f"{body.name}{period.label}填报表 {len(rows)} 项，已写入 {options['out']}"
        )
