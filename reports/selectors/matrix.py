"""The matrix: work items or departments × half-years, a heat map of lights."""

import dataclasses
import datetime
import functools
import operator
from collections.abc import Iterable, Mapping
from itertools import groupby, starmap
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse

from departments.models import User
from reports.calendar import HalfYear
from reports.models.standing import UNRECORDED
from reports.selectors.facts import Values
from reports.selectors.frozen import Frozen, freeze_map
from reports.selectors.half_years import Window
from reports.selectors.matrix_facts import Face, Found, Seen, View, read_seen, seen_in
from reports.selectors.scope import Scope, scopes_of
from reports.states import SHORT_ASSESSMENT, SHORT_STATUS
from tasks.models import Assignment, Plan
from tasks.models.plan import full_title

HUES = ("red", "yellow", "blue", "grey", "green")
"""A department's light is the worst of its reports': the first of these that occurs."""
WORDS = ("逾期", "迟报", *SHORT_STATUS.values(), UNRECORDED, *SHORT_ASSESSMENT.values())


class Show(models.TextChoices):
    """Which of the two lights the matrix shows."""

    FILING = "filing", "报送"
    PROGRESS = "progress", "推进"


class By(models.TextChoices):
    """What a row of the matrix is."""

    ITEM = "items", "按事项"
    DEPARTMENT = "departments", "按单位"


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is asked for: a section's order, a department's code, a key of FIGURES or Assessment.

    Empty means all.
    """

    show: str = Show.FILING
    by: str = By.ITEM
    section: str = ""
    department: str = ""
    state: str = ""


class Lead(NamedTuple):
    """A lead assignment, read as plain values in the order of LEAD_FIELDS."""

    pk: int
    order: int
    scope: str
    withdrawn_on: datetime.date | None
    department: int
    department_name: str
    department_code: str
    department_order: int
    task: int
    row: int
    title: str
    section: int
    chapter: str
    section_title: str

    @property
    def code(self) -> str:
        return f"{self.task}.{self.row}"

    @property
    def section_name(self) -> str:
        return full_title(self.chapter, self.section_title)

    @property
    def name(self) -> str:
        """The lead as the annex prints it: 区水利局[直接取水企业]."""
        return f"{self.department_name}[{self.scope}]" if self.scope else self.department_name


LEAD_FIELDS = (
    "pk", "order", "scope", "withdrawn_on", "department", "department__name", "department__code",
    "department__order", "work_item__task__number", "work_item__row", "work_item__task__title",
    "work_item__task__section__order", "work_item__task__section__chapter",
    "work_item__task__section__title",
)  # fmt: skip
_PLACE = operator.attrgetter("task", "row", "order", "pk")
"""The plan's order of leads."""


class Cell(NamedTuple):
    """One light: ``share`` stands behind a department's word, ``hit`` marks the state asked for."""

    hue: str
    word: str
    path: str = ""
    share: str = ""
    hit: bool = False


NOTHING = Cell("", "")
"""A half-year in which nothing was owed, or nothing that the user may see."""


class Line(NamedTuple):
    """A row: its lead (for a department: one of its leads), and a cell per half-year."""

    lead: Lead
    cells: list[Cell]
    is_department: bool = False


@dataclasses.dataclass(frozen=True)
class Ground:
    """What a person may see of a stretch of half-years, as the database holds it: ``scopes`` by
    the period's id, all ``leads`` of the plan, and the ``reports`` as ``seen_in`` takes them."""

    window: Frozen[Window]
    scopes: Frozen[Mapping[int, Scope]]
    leads: tuple[Lead, ...]
    reports: Values

    @property
    def rows(self) -> list[Lead]:
        """The leads that are the person's to see, filters aside."""
        scopes = self.scopes.row.values()
        everything = any(scope.everything for scope in scopes)
        own = frozenset[int]().union(*(scope.departments for scope in scopes))
        return [lead for lead in self.leads if everything or lead.department in own]


@dataclasses.dataclass(frozen=True)
class Matrix:
    """The table: half-years across, items or departments down.

    ``heads`` says of each half-year whether its overview opens for the user.
    """

    window: Window
    lines: list[Line]
    heads: list[tuple[HalfYear, bool]]

    @property
    def sections(self) -> list[tuple[str, list[Line]]]:
        """The lines under the titles of their sections, each with its chapter."""
        grouped = groupby(self.lines, key=lambda line: line.lead.section_name)
        return [(title, list(lines)) for title, lines in grouped]


