"""What a person gets by which channel: theirs to set, but for the last two before the deadline."""

from collections.abc import Collection

from reports.reminders.kinds import KINDS, Group, Kind
from reports.reminders.slots import DUE, Rules


def choice_key(group: Group, channel: str) -> str:
    """How a muted channel is kept: ``acts:mail``."""
    return f"{group.value}:{channel}"


def is_wanted(kind: str, slot: str, channel: str, muted: Collection[str], rules: Rules) -> bool:
    """Whether a notice goes out by ``channel`` (a Delivery.Channel) to a person who muted
    ``muted``. The last two slots before the deadline can't be switched off."""
    if slot in {DUE, f"before-{len(rules.before)}"}:
        return True
    return choice_key(KINDS[Kind(kind)].group, channel) not in muted
