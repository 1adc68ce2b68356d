"""Six half-years in six styles: every cell accounted for, and nothing guessed silently."""

from pathlib import Path

import pytest

from reports.ledger.history.account import account_of
from reports.selectors.history_catalogue import catalogue_of
from tasks.models import Plan
from tests.reports.history_reading import content_of, grids_of, settled, shown_cells, understand
from tests.reports.history_styles import STYLES, Style, Told

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("style", STYLES, ids=[style.build.__name__ for style in STYLES])


@ALL
def test_what_is_doubtful_is_asked_and_nothing_else(
    style: Style, plan: Plan, tmp_path: Path
) -> None:
    content, _ = content_of(style, tmp_path)
    catalogue = catalogue_of(plan)
    _, notes = settled(grids_of(content), catalogue, style)
    wanted = {subject: set(answers) for subject, answers in style.asked.items()}
    assert notes["asked"] == wanted


@ALL
def test_every_cell_is_accounted_for_once(style: Style, plan: Plan, tmp_path: Path) -> None:
    content, _ = content_of(style, tmp_path)
    catalogue, grids = catalogue_of(plan), grids_of(content)
    for reading in (understand(grids, catalogue, style, {}), settled(grids, catalogue, style)[0]):
        fates = account_of(reading, catalogue)
        places = [(grids[fate.sheet].name, fate.cell.at) for fate in fates]
        assert len(places) == len(set(places))
        assert set(places) == shown_cells(content, tmp_path)
        assert all(bool(fate.reason) != fate.is_taken for fate in fates)


@ALL
def test_every_lead_gets_what_the_ledger_says_of_it(
    style: Style, plan: Plan, tmp_path: Path
) -> None:
    content, rows = content_of(style, tmp_path)
    reading, _ = settled(grids_of(content), catalogue_of(plan), style)
    assert reading.is_settled
    assert not reading.faults
    takes = {take.assignment: take for take in reading.takes}
    assert set(takes) == {one.assignment.pk for one in rows}
    for one in rows:
        check(one, takes[one.assignment.pk], style)


def check(one: Told, take: object, style: Style) -> None:
    found = take.content  # type: ignore[attr-defined]
    assert found["progress"] == one.progress
    assert (found["state"], found["completion"]) == (one.state, one.completion)
    assert (found["problems"], found["next_steps"]) == (one.problems, one.next_steps)
    assert found["note"] == one.note
    filed, late = take.filed_at, take.late  # type: ignore[attr-defined]
    assert filed == one.filed
    if late is not None or one.filed is None:
        assert late == one.late


def test_a_taken_cell_says_into_which_report_it_went(plan: Plan, tmp_path: Path) -> None:
    content, _ = content_of(STYLES[1], tmp_path)
    catalogue, grids = catalogue_of(plan), grids_of(content)
    reading, _ = settled(grids, catalogue, STYLES[1])
    by_place = {fate.cell.at: fate for fate in account_of(reading, catalogue)}
    assert by_place["H6"].codes == ("1.1 区水利局",)
    assert by_place["H6"].field == "进展情况"
    assert by_place["A6"].reason == "序号列，用来认出是哪一项"
    assert by_place["A59"].reason == "合计行"
    assert by_place["A60"].reason == "表尾说明"
    assert by_place["A1"].reason == "表头以上的标题、说明"
    assert by_place["D5"].reason == "表头"


def test_a_merged_text_of_two_leads_went_into_both(plan: Plan, tmp_path: Path) -> None:
    content, _ = content_of(STYLES[2], tmp_path)
    catalogue, grids = catalogue_of(plan), grids_of(content)
    reading, _ = settled(grids, catalogue, STYLES[2])
    (fate,) = [one for one in account_of(reading, catalogue) if len(one.codes) == 2][:1]
    assert fate.codes == ("8.2 区水利局[直接取水企业]", "8.2 区城管局[自来水供水企业]")
