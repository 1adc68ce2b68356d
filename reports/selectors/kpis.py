"""The numbers at the head of overview and home, each against the last half-year."""

import dataclasses

from reports.selectors.figures import FIGURES, SHARES, Tally


@dataclasses.dataclass(frozen=True)
class Kpi:
    """One number: ``key`` is the figure whose list stands behind it, ``tone`` a class.

    ``was`` is what it was in the last half-year on the same day.
    """

    key: str
    label: str
    value: str
    was: str = ""
    tone: str = ""


@dataclasses.dataclass(frozen=True)
class Rate:
    """A share of what is due, as a bar: ``now`` and ``before`` in whole per cent, if known."""

    key: str
    label: str
    now: int | None
    before: int | None
    note: str

    @property
    def value(self) -> str:
        return "—" if self.now is None else f"{self.now}%"

    @property
    def before_x(self) -> int:
        """Where the mark of the last half-year stands on a bar of 100, one wide."""
        return min(self.before or 0, 99)

    @property
    def was(self) -> str:
        return "" if self.before is None else f"上期同期 {self.before}%"


_SHOWN = ("due", "in_hand", "on_time", "late", "overdue", "returned", "filed", "accepted")
_IF_ANY = ("time_unknown", "unrecorded")


def kpis_of(tally: Tally, before: Tally | None = None) -> list[Kpi]:
    """Owed, filed, on time, late, overdue, returned, to review, accepted of ``tally``.

    What a history import does not know is counted apart, where there is any of it.
    ``before`` is the last half-year at the same distance from its deadline, where that is known.
    """
    return [
        Kpi(
            key,
            FIGURES[key].label,
            str(tally[key]),
            f"上期同期 {before[key]}" if before else "",
            _tone(key, tally[key]),
        )
        for key in _SHOWN + tuple(key for key in _IF_ANY if tally[key])
    ]


def rates_of(tally: Tally, before: Tally | None = None) -> list[Rate]:
    """报送率 and the two 按时率 as DHIS2 defines reporting rates: actual over expected reports."""
    return [
        Rate(
            share.key,
            share.label,
            tally.share(share.key),
            before.share(share.key) if before else None,
            f"{tally[share.key]} ÷ {tally.whole(share.key)}",
        )
        for share in SHARES.values()
    ]


@dataclasses.dataclass(frozen=True)
class Numbers:
    """The head of the page: counts and rates."""

    kpis: list[Kpi]
    rates: list[Rate]

    @classmethod
    def of(cls, tally: Tally, before: Tally | None) -> "Numbers":
        """As ``kpis_of`` and ``rates_of``."""
        return cls(kpis_of(tally, before), rates_of(tally, before))


def _tone(key: str, number: int) -> str:
    if key == "accepted":
        return "good"
    return "hot" if key == "overdue" and number else ""
