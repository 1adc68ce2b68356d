"""Which work item a row of an old ledger is about, and how sure that is. Pure.

Every piece of evidence in a row is weighed: the text of the work, the task's title, the number,
the lead. What contradicts another piece, or leaves two items near each other, is never decided
here: somebody is asked.
"""

import dataclasses
import functools
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence

from reports.ledger.history.catalogue import Catalogue, Item
from reports.ledger.history.numbers import NOTHING, Numbered
from reports.likeness import Likenesses

WEIGHTS = {"text": 60, "title": 15, "number": 15, "lead": 10}
CODE_WEIGHT = 40
ENOUGH = 25
"""Less evidence than this (a title alone) says nothing."""
SURE_FROM = 85
MARGIN = 12
CUT_SHORT, SHORTEST = 90, 8
"""A text that is a piece of the plan's, from so many characters on, counts as so near to it."""
ALIKE = 60
"""Below this a text speaks against the item that the number names."""


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What a row says of which item it is about; empty where it says nothing.

    ``key`` is the lead assignment of a hidden key; 0 where the key is nobody's, None without one.
    """

    key: int | None = None
    text: str = ""
    title: str = ""
    number: Numbered = NOTHING
    bodies: frozenset[int] = frozenset()
    unknown: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Candidate:
    item: Item
    percent: int
    against: tuple[str, ...] = ()
    """What speaks against it, in Chinese."""


@dataclasses.dataclass(frozen=True)
class Found:
    """The best candidates, the best first; ``is_sure`` says that the first one stands by itself.

    ``why`` is a Chinese sentence for whoever is asked.
    """

    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = False
    why: str = ""

    @property
    def item(self) -> Item | None:
        return self.candidates[0].item if self.candidates else None


UNKNOWN = Found()
SILENT = Evidence()


NumberFits = Callable[[Numbered, Item], int | None]
"""Per cent to which a number fits an item; None where it says nothing."""


class Matcher:
    """Matches the rows of one ledger; a text that was compared once is remembered, since every page
    of an import reads its ledger again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.numbering: NumberFits = by_nothing
        self._texts = _known(tuple(item.text for item in catalogue.items))
        self._titles = _known(tuple(item.title for item in catalogue.items))
        self._by_text: dict[str, list[Item]] = defaultdict(list)
        self._at = {item.code: at for at, item in enumerate(catalogue.items)}
        for item in catalogue.items:
            self._by_text[folded(item.text)].append(item)

    def settle_numbering(self, rows: Sequence[Evidence]) -> None:
        """Find out what plain numbers are in this ledger: a task's number, a count, or nothing.

        The rows whose text leaves no doubt tell; without any, numbers say nothing.
        """
        known = [
            (row.number.integer, item)
            for row in rows
            if row.number.integer is not None and (item := self._exact(row.text)) is not None
        ]
        order = {item.code: at for at, item in enumerate(self.catalogue.items, 1)}
        as_task = sum(number == item.task for number, item in known)
        as_count = sum(number == order[item.code] for number, item in known)
        most = max(as_task, as_count)
        if not known or most * 5 < len(known) * 4:
            self.numbering = by_nothing if known else self._without_texts(rows)
        else:
            self.numbering = by_task if as_task >= as_count else by_count(order)

    def _without_texts(self, rows: Sequence[Evidence]) -> NumberFits:
        """A ledger without known texts: numbers that agree with the titles are the tasks'."""
        titled = [row for row in rows if row.title and row.number.integer is not None]
        agree = sum(
            any(
                item.task == row.number.integer and like >= SURE_FROM
                for item, like in zip(
                    self.catalogue.items, self._titles.alike(row.title), strict=True
                )
            )
            for row in titled
        )
        return by_task if titled and agree * 5 >= len(titled) * 4 else by_nothing

    def _exact(self, text: str) -> Item | None:
        """The one item with this very text, but for blanks, punctuation and full-width forms."""
        found = self._by_text.get(folded(text), []) if text else []
        return found[0] if len(found) == 1 else None

    def find(self, row: Evidence) -> Found:
        """The item that ``row`` is about, as far as it says."""
        if row.key:
            return self._by_key(row, self.catalogue.by_assignment[row.key])
        exact = self._exact(row.text)
        if exact and row.key is None and not (alone := self._score(row, exact)).against:
            return Found((dataclasses.replace(alone, percent=100),), True)
        scored = [self._score(row, item) for item in self.catalogue.items]
        ranked = sorted(
            (candidate for candidate in scored if candidate.percent > 0),
            key=lambda candidate: -candidate.percent,
        )
        if not ranked:
            return Found(why="这一行认不出是哪一项")
        best, others = ranked[0], ranked[1:]
        near = [one for one in others if best.percent - one.percent < MARGIN]
        stranger = row.key == 0
        sure = best.percent >= SURE_FROM and not near and not best.against and not stranger
        return Found(tuple(ranked[:5]), sure, "" if sure else self._doubt(row, best, near))

    def _by_key(self, row: Evidence, item: Item) -> Found:
        """The key decides, unless the row's text was written over by another's."""
        like = self._texts.alike(row.text)[self._at[item.code]] if row.text else 100
        if like >= ALIKE:
            return Found((Candidate(item, 100),), True)
        against = ("系统编号与工作内容对不上",)
        return Found((Candidate(item, like, against),), False, against[0])

    def _score(self, row: Evidence, item: Item) -> Candidate:
        parts = self._parts(row, item)
        weight = points = 0
        for share, like in parts.values():
            weight += share
            points += share * like
        if weight < ENOUGH:
            return Candidate(item, 0)
        percent = min(99, round(points / weight)) if weight else 0
        return Candidate(item, percent, tuple(self._against(row, item, parts)))

    def _parts(self, row: Evidence, item: Item) -> dict[str, tuple[int, int]]:
        """Weight and per cent of each piece of evidence that there is."""
        parts = {}
        if row.text:
            parts["text"] = WEIGHTS["text"], self._texts.alike(row.text)[self._at[item.code]]
        if row.title:
            parts["title"] = WEIGHTS["title"], self._titles.alike(row.title)[self._at[item.code]]
        fits = self._number_fits(row.number, item)
        if fits is not None:
            weight = CODE_WEIGHT if row.number.codes else WEIGHTS["number"]
            parts["number"] = weight, fits
        if row.bodies:
            leads = {lead.department for lead in item.leads}
            parts["lead"] = WEIGHTS["lead"], 100 if leads & row.bodies else 0
        return parts

    def _number_fits(self, number: Numbered, item: Item) -> int | None:
        if number.is_empty:
            return None
        if number.codes:
            there = [code for code in number.codes if code in self.catalogue.by_code]
            return (100 if (item.task, item.row) in there else 0) if there else None
        return self.numbering(number, item)

    def _against(
        self, row: Evidence, item: Item, parts: dict[str, tuple[int, int]]
    ) -> Sequence[str]:
        found = []
        if "text" in parts and parts["text"][1] < ALIKE:
            found.append("工作内容与方案不大相同")
        if "number" in parts and parts["number"][1] == 0:
            found.append("序号对不上")
        if row.number.damaged and parts.get("text", (0, 0))[1] < SURE_FROM:
            found.append("序号被 Excel 当成了日期")
        if "lead" in parts and parts["lead"][1] == 0:
            found.append(f"方案的牵头单位是{'、'.join(lead.name for lead in item.leads)}")
        if row.number.codes and len(parts) == 1:
            found.append("除序号外没有可核对的内容")
        return found

    @staticmethod
    def _doubt(row: Evidence, best: Candidate, near: Sequence[Candidate]) -> str:
        reasons = list(best.against)
        if row.key == 0:
            reasons.append("系统编号不是本方案的")
        if near:
            codes = "、".join(one.item.code for one in near[:3])
            reasons.append(f"与 {codes} 也相近")
        return "；".join(reasons) or "只有部分相同"


