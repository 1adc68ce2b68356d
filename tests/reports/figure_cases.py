"""A half-year written by hand, and its figures computed a second time in plain Python.

Nothing of the product is used for the second computation: it goes by the facts below, not by the
rows that the product makes of them.
"""

import dataclasses
import datetime

from reports.calendar import SHANGHAI

DUE = datetime.date(2027, 1, 15)
ALL = 53
LAG = {"behind", "far_behind", "not_begun"}


def at(day: int, hour: int = 10, minute: int = 0, second: int = 0) -> datetime.datetime:
    """A moment of January 2027 in Shanghai."""
    return datetime.datetime(2027, 1, day, hour, minute, second, tzinfo=SHANGHAI)


CLOSED, REOPENED = at(28, 8), at(29, 9)
"""The half-year is closed and reopened; its deadline stays."""


@dataclasses.dataclass(frozen=True)
class Case:
    """What happens to one report. ``refile_by`` is counted by hand from the calendar of 2027.

    ``paper`` is when a paper filing was recorded and the day on which it came; ``extended`` when
    and until when, ``asked`` when it was asked for (else it is granted unasked); ``state`` the
    lead's own state of progress, ``assessed`` the reviewer's.
    """

    code: str
    department: str
    drafted: datetime.datetime | None = None
    submitted: datetime.datetime | None = None
    filed: datetime.datetime | None = None
    paper: tuple[datetime.datetime, datetime.datetime] | None = None
    returned: datetime.datetime | None = None
    redrafted: datetime.datetime | None = None
    refile_by: datetime.date | None = None
    refiled: datetime.datetime | None = None
    accepted: datetime.datetime | None = None
    asked: datetime.datetime | None = None
    extended: tuple[datetime.datetime, datetime.date] | None = None
    exempted: datetime.datetime | None = None
    restored: datetime.datetime | None = None
    state: str = "on_track"
    assessed: str = "on_track"


DAY_25 = datetime.date(2027, 1, 25)
CASES = [
    Case("12.1", "cgj", filed=at(10), accepted=at(12), state="behind"),
    Case("11.1", "cgj", filed=at(15, 23, 59, 59), state="behind"),
    Case("14.1", "cgj", filed=at(16, 0), state="standing"),
    Case("20.4", "cgj", extended=(at(14), DAY_25), filed=at(25, 23, 59, 59)),
    Case("20.5", "cgj", extended=(at(14), DAY_25), filed=at(26, 0)),
    Case("21.2", "cgj", filed=at(13), returned=at(20), redrafted=at(21),
         refile_by=datetime.date(2027, 1, 27), state="behind"),
    Case("8.2", "cgj", filed=at(12), state="not_begun"),
    Case("8.2", "slj", drafted=at(11)),
    Case("2.4", "cgj", exempted=at(8)),
    Case("13.1", "cgj", paper=(at(18), at(14))),
    Case("2.2", "fgw", filed=at(11), returned=at(12), refile_by=datetime.date(2027, 1, 19),
         refiled=at(19, 23, 59, 59), accepted=at(22), assessed="far_behind"),
    Case("9.2", "fgw", filed=at(11), returned=at(12), refile_by=datetime.date(2027, 1, 19),
         refiled=at(20, 0)),
    Case("18.1", "fgw", drafted=at(9)),
    Case("26.1", "fgw", submitted=at(9)),
    # Both asked for in one request. Granted only after the filing, it does not help; granted after
    # the deadline but before the filing, it helps, but not against the old date.
    Case("11.2", "zjw", asked=at(14), filed=at(16, 11), extended=(at(17), DAY_25)),
    Case("13.4", "zjw", asked=at(14), filed=at(24), extended=(at(17), DAY_25)),
    Case("16.1", "zjw", paper=(at(20), at(18))),
    Case("1.1", "slj", filed=at(29, 12)),
    # A department that has nothing due.
    Case("31.2", "tqw", exempted=at(8)),
    Case("7.2", "wjw", exempted=at(8), restored=at(17)),
]  # fmt: skip


