"""How nearly two texts are the same. Pure: it knows text only.

A text that says what it said half a year ago is what a reviewer wants to look at. Chinese has no
words to count, so pairs of neighbouring characters are; the order of the sentences matters little.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

NEARLY = 90
"""From this likeness (per cent) on a text counts as nearly the same as the one before."""
_HEAD, _SURE = 48, 24
"""Of this many characters the first so many fold as they would in the whole text."""
_PASSED_OVER = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w.%]|_")
"""Blanks and punctuation, but not the point in a number: 10.5 and 105 are two things."""


def likeness(before: str, after: str) -> int:
    """How much of two texts is the same, in whole per cent.

    It is twice the pairs of characters that both have, over the pairs of both (Dice). 100 means
    that nothing but blanks, punctuation, case or full-width forms differs; everything else is 99
    at most. An empty text is like no other: 0.
    """
    return _likeness(_folded(before), _folded(after))


def nearly_same(before: str, after: str) -> int:
    """``likeness`` where it is NEARLY or more, else 0; most unlike texts show by their length."""
    was, now = _folded(before), _folded(after)
    if 200 * min(len(was), len(now)) < NEARLY * (len(was) + len(now)):
        return 0
    found = _likeness(was, now)
    return found if found >= NEARLY else 0


def says_the_same(before: str, after: str) -> bool:
    """Whether ``likeness`` is 100; most texts that differ show it in their first words."""
    if before != after and min(len(before), len(after)) > _HEAD:
        was, now = _folded(before[:_HEAD]), _folded(after[:_HEAD])
        if min(len(was), len(now)) > _SURE and was[:_SURE] != now[:_SURE]:
            return False
    folded = _folded(after)
    return bool(folded) and _folded(before) == folded


class Likenesses:
    """Many texts that others are compared with: what each is made of is worked out once."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._folded = [_folded(text) for text in texts]
        self._totals: list[int] = []
        self._holders: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for at, folded in enumerate(self._folded):
            pairs = _pairs(folded)
            self._totals.append(pairs.total())
            for pair, count in pairs.items():
                self._holders[pair].append((at, count))

    def to(self, text: str) -> list[int]:
        """``likeness`` of ``text`` to each of them, in their order."""
        folded = _folded(text)
        pairs = _pairs(folded)
        total, shared = pairs.total(), [0] * len(self._folded)
        for pair, count in pairs.items():
            for at, there in self._holders.get(pair, ()):
                shared[at] += min(count, there)
        return [
            _percent(folded, other, both, total + theirs)
            for other, both, theirs in zip(self._folded, shared, self._totals, strict=True)
        ]


def _folded(text: str) -> str:
    return _PASSED_OVER.sub("", unicodedata.normalize("NFKC", text).casefold())


def _likeness(was: str, now: str) -> int:
    if was == now:
        return 100 if was else 0
    old, new = _pairs(was), _pairs(now)
    shared = sum(min(old[pair], new[pair]) for pair in old.keys() & new.keys())
    return _percent(was, now, shared, old.total() + new.total())


def _percent(was: str, now: str, shared: int, total: int) -> int:
    if not was or not now:
        return 0
    return 100 if was == now else min(99, round(200 * shared / total))


def _pairs(text: str) -> Counter[tuple[str, str]]:
    """Every character with its neighbour; the first one's neighbour is the start."""
    return Counter(zip(f"\n{text}", text, strict=False))
