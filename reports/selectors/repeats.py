"""进展情况 that says what it said before: what to tell the reviewer of it."""

from collections.abc import Mapping
from typing import Any

from reports.actions.filing import UNCHANGED
from reports.likeness import nearly_same, says_the_same


def repeats(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How nearly the 进展情况 of ``after`` is that of ``before`` (contents), in per cent.

    0 where it says something of its own, and for «本期无新变化», which says so itself.
    """
    text = str(after.get("progress") or "")
    if text == UNCHANGED:
        return 0
    return nearly_same(str(before.get("progress") or ""), text)


def says_again(before: str, after: str) -> bool:
    """Whether a 进展情况 is the very one of the time before, «本期无新变化» aside."""
    return bool(before) and after != UNCHANGED and says_the_same(before, after)


def repeat_words(percent: int, before: str) -> str:
    """``与2026年上半年相同``, ``与2026年上半年 93% 相同``; empty for 0.

    ``before`` names the earlier half-year.
    """
    if not percent:
        return ""
    return f"与{before}相同" if percent == 100 else f"与{before} {percent}% 相同"
