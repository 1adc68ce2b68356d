"""Which column of ours a heading of an old ledger means, and how sure that is. Pure."""

import dataclasses
import re
import unicodedata

from reports.ledger.columns import ANNEX, BY_KEY
from reports.ledger.history.vocabulary import HEADINGS, by_word

SKIP, APPEND = "skip", "append"
WRITTEN = (
    "state", "assessed", "completion", "progress", "problems", "coordination", "next_steps",
    "indicators", "filed_at", "on_time", "review", "note",
)  # fmt: skip
"""Columns whose cells become part of a report; the annex's own tell which report it is."""
TEXTS = ("progress", "problems", "coordination", "next_steps", "review", "note")
CHOICES = {
    "key": "系统编号",
    **{key: BY_KEY[key].heading for key in (*ANNEX, *WRITTEN)},
    APPEND: "附在进展情况之后",
    SKIP: "不导入",
}
"""What a column can be taken as."""
SURE = 90
"""From this per cent on a proposal stands by itself; below it somebody is asked."""

KEY = "key"
"""The hidden column of our own workbooks: it tells the row's report by itself."""

_BY_WORD = by_word(HEADINGS)
_LONGEST_FIRST = sorted((word for word in _BY_WORD if len(word) > 1), key=len, reverse=True)
_ASIDE = re.compile(r"[(\[【〔（].*?[)\]】〕）]|[\W_]")
_WHEN = re.compile(
    r"(截至|截止|至)?(\d{2,4}年)?(度)?(上半年|下半年|全年|\d{1,2}月)?(底|末|\d{1,2}日)?(的)?"
)


_OTHER_TIME = re.compile(r"(上期|上次|上年|去年|上一期|下期)")


@dataclasses.dataclass(frozen=True)
class Guess:
    """``key`` is one of COLUMNS, APPEND or SKIP, empty where nothing fits; ``percent`` how sure."""

    key: str = ""
    percent: int = 0
    why: str = ""

    @property
    def is_sure(self) -> bool:
        return self.percent >= SURE


def plain(heading: str) -> str:
    """``heading`` without blanks, punctuation, what stands in brackets and full-width forms."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", heading))


def guess_heading(heading: str) -> Guess:
    """What ``heading`` means: a known word is sure, one that holds a known word is not quite."""
    word = plain(heading)
    if not word:
        return Guess()
    if _OTHER_TIME.match(word):
        return Guess(SKIP, 100, f"表头「{word}」说的不是本期")
    bare = _WHEN.sub("", word, count=1)
    for form in (word, bare):
        if form in _BY_WORD:
            return Guess(_BY_WORD[form], 100, f"表头「{form}」")
    found = _contained(bare or word)
    if len(found) == 1:
        key, part = found[0]
        return Guess(key, 70, f"表头含「{part}」")
    if found:
        words = "」「".join(part for _, part in found)
        return Guess(found[0][0], 40, f"表头含「{words}」")
    return Guess()


def _contained(word: str) -> list[tuple[str, str]]:
    """The columns whose words stand in ``word``, the longest word first, each stretch once."""
    found: dict[str, str] = {}
    for part in _LONGEST_FIRST:
        if part in word:
            found.setdefault(_BY_WORD[part], part)
            word = word.replace(part, "\n")
    return list(found.items())
