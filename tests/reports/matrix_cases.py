"""Three half-years written by hand, and the matrix of them worked out a second time.

The second computation goes by the facts below and by nothing of the product: it reads a case from
top to bottom and says what a person would say.
"""

import dataclasses
import datetime

from reports.calendar import SHANGHAI

DUE = {
    "2025H2": datetime.date(2026, 1, 15),
    "2026H1": datetime.date(2026, 7, 15),
    "2026H2": datetime.date(2027, 1, 15),
}
CLOSED, REOPENED = "2026-07-20 09:00", "2026-07-25 09:00"
"""2026H1 was closed, and opened again for a report that came too late."""


def at(moment: str) -> datetime.datetime:
    """``2026-07-16 00:00`` in Shanghai."""
    return datetime.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


@dataclasses.dataclass(frozen=True)
class Case:
    """One report, moment by moment (empty: it did not happen).

    ``said`` is the lead's own state, ``assessed`` the receiver's. ``received`` is the day a paper
    came that was recorded at ``filed``. ``refile_by`` is counted by hand from the calendar.
    """

    code: str
    department: str
    half_year: str
    drafted: str = ""
    submitted: str = ""
    filed: str = ""
    said: str = "on_track"
    received: str = ""
    returned: str = ""
    refile_by: str = ""
    refiled: str = ""
    accepted: str = ""
    assessed: str = ""
    extended: str = ""
    extended_to: str = ""
    exempted: str = ""
    imported: str = ""


CASES = [
    # in time and accepted, then late by a second, then still being written
    Case("12.1", "cgj", "2025H2", filed="2026-01-10 10:00", accepted="2026-01-20 10:00",
         assessed="done", said="on_track"),
    Case("12.1", "cgj", "2026H1", filed="2026-07-16 00:00"),
    Case("12.1", "cgj", "2026H2", drafted="2026-12-20 09:00"),
    # in time by a second; sent back and never refiled; waiting for a signature
    Case("11.1", "cgj", "2025H2", filed="2026-01-15 23:59:59", said="behind"),
    Case("11.1", "cgj", "2026H1", filed="2026-07-10 09:00", returned="2026-07-14 09:00",
         refile_by="2026-07-21"),
    Case("11.1", "cgj", "2026H2", submitted="2027-01-04 09:00"),
    # exempt; filed under an extension; filed after it
    Case("2.4", "cgj", "2025H2", exempted="2026-01-08 09:00"),
    Case("20.4", "cgj", "2025H2", extended="2026-01-14 09:00", extended_to="2026-01-25",
         filed="2026-01-25 23:59:59", said="standing"),
    Case("20.5", "cgj", "2025H2", extended="2026-01-14 09:00", extended_to="2026-01-25",
         filed="2026-01-26 00:00", accepted="2026-02-01 09:00", assessed="far_behind"),
    # refiled in time, refiled too late
    Case("14.1", "cgj", "2025H2", filed="2026-01-11 09:00", returned="2026-01-12 09:00",
         refile_by="2026-01-19", refiled="2026-01-19 23:59:59", said="not_begun"),
    Case("13.1", "cgj", "2025H2", filed="2026-01-11 09:00", returned="2026-01-12 09:00",
         refile_by="2026-01-19", refiled="2026-01-20 00:00", accepted="2026-01-22 09:00",
         assessed="on_track"),
    # on paper in time, recorded later; reopened for one that came after the close
    Case("21.2", "cgj", "2025H2", filed="2026-01-18 09:00", received="2026-01-14 16:00"),
    Case("21.2", "cgj", "2026H1", filed="2026-07-26 09:00"),
    # out of an old ledger, in time as the ledger says
    Case("18.1", "fgw", "2025H2", imported="2026-12-10 09:00", received="2026-01-09 12:00",
         assessed="behind"),
    # out of an old ledger that does not say when it came: neither in time nor late
    Case("22.1", "slj", "2025H2", imported="2026-12-10 09:00", assessed="on_track"),
    # two leads of one row
    Case("8.2", "cgj", "2026H1", filed="2026-07-12 09:00"),
    Case("8.2", "slj", "2026H1", drafted="2026-07-12 09:00"),
]  # fmt: skip

SHORT_STATES = {
    "on_track": "green 正常", "standing": "green 长期", "done": "green 完成",
    "behind": "yellow 滞后", "not_begun": "yellow 未启", "far_behind": "red 严重",
}  # fmt: skip


@dataclasses.dataclass
class Told:
    """A report as somebody who reads the case would tell it at a moment."""

    word: str = "未填"
    is_filed: bool = False
    late: bool = False
    returned: bool = False
    exempt: bool = False
    deadline: datetime.date = datetime.date.max
    first: datetime.date | None = None

    def filing(self, now: datetime.datetime) -> str:
        if self.exempt:
            return "grey 免报"
        if self.is_filed:
            return "yellow 迟报" if self.late else f"green {self.word}"
        left = (self.deadline - now.date()).days
        if left < 0:
            return "red 逾期"
        if self.returned:
            return "yellow 退回"
        hue = "yellow" if left <= 3 else "blue" if left <= 14 else "grey"
        return f"{hue} {self.word}"


def tell(half_year: str, case: Case | None, now: datetime.datetime) -> Told:
    """``case`` (None: nobody did anything) read up to ``now``."""

    def happened(moment: str) -> bool:
        return bool(moment) and at(moment) <= now

    told = Told(deadline=DUE[half_year])
    if case is None:
        return told
    if happened(case.drafted):
        told.word = "在填"
    if happened(case.submitted):
        told.word = "待签"
    told.exempt = happened(case.exempted)
    if happened(case.extended):
        told.deadline = datetime.date.fromisoformat(case.extended_to)
    if happened(case.filed):
        came = at(case.received or case.filed).date()
        told.word, told.is_filed, told.late = "已报", True, came > told.deadline
        told.first = came
    if happened(case.returned):
        told.is_filed, told.returned = False, True
        told.deadline = max(told.deadline, datetime.date.fromisoformat(case.refile_by))
    if happened(case.refiled):
        told.is_filed, told.returned = True, False
        told.late = told.late or at(case.refiled).date() > told.deadline
    if happened(case.accepted) or happened(case.imported):
        told.word, told.is_filed = "已审", True
    if happened(case.imported) and case.received:
        told.first = at(case.received).date()
    return told


def filing(code: str, department: str, half_year: str, now: datetime.datetime) -> str:
    """Hue and word of the filing light, from the facts alone."""
    return tell(half_year, case_of(code, department, half_year), now).filing(now)


def in_time_unaided(code: str, department: str, half_year: str, now: datetime.datetime) -> bool:
    """Whether it came by the half-year's own last day, and no return made it late since."""
    told = tell(half_year, case_of(code, department, half_year), now)
    came = told.first is not None and told.first <= DUE[half_year]
    return told.is_filed and came and not told.late


def progress(code: str, department: str, half_year: str, now: datetime.datetime) -> str:
    """Hue and word of the progress light; empty while nothing is filed."""
    case = case_of(code, department, half_year)
    if case is None or not tell(half_year, case, now).is_filed:
        return ""
    settled = case.accepted or case.imported
    return SHORT_STATES[case.assessed if settled and at(settled) <= now else case.said]


def case_of(code: str, department: str, half_year: str) -> Case | None:
    """The case of that report, if something happened to it."""
    wanted = (code, department, half_year)
    found = [case for case in CASES if (case.code, case.department, case.half_year) == wanted]
    return found[0] if found else None
