"""协调台账: what filed reports ask to be coordinated, and what came of it."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db.models import TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from departments.models import User
from departments.rights import rights_of
from reports.actions.coordination import asked_in
from reports.calendar import Light
from reports.models import Coordination, Report, ReportingPeriod
from reports.policies import Right, may
from reports.selectors.facts import ReportFacts, Values, facts_of
from reports.selectors.frozen import Frozen, freeze
from reports.text import has_substance

SHOWN = 5
"""So many open matters stand on the overview."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One 协调事项 with its light on a day."""

    coordination: Coordination
    light: Light


@dataclasses.dataclass(frozen=True)
class Matter:
    """What one filed report asks for, and the lines that were written down about it.

    ``asked`` is the text as it was filed last, with ``filing`` (id), empty if that asks for nothing
    any more; ``today`` a date in Asia/Shanghai.
    """

    report: Report | ReportFacts
    asked: str
    filing: int | None
    coordinations: Sequence[Coordination]
    today: datetime.date

    @property
    def kept(self) -> list[Coordination]:
        """The lines that were not dropped."""
        return [row for row in self.coordinations if row.state != Coordination.State.DROPPED]

    @property
    def lines(self) -> list[Line]:
        return [Line(row, light_of(row, self.today)) for row in self.coordinations]

    @property
    def is_unassigned(self) -> bool:
        return not self.kept

    @property
    def is_running(self) -> bool:
        return any(row.is_running for row in self.kept)

    @property
    def is_overdue(self) -> bool:
        return any(_is_late(row, self.today) for row in self.kept)

    @property
    def is_settled(self) -> bool:
        return bool(self.kept) and not self.is_running

    @property
    def light(self) -> Light:
        """Overdue red, nobody named yet yellow, running blue, settled green."""
        if self.is_overdue:
            return Light("red", "逾期未答复")
        if self.is_unassigned:
            return Light("yellow", "未安排")
        return Light("blue", "办理中") if self.is_running else Light("green", "已办结")

    @property
    def changed(self) -> bool:
        """Whether the text was filed anew after somebody had been named to answer."""
        return any(
            row.filing_id != self.filing and asked_of(row) != self.asked for row in self.kept
        )


def asked_of(coordination: Coordination) -> str:
    """The text that was answered, as it stood then."""
    return str((coordination.filing.snapshot or {}).get("coordination") or "")


def _is_late(row: Coordination, today: datetime.date) -> bool:
    return row.is_running and row.due_on is not None and row.due_on < today


def light_of(row: Coordination, today: datetime.date) -> Light:
    """The light of one line on ``today``."""
    if _is_late(row, today):
        return Light("red", "逾期未答复")
    hues = {
        Coordination.State.RUNNING: "blue",
        Coordination.State.RESOLVED: "green",
        Coordination.State.DROPPED: "grey",
    }
    return Light(hues.get(Coordination.State(row.state), "yellow"), row.get_state_display())


@dataclasses.dataclass(frozen=True)
class Kind:
    """One number of the 协调台账, with what it counts."""

    key: str
    label: str
    meaning: str
    holds: Callable[[Matter], bool]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            Kind("all", "需协调", "已报送的内容里写了需协调解决事项的，一项算一件", lambda _: True),
            Kind("unassigned", "未安排", "还没有写明由谁答复", lambda one: one.is_unassigned),
            Kind("running", "办理中", "已写明由谁答复，还没有全部办结", lambda one: one.is_running),
            Kind("overdue", "逾期未答复", "办理中，有答复期限已过的", lambda one: one.is_overdue),
            Kind("settled", "已办结", "已解决、部分解决或暂未解决，结果已写明",
                 lambda one: one.is_settled),
        )
    }
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Said:
    """What the database holds of a half-year's matters: the texts as they were filed last, and the
    lines that were written down about them, each with who answers."""

    asked: Values
    lines: tuple[Frozen[Coordination], ...]


