"""Whether a claimed delivery should still leave now: asked just before it does."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence

from departments.models import Membership
from reports import calendar
from reports.models import Delivery, Extension, Notice, ProgressEntry, Report
from reports.reminders.facts import Line
from reports.reminders.kinds import KINDS, Kind
from reports.reminders.rules import rules_in
from reports.reminders.slots import digest_slots, due_slots, filing_slots, leaves_at
from reports.selectors.working_days import working_days
from reports.states import OPEN, OWED, Status

_STATUSES: dict[str, tuple[Status, ...]] = {
    Kind.OPENED: OWED,
    Kind.FILE: OPEN,
    Kind.SIGN: (Status.PENDING,),
    Kind.RETURNED: (Status.RETURNED,),
    Kind.SENT_BACK: (Status.DRAFT,),
    Kind.REVIEW: (Status.FILED,),
    Kind.ACCEPTED: (Status.ACCEPTED,),
    Kind.URGE: OWED,
    Kind.URGE_LEADER: OWED,
}
"""In which statuses the reports of a notice are still what it says."""

_BY_DEADLINE = (Kind.FILE, Kind.SIGN)
_LADDERS = {Kind.FILE: filing_slots, Kind.SIGN: filing_slots, Kind.DIGEST: digest_slots}


@dataclasses.dataclass(frozen=True)
class Verdict:
    """``lines`` is what is still outstanding; ``cancel`` why it is not sent; ``wait`` until when
    it has to wait."""

    lines: tuple[Line, ...] = ()
    cancel: str = ""
    wait: datetime.datetime | None = None


def verdicts(deliveries: Sequence[Delivery], now: datetime.datetime) -> dict[int, Verdict]:
    """A verdict per delivery id; a fixed number of queries for a batch."""
    notices = {delivery.notice_id: delivery.notice for delivery in deliveries}
    world = _World(list(notices.values()), now)
    return {delivery.pk: world.judge(delivery.notice) for delivery in deliveries}


class _World:
    """The state of everything that ``notices`` speak of, read once."""

    def __init__(self, notices: Sequence[Notice], now: datetime.datetime) -> None:
        self.now, self.days = now, working_days()
        self.newest: dict[tuple[str, datetime.date, int], str] = {}
        of: dict[str, set[int]] = defaultdict(set)
        for notice in notices:
            for line in notice.lines:
                of[line["of"]].add(line["pk"])
        self.reports = _reports(of["report"])
        self.extensions = dict(
            Extension.objects.filter(pk__in=of["extension"]).values_list("pk", "status")
        ) if of["extension"] else {}  # fmt: skip
        self.owing = self._owing(notices) if of["department"] else set()
        self.logged = self._logged(notices) if of["work_item"] else set()
        self.working = set(
            Membership.objects.on(calendar.local_date(now))
            .filter(user__in={notice.user_id for notice in notices})
            .values_list("user_id", flat=True)
        )

    @staticmethod
    def _owing(notices: Sequence[Notice]) -> set[tuple[int, int]]:
        owed = Report.objects.filter(period__in={n.period_id for n in notices}).owed()
        return set(owed.order_by().values_list("period_id", "department_id").distinct())

    def _logged(self, notices: Sequence[Notice]) -> set[tuple[int, int, int]]:
        """(period, work item, user) of what the users' departments have logged."""
        users = {notice.user_id for notice in notices}
        rows = ProgressEntry.objects.filter(
            period__in={notice.period_id for notice in notices},
            department__memberships__user__in=users,
        )
        return set(
            rows.values_list("period_id", "work_item_id", "department__memberships__user_id")
        )

    def judge(self, notice: Notice) -> Verdict:
        if notice.period.is_closed:
            return Verdict(cancel="报告期已关闭")
        if notice.user_id not in self.working or not notice.user.is_active:
            return Verdict(cancel="收件人已离任")
        if self._is_overtaken(notice):
            return Verdict(cancel="已有较新的一次提醒")
        lines = tuple(Line(**line) for line in notice.lines if self._holds(notice, Line(**line)))
        if not lines:
            return Verdict(cancel="事项已办理或期限已变")
        return Verdict(lines, wait=self._wait(notice))

    def _is_overtaken(self, notice: Notice) -> bool:
        if notice.kind not in _LADDERS:
            return False
        key = (notice.kind, notice.due_on, notice.period_id)
        if key not in self.newest:
            self.newest[key] = self._newest_slot(notice)
        return self.newest[key] != notice.slot

    def _newest_slot(self, notice: Notice) -> str:
        """The name of the newest slot that is due of the notice's ladder; empty where none is."""
        ladder, rules = _LADDERS[Kind(notice.kind)], rules_in(notice.period)
        due = due_slots(ladder(notice.due_on, self.now, rules, self.days), self.now)
        return due[-1].name if due else ""

    def _wait(self, notice: Notice) -> datetime.datetime | None:
        if KINDS[Kind(notice.kind)].at_once and not notice.slot.endswith("-again"):
            return None
        leaves = leaves_at(notice.slot, self.now, rules_in(notice.period), self.days)
        return leaves if leaves > self.now else None

    def _holds(self, notice: Notice, line: Line) -> bool:
        match line.of:
            case "report":
                return self._report_holds(notice, line.pk)
            case "extension":
                status = self.extensions.get(line.pk)
                return status is not None and notice.slot == f"extension-{line.pk}-{status}"
            case "work_item":
                return (notice.period_id, line.pk, notice.user_id) not in self.logged
            case _:
                return (notice.period_id, line.pk) in self.owing

    def _report_holds(self, notice: Notice, pk: int) -> bool:
        status, deadline = self.reports.get(pk, ("", None))
        if status not in _STATUSES[notice.kind]:
            return False
        return notice.kind not in _BY_DEADLINE or deadline == notice.due_on


def _reports(pks: set[int]) -> dict[int, tuple[str, datetime.date]]:
    """Report id → its status and deadline."""
    if not pks:
        return {}
    rows = Report.objects.filter(pk__in=pks).with_deadline().order_by()
    return {pk: (status, due) for pk, status, due in rows.values_list("pk", "status", "deadline")}
