"""What changed between two texts, in pieces a page can mark. Pure: it knows text only.

Chinese is not split by spaces, so the comparison goes by clauses first and, within clauses that
changed, by characters; numbers and Latin words stay whole.
"""

import dataclasses
import difflib
import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

SAME, REMOVED, ADDED = "same", "removed", "added"
_CLAUSES = re.compile(r"[^，。；：、！？\n]*[，。；：、！？\n]|[^，。；：、！？\n]+")
_PIECES = re.compile(r"[0-9０-９]+(?:[.．,][0-9０-９]+)*[%％]?|[A-Za-z]+|.", re.DOTALL)
LARGEST = 1_000_000
"""Beyond this product of two lengths (in pieces) a stretch counts as replaced as a whole."""
ALIKE = 0.3
"""Below this likeness two stretches have nothing to do with each other."""
LONG, STRANGE = 60, 0.5
"""From so many pieces on, stretches with less in common than this are not looked at closer."""


@dataclasses.dataclass(frozen=True)
class Segment:
    """A stretch of text: ``kind`` is «same», «added» or «removed»."""

    kind: str
    text: str


def diff(before: str, after: str) -> list[Segment]:
    """The way from ``before`` to ``after``.

    The same and removed stretches in order give ``before``, the same and added ones ``after``; a
    removed stretch stands before the added one that takes its place.
    """
    old, new = _CLAUSES.findall(before), _CLAUSES.findall(after)
    segments: list[Segment] = []
    matcher = difflib.SequenceMatcher(None, old, new)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        was, now = old[i1:i2], new[j1:j2]
        segments += [Segment(SAME, "".join(was))] if tag == "equal" else _clauses(was, now)
    return _tidy(segments)


def _clauses(before: Sequence[str], after: Sequence[str]) -> list[Segment]:
    """Clauses that differ: one by one where each took the place of one like it, else together."""
    pairs = list(zip(before, after, strict=False))
    if len(before) == len(after) and all(_is_edited(was, now) for was, now in pairs):
        return [segment for was, now in pairs for segment in _within(was, now)]
    return _within("".join(before), "".join(after))


def _is_edited(before: str, after: str) -> bool:
    """Whether half of a clause or more stands as it stood, at its start and at its end."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    head, tail = _ends(old, new)
    return 2 * (head + tail) >= max(len(old), len(new))


def _within(before: str, after: str) -> list[Segment]:
    """Two stretches that differ, piece by piece where they are alike at all."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    head, tail = _ends(old, new)
    middle = _pieces(old[head : len(old) - tail], new[head : len(new) - tail])
    last = old[len(old) - tail :]
    return [Segment(SAME, "".join(old[:head])), *middle, Segment(SAME, "".join(last))]


def _ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many pieces stand alike at the start of both, and behind those at the end."""
    head = _common(old, new)
    return head, _common(old[head:][::-1], new[head:][::-1])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pieces stand alike at the start of both."""
    pairs = zip(old, new, strict=False)
    return next((at for at, (was, now) in enumerate(pairs) if was != now), min(len(old), len(new)))


def _pieces(old: Sequence[str], new: Sequence[str]) -> list[Segment]:
    replaced = [Segment(REMOVED, "".join(old)), Segment(ADDED, "".join(new))]
    if not old or not new or len(old) * len(new) > LARGEST or _are_strangers(old, new):
        return replaced
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return replaced
    segments = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        was, now = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal" and len(was) > 1:
            segments.append(Segment(SAME, was))
        else:
            segments += [Segment(REMOVED, was), Segment(ADDED, now)]
    return segments


def _are_strangers(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether too few neighbours of the one are neighbours in the other to compare them at all.

    Two texts of the same field share single characters wherever one looks, but not pairs. Long
    texts only: the shorter ones take no time, and a number in the middle parts all their pairs.
    """
    if min(len(old), len(new)) < LONG:
        return False
    was, now = set(pairwise(old)), set(pairwise(new))
    return 2 * len(was & now) < STRANGE * (len(was) + len(now))


def _tidy(segments: Iterable[Segment]) -> list[Segment]:
    """Neighbours of a kind become one; between two same stretches: removed first, then added."""
    tidied: list[Segment] = []
    told = (segment for segment in segments if segment.text)
    for same, run in groupby(told, key=lambda segment: segment.kind == SAME):
        stretch = list(run)
        for kind in (SAME,) if same else (REMOVED, ADDED):
            text = "".join(segment.text for segment in stretch if segment.kind == kind)
            tidied += [Segment(kind, text)] if text else []
    return tidied