@dataclasses.dataclass
class Seen:
    """One case as it stands at a moment."""

    status: str = "blank"
    exempt: bool = False
    in_hand: bool = False
    accepted: bool = False
    returned: bool = False
    late: bool = False
    filed_on: datetime.date | None = None
    deadline: datetime.date = DUE
    state: str = ""

    def overdue(self, now: datetime.datetime) -> bool:
        after = datetime.datetime.combine(self.deadline, datetime.time(), SHANGHAI)
        return not self.exempt and not self.in_hand and now >= after + datetime.timedelta(days=1)


def seen(case: Case, now: datetime.datetime, *, hindsight: bool = False) -> Seen:
    """Read ``case`` from top to bottom up to ``now``.

    With ``hindsight`` what came on paper counts from the day it came, not from its recording.
    """
    found = Seen(exempt=bool(case.exempted and case.exempted <= now))
    if case.restored and case.restored <= now:
        found.exempt = False
    for moment, status in ((case.drafted, "draft"), (case.submitted, "pending")):
        if moment and moment <= now:
            found.status = status
    first = case.filed
    if case.paper:
        recorded, came = case.paper
        first = came if hindsight or recorded <= now else None
    granted = case.extended is not None and case.extended[0] <= now
    if case.extended and granted and (first is None or case.extended[0] < first):
        found.deadline = case.extended[1]
    if first is not None and first <= now:
        found.in_hand, found.late = True, first.date() > found.deadline
        found.filed_on, found.state = first.date(), case.state
    if case.returned and case.returned <= now:
        assert case.refile_by is not None
        found.in_hand, found.returned, found.state = False, True, ""
        found.deadline = max(found.deadline, case.refile_by)
    if case.refiled and case.refiled <= now:
        found.in_hand, found.returned, found.state = True, False, case.state
        found.late = found.late or case.refiled.date() > found.deadline
    found.accepted = found.in_hand and case.accepted is not None and case.accepted <= now
    if found.accepted:
        found.state = case.assessed
    return found


def figures(
    now: datetime.datetime, department: str = "", *, hindsight: bool = False
) -> dict[str, int]:
    """The figures of the half-year, or of one department's cases, at ``now``."""
    cases = [case for case in CASES if department in {"", case.department}]
    rows = [seen(case, now, hindsight=hindsight) for case in cases]
    rows += [Seen()] * (ALL - len(CASES) if not department else 0)
    writing = [row for row in rows if not (row.in_hand or row.exempt or row.returned)]
    on_time = [row for row in rows if row.in_hand and not row.late]
    lagging = [row for row in rows if row.state in LAG]
    overdue = [row for row in rows if row.overdue(now)]
    hopeful = [row for row in rows if row.returned and not row.overdue(now)]
    return {
        "due": sum(not row.exempt for row in rows),
        "in_hand": sum(row.in_hand for row in rows),
        "filed": sum(row.in_hand and not row.accepted for row in rows),
        "accepted": sum(row.accepted for row in rows),
        "returned": sum(row.returned for row in rows),
        "on_time": len(on_time),
        "on_time_unextended": sum(bool(row.filed_on and row.filed_on <= DUE) for row in on_time),
        "late": sum(row.in_hand and row.late for row in rows),
        "overdue": len(overdue),
        "owed": sum(not row.in_hand and not row.exempt for row in rows),
        "exempt": sum(row.exempt for row in rows),
        "blank": sum(row.status == "blank" for row in writing),
        "draft": sum(row.status == "draft" for row in writing),
        "pending": sum(row.status == "pending" for row in writing),
        "time_unknown": 0,
        "unrecorded": 0,
        "return_asked": 0,
        "unchanged": 0,
        "lagging": len(lagging),
        "attention": len(overdue) + len(hopeful) + len(lagging),
    }


def percentages(now: datetime.datetime) -> dict[str, int]:
    """报送率 and both 按时率, rounded as one is taught at school."""
    counted = figures(now)
    return {
        key: int(100 * counted[key] / counted["due"] + 0.5)
        for key in ("in_hand", "on_time", "on_time_unextended")
    }