def by_task(number: Numbered, item: Item) -> int | None:
    """Numbers are those of the plan's tasks."""
    return 100 if number.integer == item.task else 0


def by_nothing(number: Numbered, item: Item) -> int | None:
    """Numbers say nothing in this ledger."""
    return None


def by_count(order: dict[str, int]) -> NumberFits:
    """Numbers that count the work items from 1 on."""
    return lambda number, item: 100 if number.integer == order[item.code] else 0


def folded(text: str) -> str:
    """``text`` without blanks, punctuation, case and full-width forms."""
    return "".join(
        c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum() or c == "%"
    )


@functools.lru_cache(maxsize=4)
def _known(texts: tuple[str, ...]) -> "_Known":
    return _Known(texts)


class _Known:
    """The plan's texts, and how like them the texts are that were compared last."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._likenesses = Likenesses(texts)
        self._folded = [folded(text) for text in texts]
        self.alike = functools.lru_cache(maxsize=1024)(self._alike)

    def _alike(self, text: str) -> Sequence[int]:
        """Likeness in per cent to each of them; a text cut short is near to the whole one."""
        short = folded(text)
        return tuple(
            CUT_SHORT if found < CUT_SHORT and len(short) >= SHORTEST and short in whole
            else found
            for found, whole in zip(self._likenesses.to(text), self._folded, strict=True)
        )  # fmt: skip
