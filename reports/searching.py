"""Words of a search and the places where they stand, pure: no model is imported here."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Sequence

SHORTEST = 2
MOST_TERMS = 5
BEFORE, LONGEST = 28, 150
"""Characters shown before the first hit, and in all."""
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@dataclasses.dataclass(frozen=True)
class Segment:
    """A stretch of an excerpt; ``hit`` where it is what was looked for."""

    text: str
    hit: bool = False


def read_terms(query: str) -> list[str]:
    """The words of a cleaned ``query``, each once; all of them must be found.

    Raises ValueError with a Chinese sentence that says what to do.
    """
    terms = list(dict.fromkeys(query.split()))
    short = [term for term in terms if len(narrow(term)) < SHORTEST]
    if short:
        raise ValueError(
            f"「{short[0]}」只有一个字，查到的会太多；请至少写两个字，如“漏损”，"
            "几个词之间用空格隔开。"
        )
    if len(terms) > MOST_TERMS:
        raise ValueError(f"最多同时查 {MOST_TERMS} 个词，现有 {len(terms)} 个，请减少。")
    return terms


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as plain ones."""
    return unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """``text`` as it is kept and compared: plain forms, lower case."""
    return narrow(text).casefold()


def spellings(term: str) -> list[str]:
    """``term`` as typed, in plain and in full-width forms; upper and lower case are one."""
    plain = narrow(term)
    return list(dict.fromkeys((term, plain, plain.translate(_WIDE))))


def pattern_of(terms: Iterable[str]) -> re.Pattern[str]:
    """Matches any spelling of any of the ``terms``, the longest first."""
    known = {spelling for term in terms for spelling in spellings(term)}
    ordered = sorted(known, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)", re.IGNORECASE)


def mark(text: str, terms: Sequence[str]) -> list[Segment]:
    """``text`` cut where the terms stand; joined it is unchanged."""
    segments, at = [], 0
    for found in pattern_of(terms).finditer(text):
        segments += [Segment(text[at : found.start()]), Segment(found[0], True)]
        at = found.end()
    return [segment for segment in (*segments, Segment(text[at:])) if segment.text]


def excerpt(text: str, terms: Sequence[str]) -> list[Segment]:
    """The stretch of ``text`` around the first term, on one line; empty where none stands."""
    line = " ".join(text.split())
    first = pattern_of(terms).search(line)
    if first is None:
        return []
    start = max(0, first.start() - BEFORE)
    end = start + max(LONGEST, first.end() - start)
    head = [Segment("…")] if start else []
    tail = [Segment("…")] if end < len(line) else []
    return [*head, *mark(line[start:end], terms), *tail]
