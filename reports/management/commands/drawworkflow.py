"""``drawworkflow [FILE]``: docs/workflow.md, drawn from the state table."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from reports.docs import workflow


class Command(BaseCommand):
    help = "从状态表画出办理过程（docs/workflow.md）"

    def add_arguments(self, parser: CommandParser) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "workflow.md"
        parser.add_argument("file", nargs="?", type=Path, default=page)

    def handle(self, *args: Any, **options: Any) -> None:
        options["file"].write_text(workflow(), encoding="utf-8")
        self.stdout.write(f"已写入 {options['file']}")