def read_matters(period: ReportingPeriod, *, with_record: bool = False) -> Said:
    """What ``matters_from`` makes matters of; two queries.

    With ``with_record``, which ``changed`` needs, two more read what was changed and by whom.
    """
    kept = Coordination.objects.filter(report__period=period).select_related("answerer")
    if with_record:
        kept = kept.select_related("filing").prefetch_related("events__by_department")
    return Said(_read_asked(period), tuple(freeze(row, row.answerer) for row in kept))


def _read_asked(period: ReportingPeriod) -> Values:
    """Report id, 需协调解决事项 as it was filed last, and the filing; only where there is any."""
    text = Coalesce(
        KeyTextTransform("coordination", "filed_event__snapshot"), Value(""),
        output_field=TextField(),
    )  # fmt: skip
    rows = Report.objects.filter(period=period, filed_event__isnull=False).annotate(asked=text)
    return tuple(rows.exclude(asked="").order_by().values_list("pk", "asked", "filed_event"))


def matters_from(said: Said, reports: Iterable[ReportFacts], today: datetime.date) -> list[Matter]:
    """The matters of ``reports``, in their order."""
    lines: dict[int, list[Coordination]] = defaultdict(list)
    for kept in said.lines:
        lines[kept.row.report_id].append(kept.row)
    asked = {pk: (text, filing) for pk, text, filing in said.asked if has_substance(text)}
    matters = []
    for report in reports:
        text, filing = asked.get(report.pk, ("", None))
        if text or lines[report.pk]:
            matters.append(Matter(report, text, filing, lines[report.pk], today))
    return matters


def matters_of(
    period: ReportingPeriod, user: User, today: datetime.date, *, with_record: bool = False
) -> list[Matter]:
    """What ``user`` may see of the half-year's matters, in the plan's order; three queries.

    Receivers and auditor see all, a department its own. Only what was filed is read.
    ``with_record`` as ``read_matters`` has it.
    """
    everything, own = may(user, Right.READ_FILED, period), rights_of(user).works_for
    reports = facts_of(Report.objects.all(), period)
    allowed = [report for report in reports if everything or report.department_id in own]
    return matters_from(read_matters(period, with_record=with_record), allowed, today)


def by_department(matters: Iterable[Matter]) -> list[tuple[str, list[Matter]]]:
    """Name of the lead → its matters, in the departments' order."""
    groups: dict[tuple[int, str], list[Matter]] = defaultdict(list)
    for matter in matters:
        groups[matter.report.department.order, matter.report.department.name].append(matter)
    return [(name, groups[order, name]) for order, name in sorted(groups)]


def matter_of(report: Report, user: User, today: datetime.date) -> Matter | None:
    """What ``report`` asks for, for its page; None where it asks nothing, or it is not the
    reader's to see what came of it."""
    lines = list(
        Coordination.objects.visible_to(user)
        .filter(report=report)
        .select_related("answerer", "filing")
        .prefetch_related("events__by_department")
    )
    asked = asked_in(report)
    reads = may(user, Right.READ_FILED, report.period) or may(user, Right.READ_DRAFT, report)
    if not reads or not (has_substance(asked) or lines):
        return None
    return Matter(report, asked, report.filed_event_id, lines, today)


@dataclasses.dataclass(frozen=True)
class Board:
    """The 协调台账 on the overview: how many of each kind, and the first open ones."""

    counts: list[tuple[Kind, int]]
    open: list[Matter]

    @property
    def has_any(self) -> bool:
        return self.counts[0][1] > 0


def board_of(matters: Sequence[Matter]) -> Board:
    """What stands on the overview: overdue first, then those nobody was named for."""
    urgent = sorted(
        (matter for matter in matters if not matter.is_settled),
        key=lambda matter: (not matter.is_overdue, not matter.is_unassigned),
    )
    counts = [(kind, sum(map(kind.holds, matters))) for kind in KINDS.values()]
    return Board(counts, urgent[:SHOWN])
