"""What a report must say before it may be submitted: one rule for form, table, batch and import."""

import datetime
from collections.abc import Mapping
from typing import Any

from reports.states import Progress
from reports.text import MAX_UNITS, has_substance, utf16_units

FIELD_LABELS = {
    "progress": "进展情况",
    "state": "推进状态",
    "completion": "完成率",
    "problems": "存在问题",
    "coordination": "需协调解决事项",
    "next_steps": "下一步计划",
    "indicator_values": "指标完成值",
    "note": "备注",
}
OTHER_LABELS = {"comment": "意见或理由"}
EXPLAINED = (Progress.BEHIND, Progress.NOT_BEGUN)
"""States that ask for the problems and the next steps as well."""


def missing_for_submission(content: Mapping[str, Any]) -> dict[str, str]:
    """What is missing before ``content`` (keys: CONTENT_FIELDS) can be submitted.

    Returns field → Chinese sentence; empty when complete.
    """
    missing: dict[str, str] = {}
    state = content.get("state") or ""
    if not has_substance(content.get("progress") or ""):
        missing["progress"] = "请填写进展情况。"
    if state not in Progress.values:
        missing["state"] = "请选择推进状态。"
    if state != Progress.STANDING and content.get("completion") is None:
        missing["completion"] = "请填写完成率（0 到 100 的整数）。"
    if state == Progress.DONE and content.get("completion") not in {None, 100}:
        missing["completion"] = "推进状态为「已完成」时，完成率应为 100。"
    if state in EXPLAINED:
        label = Progress(state).label
        for name in ("problems", "next_steps"):
            if not has_substance(content.get(name) or ""):
                missing[name] = f"推进状态为「{label}」时，请填写{FIELD_LABELS[name]}。"
    return missing


def settle(content: Mapping[str, Any]) -> dict[str, Any]:
    """``content`` with what follows from the state: 已完成 is 100, 长期坚持 has no rate."""
    settled = dict(content)
    if settled.get("state") == Progress.DONE:
        settled["completion"] = 100
    elif settled.get("state") == Progress.STANDING:
        settled["completion"] = None
    return settled


def too_long(name: str, text: str) -> str:
    """A Chinese sentence if ``text`` is over the limit of a field, else empty."""
    units = utf16_units(text)
    if units <= MAX_UNITS:
        return ""
    label = FIELD_LABELS.get(name, OTHER_LABELS.get(name, "文字"))
    return f"{label}有 {units} 字，最多 {MAX_UNITS} 字，请精简或改用附件。"


def is_early(today: datetime.date, half_year_end: datetime.date) -> bool:
    """Whether filing on ``today`` comes before the half-year has ended: allowed after a warning."""
    return today <= half_year_end
