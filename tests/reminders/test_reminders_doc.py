"""docs/reminders.md says what the code does."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from reports.models import Delivery
from reports.reminders.kinds import KINDS, Kind
from reports.reminders.page import MEANINGS, STATES, reminders, when_words
from reports.reminders.slots import Rules

DOCS = Path(settings.BASE_DIR) / "docs"


def test_the_page_is_what_the_code_draws() -> None:
    page = (DOCS / "reminders.md").read_text(encoding="utf-8")
    assert page == reminders(), "run manage.py drawreminders"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_line_with_whom_and_when(kind: Kind) -> None:
    (line,) = [line for line in reminders().splitlines() if line.startswith(f"| {kind.label} |")]
    assert KINDS[kind].to in line
    assert when_words(KINDS[kind], Rules()) in line


def test_the_numbers_are_those_of_the_rules() -> None:
    rules = Rules(before=(9, 2), after=(4,), repeat=5)
    said = when_words(KINDS[Kind.FILE], rules)
    assert said.startswith("截止前 9、2 天，当天，截止后 4 天，之后每 5 天")


def test_every_state_is_explained() -> None:
    assert set(STATES) == set(MEANINGS) == set(Delivery.State.values)


def test_the_days_of_the_worked_examples_are_there() -> None:
    page = reminders()
    assert "截止前 3 天 1月12日（星期二）" in page
    assert "截止当天 1月15日（星期六）" in page


def test_the_command_writes_it(tmp_path: Path, capsys: Any) -> None:
    call_command("drawreminders", tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == reminders()
