"""Documentation that the code draws itself, so that it can't say anything else."""

from collections.abc import Iterator

from reports.states import TRANSITIONS, Status, Transition

HEADER = """# 一项进展情况的办理过程

本页由 `manage.py drawworkflow` 从 `reports/states.py` 画出，请勿手改。
状态表改了须重画，测试会核对。

每一步都经过同一道关口（`reports/actions/transition.py` 的 `advance`）：
先锁定，再核对权限、状态、报告期和版本，然后改状态、记一条办理记录
（谁、何时、以何角色、意见、当时的文字）。保存草稿只留稿次，不记办理记录。
"""

NOTES = """## 说明

- 「审签人（非提交人）」：自己提交的事项自己不能审签；退回修改不受此限。
- 单位设为「报送无须审签」的，提交即已报送。
- 「签收」每个汇总单位对每次报送一次，本单位牵头的也签收。
- 「会签意见」由不审核本项的那个汇总单位提出。
- 「恢复应报」回到免报前的状态。
- 报告期关闭后，只能历史导入；汇总单位的汇总员可以重新开放。
- 任何一步都不删除内容；撤回、退回后，稿次和历次报送的文字都在。
"""


def workflow() -> str:
    """The page docs/workflow.md."""
    return "\n".join([HEADER, *_table(), "", *_diagram(), "", NOTES])


def _table() -> Iterator[str]:
    yield "## 状态表"
    yield ""
    yield "| 原状态 | 动作 | 谁 | 新状态 | 意见 |"
    yield "|---|---|---|---|---|"
    for row in TRANSITIONS.values():
        for sources, target in _grouped(row):
            names = "、".join(source.label for source in sources)
            comment = "必填" if row.needs_comment else ""
            closed = "（关闭后也可）" if row.when_closed else ""
            action = f"{row.action.label}{closed}"
            yield f"| {names} | {action} | {row.party.label} | {_target(row, target)} | {comment} |"


def _grouped(row: Transition) -> list[tuple[list[Status], Status | None]]:
    """The sources that lead to the same status together; None stands for «unchanged»."""
    if all(source == target for source, target in row.moves.items()):
        return [(list(row.moves), None)]
    groups: dict[Status, list[Status]] = {}
    for source, target in row.moves.items():
        groups.setdefault(target, []).append(source)
    return [(sources, target) for target, sources in groups.items()]


def _target(row: Transition, target: Status | None) -> str:
    if row.restores:
        return "免报前的状态"
    if target is None:
        return "不变"
    if row.direct is None:
        return str(target.label)
    direct = next(iter(row.direct.values()))
    return f"{target.label}；无须审签的单位直接{direct.label}"


def _diagram() -> Iterator[str]:
    yield "## 状态图"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {Status.BLANK.label}"
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in TRANSITIONS.values():
        for source, target in row.moves.items():
            if source != target:
                labels = arrows.setdefault((source.label, target.label), [])
                labels.append(row.action.label)
    for (source_label, target_label), labels in arrows.items():
        yield f"    {source_label} --> {target_label}: {'、'.join(labels)}"
    yield "```"
