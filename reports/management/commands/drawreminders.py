"""``drawreminders [FILE]``: docs/reminders.md, drawn from the table of kinds and the slots."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from reports.reminders.page import reminders


class Command(BaseCommand):
    help = "从提醒的种类和档次画出 docs/reminders.md"

    def add_arguments(self, parser: CommandParser) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "reminders.md"
        parser.add_argument("file", nargs="?", type=Path, default=page)

    def handle(self, *args: Any, **options: Any) -> None:
        options["file"].write_text(reminders(), encoding="utf-8")
        self.stdout.write(f"已写入 {options['file']}")
