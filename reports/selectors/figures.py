"""What is counted of a half-year: each figure is declared once, with its name and its test.

The number on a page and the list behind it are the same rows, so they can't differ.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from reports.selectors.period_rows import Row
from reports.states import Assessment, Status

WORRYING = (Assessment.FAR_BEHIND, Assessment.BEHIND, Assessment.NOT_BEGUN)
"""States of progress that the receivers want to look at, the worst first."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """``key`` stands in the address of the list, ``label`` on the page, ``meaning`` under it."""

    key: str
    label: str
    meaning: str
    holds: Callable[[Row], bool]


def _has(status: Status) -> Callable[[Row], bool]:
    """One that was returned counts as that until it is refiled, and as nothing else."""
    return lambda row: row.status == status and not row.returned


def lags(row: Row) -> bool:
    """Filed with a state of progress that worries."""
    return row.state in WORRYING


def asks_return(row: Row) -> bool:
    """In hand, and its lead wants it back."""
    return row.in_hand and row.report.return_asked_at is not None


def needs_attention(row: Row) -> bool:
    """逾期未报, 已退回未重报, 推进滞后 or 两期未变."""
    return row.overdue or row.returned or lags(row) or row.unchanged


_ALL = (
    Figure("due", "应报", "「免报」以外的事项；一项有两个牵头单位的（8.2）算两项",
           lambda row: row.counts),
    Figure("in_hand", "已报", "现在已报送或已审核的；退回未重报的不算",
           lambda row: row.in_hand),
    Figure("on_time", "按时", "已报，且每次报送都没有超过当时有效的期限：截止日，或报送之前"
           "已同意的延期，退回后的以补正期限为准", lambda row: row.on_time),
    Figure("on_time_unextended", "原截止日前报送", "按时，且首次报送不晚于本期截止日 24 时，"
           "没有借助延期", lambda row: row.on_time_unextended),
    Figure("late", "迟报", "已报，但有一次报送超过当时有效的期限；判为迟报的不再改回",
           lambda row: row.late),
    Figure("time_unknown", "按时与否不详", "历史导入的已报事项，台账没有写明按时还是迟报",
           lambda row: row.time_unknown),
    Figure("unrecorded", "无记录", "由历史导入建立的报告期里，台账没有列出的事项，不算未报",
           lambda row: row.unrecorded),
    Figure("overdue", "逾期未报", "没有报送（或退回后没有重报），有效期限已过",
           lambda row: row.overdue),
    Figure("returned", "已退回未重报", "审核单位退回、还没有重报，不论单位内部改到哪一步",
           lambda row: row.returned),
    Figure("filed", "待审核", "已报送，审核单位还没有审核通过", _has(Status.FILED)),
    Figure("accepted", "已审核", "审核单位已审核通过", _has(Status.ACCEPTED)),
    Figure("owed", "未报", "应报而现在没有报到的，包括退回未重报", lambda row: row.owed),
    Figure("blank", "未填报", "牵头单位还没有动笔", _has(Status.BLANK)),
    Figure("draft", "填写中", "已动笔、没有提交；退回后修改的计入已退回", _has(Status.DRAFT)),
    Figure("pending", "待审签", "已提交、等本单位审签人签；退回后再提交的计入已退回",
           _has(Status.PENDING)),
    Figure("exempt", "免报", "审核单位写明理由同意本期不报", _has(Status.EXEMPT)),
    Figure("return_asked", "申请退回", "已报，牵头单位申请退回修改，审核单位还没有答复",
           asks_return),
    Figure("lagging", "推进滞后", "已报，推进状态（有核定的看核定，没有的看自评）为严重滞后、"
           "进展滞后或未启动", lags),
    Figure("unchanged", "两期未变", "本期和上期报送的进展情况文字相同（空白、标点、全角半角不计），"
           "推进状态为长期坚持、已完成的除外", lambda row: row.unchanged),
    Figure("attention", "重点关注", "逾期未报、已退回未重报、推进滞后、两期未变四类的合计，"
           "一项只算一次", needs_attention),
)  # fmt: skip
FIGURES: Mapping[str, Figure] = MappingProxyType({figure.key: figure for figure in _ALL})

CONCERNS = ("overdue", "returned", "lagging", "unchanged")
"""What makes up 重点关注, the most urgent first."""


def is_known(row: Row) -> bool:
    """Whether it is known if it was filed at all."""
    return row.counts and not row.unrecorded


@dataclasses.dataclass(frozen=True)
class Share:
    """A rate: the figure ``key`` over 应报, as DHIS2 defines reporting rates.

    ``known`` leaves out of 应报 what a history import can't tell.
    """

    key: str
    label: str
    meaning: str
    known: Callable[[Row], bool]


_SHARES = (
    Share("in_hand", "报送率", "已报 ÷ 应报；历史导入中无记录的不计", is_known),
    Share("on_time_unextended", "按时率（原截止日）", "原截止日前报送 ÷ 应报，延期不能抬高它；"
          "历史导入中无记录、没有报送日期的不计",
          lambda row: is_known(row) and (row.late or not row.day_unknown)),
    Share("on_time", "按时率（含延期）", "按时 ÷ 应报，同意过的延期算按时；历史导入中无记录、"
          "按时与否不详的不计", lambda row: is_known(row) and not row.time_unknown),
)  # fmt: skip
SHARES: Mapping[str, Share] = MappingProxyType({share.key: share for share in _SHARES})

MEANINGS: Sequence[Figure | Share] = (*_ALL, *_SHARES)
"""Everything that is counted, for the page's own explanation and docs/figures.md."""


def rows_with(rows: Iterable[Row], key: str) -> list[Row]:
    """Those of ``rows`` for which the figure ``key`` holds."""
    return [row for row in rows if FIGURES[key].holds(row)]


@dataclasses.dataclass(frozen=True)
class Tally:
    """The figures of some rows: a half-year's, a department's."""

    rows: Sequence[Row]

    @functools.cached_property
    def _counts(self) -> dict[str, int]:
        return {}

    def __getitem__(self, key: str) -> int:
        if key not in self._counts:
            self._counts[key] = sum(map(FIGURES[key].holds, self.rows))
        return self._counts[key]

    def share(self, key: str) -> int | None:
        """The rate ``key`` in whole per cent; None where nothing is due or known."""
        return percent(self[key], self.whole(key))

    def whole(self, key: str) -> int:
        """What the rate ``key`` is a part of."""
        return sum(map(SHARES[key].known, self.rows))

    @property
    def filed_rate(self) -> int | None:
        """报送率."""
        return self.share("in_hand")

    @property
    def on_time_rate(self) -> int | None:
        """按时率（含延期）."""
        return self.share("on_time")

    @property
    def unextended_rate(self) -> int | None:
        """按时率（原截止日）."""
        return self.share("on_time_unextended")

    @property
    def departments(self) -> int:
        return len({row.report.department_id for row in self.rows if row.counts})


def percent(part: int, whole: int) -> int | None:
    """Whole per cent, rounded half up, but never 100 unless all, nor 0 unless none."""
    if not whole:
        return None
    rounded = (200 * part + whole) // (2 * whole)
    if 0 < part < whole:
        return min(max(rounded, 1), 99)
    return rounded