def ground_of(user: User, plan: Plan, window: Window) -> Ground:
    """What ``user`` may see of ``plan`` in ``window``; four queries at most."""
    scopes = scopes_of(user, plan, window.periods.values())
    return Ground(window.frozen, freeze_map(scopes), leads_of_plan(plan), read_seen(scopes))


def leads_of_plan(plan: Plan) -> tuple[Lead, ...]:
    """Every lead assignment of ``plan``, withdrawn ones too, in the plan's order; one query."""
    rows = _leads().filter(work_item__task__plan=plan)
    return tuple(sorted(starmap(Lead, rows), key=_PLACE))


@functools.cache
def _leads() -> "models.QuerySet[Assignment, tuple[Any, ...]]":
    """All leads in no order: where their columns come from is worked out once."""
    return Assignment.objects.leads().order_by().values_list(*LEAD_FIELDS)


def matrix_of(ground: Ground, wanted: Wanted, today: datetime.date) -> Matrix:
    """The matrix on ``today`` (date in Asia/Shanghai), whatever of it is ``wanted``."""
    window, scopes = ground.window.row, ground.scopes.row
    view = View(window.periods.values(), scopes, today, wanted.show == Show.PROGRESS, wanted.state)
    found = seen_in(ground.reports, view)
    leads = [lead for lead in ground.rows if _is_chosen(lead, wanted, found)]
    if wanted.by == By.DEPARTMENT:
        lines = _department_lines(window, leads, found)
    else:
        lines = [Line(lead, _item_cells(window, found.get(lead.pk, {}))) for lead in leads]
    if wanted.state:
        lines = [line for line in lines if any(cell.hit for cell in line.cells)]
    shown = {half_year for half_year, row in window.periods.items() if row.pk in scopes}
    heads = [(half_year, half_year in shown) for half_year in window.half_years]
    return Matrix(window, lines, heads)


def _is_chosen(lead: Lead, wanted: Wanted, found: Found) -> bool:
    """A row that was withdrawn stands only where a report of it is shown."""
    fits = wanted.section in {"", str(lead.section)}
    fits &= wanted.department in {"", lead.department_code}
    return fits and (lead.withdrawn_on is None or lead.pk in found)


def _item_cells(window: Window, reports: Mapping[int, Seen]) -> list[Cell]:
    return [_item_cell(reports.get(period)) for period in window.slots]


def _item_cell(seen: Seen | None) -> Cell:
    if seen is None or seen.face.light is None:
        return NOTHING
    return Cell(seen.face.light.hue, seen.face.word, seen.path, "", seen.face.hit)


def _department_lines(window: Window, leads: Iterable[Lead], found: Found) -> list[Line]:
    lists = {
        period.pk: reverse("overview-list", args=[period.plan.slug, period.code])
        for period in window.periods.values()
    }
    ordered = sorted(leads, key=lambda lead: (lead.department_order, lead.department))
    return [
        _department_line(window, list(own), found, lists)
        for _, own in groupby(ordered, key=lambda lead: lead.department)
    ]


def _department_line(
    window: Window, leads: list[Lead], found: Found, lists: Mapping[int, str]
) -> Line:
    def cell_of(period: int) -> Cell:
        reports = (found.get(lead.pk, {}).get(period) for lead in leads)
        faces = [seen.face for seen in reports if seen]
        return summary(faces, f"{lists[period]}?department={leads[0].department_code}")

    cells = [cell_of(period) if period in lists else NOTHING for period in window.slots]
    return Line(leads[0], cells, is_department=True)


def summary(faces: Iterable[Face], path: str) -> Cell:
    """The worst light of a department's reports, with two numbers: 逾期 7/9.

    Of the filing light they are what is filed and what is due; of the progress light how many
    are in the worst state, and how many are filed. What is exempt counts only where all is.
    """
    lit = [face for face in faces if face.light]
    counted = [face for face in lit if face.counts] or lit
    if not counted:
        return NOTHING
    worst = min(counted, key=_badness)
    hue = worst.light.hue if worst.light else ""
    part = sum(face.word == worst.word if worst.is_progress else face.in_hand for face in counted)
    share = f"{part}/{len(counted)}" if worst.counts else ""
    return Cell(hue, worst.word, path, share, any(face.hit for face in counted))


def _badness(face: Face) -> tuple[int, int]:
    assert face.light
    return HUES.index(face.light.hue), WORDS.index(face.word)
