"""The ledger's columns as tables for the documentation."""

from collections.abc import Sequence

from reports.ledger.columns import ANNEX, COLUMNS, DEFAULT, FILL_IN, INDICATORS, Column


def column_table() -> str:
    """A Markdown table of all columns, as ``docs/ledger-format.md`` holds it."""
    lines = ["| 列 | 代码 | 默认显示 | 内容 |", "|---|---|---|---|"]
    for column in COLUMNS:
        shown = "总是" if column.key in ANNEX else "是" if column.key in DEFAULT else "否"
        lines.append(f"| {column.heading} | `{column.key}` | {shown} | {column.explanation} |")
    return "\n".join(lines)


def fill_in_table() -> str:
    """The columns of a fill-in workbook's sheet of items."""
    return _workbook_table(FILL_IN)


def indicator_table() -> str:
    """The columns of a fill-in workbook's sheet of indicators."""
    return _workbook_table(INDICATORS)


def _workbook_table(columns: Sequence[Column]) -> str:
    lines = ["| 列 | 代码 | 能填 | 内容 |", "|---|---|---|---|"]
    for column in columns:
        open_to = "填" if column.input else "隐藏" if column.hidden else "锁定"
        said = input_help(column) or column.explanation
        lines.append(f"| {column.heading} | `{column.key}` | {open_to} | {said} |")
    return "\n".join(lines)


def input_help(column: Column) -> str:
    """How to fill in ``column``, with what can be chosen; empty where it is no input."""
    if column.input is None:
        return ""
    choices = f"可选：{'、'.join(column.input.choices)}。" if column.input.choices else ""
    return f"{column.input.help}{choices}"
