"""docs/workflow.md says what the code does."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from reports.docs import workflow
from reports.states import Action, Status

PAGE = Path(settings.BASE_DIR) / "docs" / "workflow.md"


def test_the_page_is_what_the_code_draws() -> None:
    assert PAGE.read_text(encoding="utf-8") == workflow(), "run manage.py drawworkflow"


def test_it_names_every_status_and_every_action() -> None:
    page = workflow()
    assert all(status.label in page for status in Status)
    assert all(action.label in page for action in Action)


def test_the_command_writes_it(tmp_path: Path, capsys: Any) -> None:
    call_command("drawworkflow", tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == workflow()
