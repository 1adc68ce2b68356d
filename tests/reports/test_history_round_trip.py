"""Our own ledger, exported and imported again: nothing lost, nothing changed, nothing asked."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from departments.errors import NotAllowed
from departments.models import Membership
from reports.actions.history import confirm_history
from reports.actions.history_read import open_history
from reports.actions.periods import open_period
from reports.actions.transition import Step, advance
from reports.calendar import HalfYear
from reports.ledger.columns import COLUMNS
from reports.models import HistoryImport, Report, ReportingPeriod
from reports.selectors.history_preview import preview_of
from reports.states import Action
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.conftest import NOW
from tests.reports.history_reading import content_of, resave
from tests.reports.history_styles import STYLES, saved
from tests.reports.test_history_import import confirm, settle

pytestmark = pytest.mark.django_db
ODD = '=1+1 开头\n第二行　全角空格 💧𠮷 「引号」"英文" \'撇号 尾部空格 '
ALL = [column.key for column in COLUMNS]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def lived(plan: Plan, cast: Cast, now: Any) -> ReportingPeriod:
    """2025H2 as it was filed here: texts, states, an indicator, one late, one from paper."""
    now.move_to(NOW.replace(year=2026, month=1, day=10))
    period, _ = open_period(plan=plan, half_year=HalfYear(2025, 2))
    for number, code in enumerate(("12.1", "14.1", "20.4")):
        report = report_of(period, code)
        content = {
            "progress": f"{number}{ODD}",
            "state": ("on_track", "done", "standing")[number],
            "completion": (60, 100, None)[number],
            "problems": "" if number else "资金\n缺口",
            "note": "见附件" if number == 1 else "",
        }
        step = Step(content=content)
        advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=step)
        if number == 2:
            now.move_to(NOW.replace(year=2026, month=1, day=20))
        advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)
    accepted = report_of(period, "12.1")
    step = Step(assessed_state="far_behind", comment="属实")
    advance(report=accepted, action=Action.ACCEPT, by=cast.slj_coordinator, step=step)
    now.move_to(NOW)
    return period


def exported(folder: Path, code: str, *columns: str) -> bytes:
    path = folder / "out.xlsx"
    call_command("exportledger", code, str(path), "--columns", *(columns or ALL), verbosity=0)
    return path.read_bytes()


def brought(plan: Plan, cast: Cast, content: bytes, code: str) -> HistoryImport:
    half = HalfYear.parse(code)
    by = cast.admin
    return open_history(plan=plan, half_year=half, by=by, name="台账.xlsx", content=content)


Change = Callable[[bytes, Path], bytes]


def as_it_is(content: bytes, folder: Path) -> bytes:
    return content


@pytest.mark.parametrize("change", [as_it_is, resave], ids=["as-exported", "re-saved"])
def test_what_was_exported_is_unchanged_and_nothing_is_asked_of_its_rows(
    lived: ReportingPeriod, plan: Plan, cast: Cast, tmp_path: Path, change: Change
) -> None:
    content = change(exported(tmp_path, "2025H2"), tmp_path)
    preview = preview_of(brought(plan, cast, content, "2025H2"), cast.admin)
    assert preview.reading.is_settled
    assert [outcome.label.split()[0] for outcome in preview.same] == ["12.1", "14.1", "20.4"]
    assert preview.counts["new"] == preview.counts["conflict"] == preview.counts["invalid"] == 0


def test_it_comes_in_whole_where_there_is_nothing_yet(
    lived: ReportingPeriod, plan: Plan, cast: Cast, tmp_path: Path
) -> None:
    keys = (key for key in ALL if key not in {"support", "filed_at"})
    content = as_of_the_half_year_before(exported(tmp_path, "2025H2", *keys))
    done = confirm(brought(plan, cast, content, "2025H1"))
    filed = Report.objects.filter(period=lived).exclude(filed_event=None)
    imported = Report.objects.filter(period=done.period, imported=True)
    assert facts(imported) == facts(filed)
    assert len(facts(imported)) == 3
    assert done.result["counts"]["missing"] == 50


def facts(reports: Any) -> dict[int, tuple[Any, ...]]:
    return {
        report.assignment_id: (report.content(), report.late, report.assessed_state)
        for report in reports
    }


def as_of_the_half_year_before(content: bytes) -> bytes:
    """The ledger with 2025H1 for 2025H2 wherever it says of which half-year it is."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    sheet.title = "2025H1"
    sheet["A1"] = "台账（2025年上半年）"
    for row in sheet.iter_rows(min_row=4):
        row[-1].value = str(row[-1].value).replace("2025H2", "2025H1")
    return saved(book)


def test_six_imported_half_years_come_out_as_they_went_in(
    plan: Plan, cast: Cast, now: object, tmp_path: Path
) -> None:
    for style in (STYLES[1], STYLES[4]):
        content, _ = content_of(style, tmp_path)
        by = cast.admin
        history = open_history(
            plan=plan, half_year=style.half_year, by=by, name="台账.xlsx", content=content
        )
        confirm(settle(history, style))
        out = exported(tmp_path, style.half_year.code, "state", "completion", "progress",
                       "problems", "next_steps", "filed_at", "on_time", "note")  # fmt: skip
        again = preview_of(brought(plan, cast, out, style.half_year.code), by)
        assert again.reading.is_settled
        assert (again.counts["same"], again.counts["conflict"]) == (53, 0)


def test_the_hidden_key_is_there_and_not_to_be_seen(lived: ReportingPeriod, tmp_path: Path) -> None:
    sheet = load_workbook(BytesIO(exported(tmp_path, "2025H2", "progress"))).worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    assert heads[-1] == "系统编号"
    letter = sheet.cell(row=3, column=len(heads)).column_letter
    assert sheet.column_dimensions[letter].hidden
    assert sheet.cell(row=4, column=len(heads)).value == "wanzhou-2020-50/2025H2/1.1/slj"


def test_an_admin_who_has_left_imports_nothing(
    plan: Plan, cast: Cast, now: object, tmp_path: Path
) -> None:
    content, _ = content_of(STYLES[0], tmp_path)
    history = brought(plan, cast, content, "2020H1")
    token = preview_of(history, cast.admin).token
    Membership.objects.filter(user=cast.admin).update(until="2026-12-31")
    cast.admin.__dict__.pop("_rights", None)
    with pytest.raises(NotAllowed):
        confirm_history(history=history, by=cast.admin, token=token)
    assert not Report.objects.exists()
