"""What reports hang on to in other apps."""

from typing import Any

from reports.actions.owing import exempt_withdrawn, lift_withdrawn
from tasks.models import Assignment


def follow_plan(
    sender: Any, withdrawn: list[Assignment], restored: list[Assignment], **kwargs: Any
) -> None:
    """The plan changed: what left it is 免报 in open periods, what came back is owed again."""
    exempt_withdrawn(assignments=withdrawn)
    lift_withdrawn(assignments=restored)
