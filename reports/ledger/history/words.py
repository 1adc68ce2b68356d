"""What the short cells of an old ledger say: state, rate, on time or not. Pure.

Our own words and plain numbers stand by themselves. Everything else becomes a question with a
proposal, asked once for each wording.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from reports.ledger.history import vocabulary
from reports.ledger.history.vocabulary import by_word
from reports.ledger.reading.book import CellKind, SheetCell
from reports.states import Assessment, Progress
from reports.text import clean, fold_digits, parse_rate

ON_TIME, LATE = "on_time", "late"
TIMES = {ON_TIME: "按时", LATE: "迟报"}
NOTHING = "none"
"""The answer «this wording says nothing»: the field stays empty."""


@dataclasses.dataclass(frozen=True)
class Said:
    """``value`` in the form that an answer has too (none: empty); asked where it is not ``sure``.

    ``value`` is then the proposal, empty where there is none.
    """

    value: str
    sure: bool


_SURE_TIMES = {"按时": ON_TIME, "是": ON_TIME, "迟报": LATE, "否": LATE}
_STATES, _TIMES = by_word(vocabulary.STATES), by_word(vocabulary.TIMES)


def bare(text: str) -> str:
    """``text`` cleaned, without blanks, full-width forms and a full stop."""
    return "".join(unicodedata.normalize("NFKC", clean(text).text).split()).strip("。.;；")


def read_state(cell: SheetCell) -> Said:
    """推进状态: one of our five words, else asked."""
    return _chosen(cell, Progress.choices)


def read_assessment(cell: SheetCell) -> Said:
    """核定状态: one of our six words, else asked."""
    return _chosen(cell, Assessment.choices)


def _chosen(cell: SheetCell, choices: Sequence[tuple[Any, Any]]) -> Said:
    text = bare(cell.text)
    labels = {str(label): value for value, label in choices}
    if text in labels:
        return Said(labels[text], True)
    if _STATES.get(text) in labels.values():
        return Said(_STATES[text], False)
    held = {value for label, value in labels.items() if label in text}
    return Said(held.pop() if len(held) == 1 else "", False)


def read_on_time(cell: SheetCell) -> Said:
    """是否按时: 按时, 是, 迟报, 否; else asked."""
    text = bare(cell.text).casefold()
    if text in _SURE_TIMES:
        return Said(_SURE_TIMES[text], True)
    return Said(_TIMES.get(text, ""), False)


_ABOUT = re.compile(r"(\d{1,3}(?:\.\d+)?)%?", re.ASCII)


def read_rate(cell: SheetCell, *, fractions: bool = False) -> Said:
    """完成率 by the product's one parser; what it refuses is asked.

    ``fractions`` says that rates stand as parts of one in this column (0.6): then even 1 is asked,
    since it may be 1% or all.
    """
    text = "".join(fold_digits(clean(cell.text).text).split())
    plain = cell.kind != CellKind.PERCENT and "%" not in text
    if fractions and plain and text != "0":
        return Said(_of_fraction(text), False)
    try:
        return Said(str(parse_rate(text)), True)
    except ValueError:
        return Said(_proposed_rate(text), False)


def _of_fraction(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return _proposed_rate(text)
    return str(round(value * 100)) if 0 <= value <= 1 else ""


def _proposed_rate(text: str) -> str:
    if text in {"已完成", "完成", "全部完成", "已全部完成"}:
        return "100"
    numbers = [float(number) for number in _ABOUT.findall(text)]
    if len(numbers) == 1 and 0 <= numbers[0] <= 100 and not text.startswith("-"):
        part_of_one = 0 < numbers[0] < 1 and "%" not in text
        return str(int((numbers[0] * 100 if part_of_one else numbers[0]) + 0.5))
    return ""


def is_fraction(cell: SheetCell) -> bool:
    """Whether ``cell`` holds a plain number between 0 and 1: a rate written as a part of one."""
    text = bare(cell.text)
    return bool(re.fullmatch(r"0\.\d*[1-9]\d*", text)) and cell.kind != CellKind.PERCENT


CHOICES: Mapping[str, Mapping[str, str]] = {
    "state": {value: str(label) for value, label in Progress.choices},
    "assessed": {value: str(label) for value, label in Assessment.choices},
    "on_time": TIMES,
}
"""What can be answered for a wording of these fields, beside NOTHING."""
