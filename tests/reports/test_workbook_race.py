"""An import and somebody else at the same moment, on a real PostgreSQL."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from departments.errors import Conflict, DomainError
from departments.models import User
from reports.actions import workbook_import
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_report
from reports.actions.workbook_import import confirm_import
from reports.actions.workbook_undo import undo_import
from reports.models import Report, ReportingPeriod, ReportRevision, WorkbookChange, WorkbookImport
from reports.states import Status
from tests.cast import Cast, report_of
from tests.reports.race import RACE, at_once, fresh
from tests.reports.workbook_steps import confirmed, dropped, filled_in, previewed, workbook_of

pytestmark = RACE
FULL: dict[str, Any] = {"progress": "完成 6.1 公里", "state": "on_track", "completion": 60}
CODES = ("12.1", "14.1", "20.4", "20.5", "21.2")
CELLS = {(code, "进展情况"): f"表里写的 {code}" for code in CODES}


@pytest.fixture
def made(period: ReportingPeriod, cast: Cast) -> WorkbookImport:
    for code in CODES:
        save_draft(report=report_of(period, code), by=cast.cgj_reporter, content=FULL, version=0)
    return dropped(period, cast.cgj_reporter, filled_in(workbook_of(period), CELLS))


def progress(period: ReportingPeriod) -> dict[str, str]:
    return {code: report_of(period, code).progress for code in CODES}


def test_a_double_click_writes_once(
    period: ReportingPeriod, cast: Cast, made: WorkbookImport
) -> None:
    seen = previewed(made).seen
    answers = at_once(
        *[
            lambda: confirm_import(
                workbook_import=made, by=fresh(cast.cgj_reporter), choices={}, seen=seen
            )
            for _ in range(8)
        ]
    )
    assert [answer.state for answer in answers] == ["done"] * 8
    assert ReportRevision.objects.count() == WorkbookChange.objects.count() * 2 == 10


def test_two_people_who_confirm_two_workbooks_never_overwrite_each_other(
    period: ReportingPeriod, cast: Cast, made: WorkbookImport
) -> None:
    other_cells = {key: f"另一份 {key[0]}" for key in CELLS}
    other = dropped(period, cast.cgj_colleague, filled_in(workbook_of(period), other_cells))
    pairs = [(made, cast.cgj_reporter), (other, cast.cgj_colleague)]
    seen = [previewed(one).seen for one, _ in pairs]
    answers = at_once(
        *[
            lambda one=one, by=by, seen=seen: confirm_import(
                workbook_import=one, by=fresh(by), choices={}, seen=seen
            )
            for (one, by), seen in zip(pairs, seen, strict=True)
        ]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    winner = next(answer for answer in answers if not isinstance(answer, Exception))
    said = "表里写的" if winner.pk == made.pk else "另一份"
    assert progress(period) == {code: f"{said} {code}" for code in CODES}


@pytest.mark.parametrize("round_", range(4))
def test_filing_and_importing_at_once_end_as_one_after_the_other(
    period: ReportingPeriod, cast: Cast, made: WorkbookImport, round_: int
) -> None:
    """Either the import was first and its text is filed, or the filing and nothing was imported."""
    report, seen = report_of(period, CODES[round_]), previewed(made).seen
    by_import, by_clerk = at_once(
        lambda: confirm_import(
            workbook_import=made, by=fresh(cast.cgj_reporter), choices={}, seen=seen
        ),
        lambda: submit_report(report=report, by=fresh(cast.cgj_colleague), version=1),
    )
    report.refresh_from_db()
    if isinstance(by_import, DomainError):
        assert (report.status, report.progress) == (Status.PENDING, FULL["progress"])
        assert set(progress(period).values()) == {FULL["progress"]}
    else:
        assert isinstance(by_clerk, Conflict)
        assert progress(period) == {code: f"表里写的 {code}" for code in CODES}


def test_undoing_and_writing_at_once_lose_nothing(
    period: ReportingPeriod, cast: Cast, made: WorkbookImport
) -> None:
    confirmed(made, cast.cgj_reporter)
    report = report_of(period, "12.1")
    undone, saved = at_once(
        lambda: undo_import(workbook_import=made, by=fresh(cast.cgj_reporter)),
        lambda: save_draft(
            report=report, by=fresh(cast.cgj_colleague), content={"note": "后来写的"}, version=2
        ),
    )
    assert isinstance(undone, Exception) != isinstance(saved, Exception)
    report.refresh_from_db()
    assert (report.note == "后来写的") == isinstance(undone, Conflict)
    texts = Report.objects.get(pk=report.pk).revisions.values_list("snapshot__progress", flat=True)
    assert {"完成 6.1 公里", "表里写的 12.1"} <= set(texts)


def test_while_an_import_is_being_written_other_people_work_on(
    period: ReportingPeriod,
    cast: Cast,
    made: WorkbookImport,
    login: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The import stands with everything written and nothing committed; nobody notices."""
    written, go_on = threading.Event(), threading.Event()
    check = workbook_import._check

    def wait(*args: Any) -> None:
        written.set()
        assert go_on.wait(20)
        check(*args)

    monkeypatch.setattr(workbook_import, "_check", wait)
    seen, neighbour = previewed(made).seen, login(cast.zjw_reporter)

    def import_it() -> WorkbookImport:
        return confirm_import(
            workbook_import=made, by=fresh(cast.cgj_reporter), choices={}, seen=seen
        )

    def work() -> tuple[list[int], str, str]:
        assert written.wait(20)
        addresses = ("/", f"/periods/{period.pk}/table/", f"/reports/{other.pk}/")
        answers = [neighbour.get(address).status_code for address in addresses]
        clerk = login(cast.cgj_colleague)
        answers.append(clerk.get(f"/imports/{made.pk}/").status_code)
        saved = save_draft(
            report=other, by=fresh(cast.zjw_reporter), content={"progress": "邻居的"}, version=0
        )
        before = report_of(period, "12.1").progress
        go_on.set()
        return answers, saved.progress, before

    other = report_of(period, "11.2")
    done, (answers, neighbours, before) = at_once(import_it, work)
    assert answers == [200, 200, 200, 200]
    assert (neighbours, before) == ("邻居的", FULL["progress"])
    assert done.state == "done"
    assert progress(period)["12.1"] == "表里写的 12.1"
