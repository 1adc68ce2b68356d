"""An old ledger becomes the reports of its half-year: what the preview counts is what there is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, Membership, Role, User
from reports.actions import history as actions
from reports.actions.history import (
    answer_history,
    confirm_history,
    drop_history,
    move_history,
)
from reports.actions.history_read import MOST, open_history, sweep_histories
from reports.actions.periods import open_period, record_past_period
from reports.actions.transition import Step, advance
from reports.calendar import HalfYear, local_date
from reports.ledger.reading.book import WorkbookRefused
from reports.ledger.rows import ledger_rows
from reports.models import (
    Attachment,
    HistoryImport,
    HistoryRow,
    Measurement,
    Notice,
    Report,
    ReportEvent,
    ReportingPeriod,
    ReportRevision,
)
from reports.reminders.tick import tick
from reports.selectors.history_preview import preview_of
from reports.states import Action, Status
from tasks.models import Plan
from tests.cast import Cast, person, report_of
from tests.conftest import NOW
from tests.reports.history_reading import answers_to, content_of, questions_of
from tests.reports.history_styles import STYLES, Style, Told, flat, saved, told

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("style", STYLES, ids=[style.build.__name__ for style in STYLES])
SIMPLE = STYLES[5]
Open = Callable[..., HistoryImport]
READERS = {"slj_coordinator", "fgw_coordinator", "auditor", "admin"}
OTHERS = {"cgj_reporter", "cgj_approver", "swj_reporter", "outsider"}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def opened(plan: Plan, cast: Cast, now: object, tmp_path: Path) -> Open:
    """``opened(style)`` is an import of its file with everything answered."""

    def make(style: Style, by: User | None = None) -> HistoryImport:
        content, _ = content_of(style, tmp_path)
        return settle(bring(plan, by or cast.admin, style, content), style)

    return make


@pytest.fixture
def another_admin(cast: Cast) -> User:
    return person("another_admin", Role.ADMIN)


def bring(plan: Plan, by: User, style: Style, content: bytes) -> HistoryImport:
    return open_history(
        plan=plan, half_year=style.half_year, by=by, name=style.file_name, content=content
    )


def settle(history: HistoryImport, style: Style) -> HistoryImport:
    for _ in range(3):
        preview = preview_of(history, history.by)
        if preview.reading.is_settled:
            break
        said = answers_to(preview.reading, preview.catalogue, style.asked)
        history = answer_history(history=history, by=history.by, said=said)
    assert not questions_of(preview.reading, preview.catalogue)
    return history


def confirm(history: HistoryImport, by: User | None = None, **more: Any) -> HistoryImport:
    token = preview_of(history, history.by).token
    return confirm_history(history=history, by=by or history.by, token=token, **more)


@ALL
def test_the_previews_counts_are_what_the_database_then_holds(
    style: Style, opened: Open, tmp_path: Path
) -> None:
    history = opened(style)
    preview = preview_of(history, history.by)
    counts, cells = preview.counts, sum(one.count for one in preview.account)
    assert not Report.objects.exists()
    done = confirm(history)
    reports = Report.objects.filter(period=done.period)
    assert counts["new"] == reports.filter(imported=True, status=Status.ACCEPTED).count() == 53
    assert counts["missing"] == reports.filter(status=Status.BLANK).count() == 0
    assert (counts["same"], counts["conflict"], counts["invalid"]) == (0, 0, 0)
    assert counts["left"] == len(done.result["left"])
    assert counts["new"] == ReportEvent.objects.filter(action=Action.IMPORT).count()
    assert counts["new"] == HistoryRow.objects.filter(history=done).count()
    assert cells == sum(one["count"] for one in done.result["cells"])
    _, rows = content_of(style, tmp_path)
    for one in rows:
        check(one, reports.get(assignment=one.assignment))


def check(one: Told, report: Report) -> None:
    assert report.progress == one.progress
    assert report.filed_content == report.content()
    assert (report.state, report.completion) == (one.state, one.completion)
    assert (report.problems, report.next_steps, report.note) == (
        one.problems,
        one.next_steps,
        one.note,
    )
    assert report.filed_at == one.filed
    assert report.late == one.late


def test_six_half_years_stand_side_by_side(opened: Open) -> None:
    for style in STYLES:
        confirm(opened(style))
    assert Report.objects.filter(imported=True).count() == 6 * 53
    periods = ReportingPeriod.objects.all()
    assert {period.code for period in periods} == {style.half_year.code for style in STYLES}
    assert all(period.is_closed and period.historical for period in periods)
    tick(NOW)
    assert not Notice.objects.exists()


def test_the_event_names_file_hash_and_row(opened: Open, cast: Cast) -> None:
    history = confirm(opened(STYLES[1]))
    report = report_of(ReportingPeriod.objects.get(), "8.2", "cgj")
    event = report.events.get()
    assert event.comment == f"《手工附件版式.xlsx》台账 第 20 行（SHA-256 {history.sha256}）"
    assert (event.action, event.by, event.by_role) == ("import", cast.admin, "管理员")
    assert event.at == NOW
    assert ReportRevision.objects.get(report=report).snapshot["progress"] == report.progress


def test_the_original_is_kept_once_and_what_was_read_is_deleted(opened: Open) -> None:
    history = confirm(opened(SIMPLE))
    (kept,) = history.attachments.all()
    assert kept.sha256 == history.sha256
    assert kept.name == history.name
    with kept.stored.open("rb") as stored:
        assert len(stored.read()) == history.size
    history.refresh_from_db()
    assert history.content is None
    assert history.sheets == []


def test_the_original_is_for_receivers_and_auditor_and_the_admin_who_brought_it(
    opened: Open, cast: Cast, another_admin: User
) -> None:
    confirm(opened(SIMPLE))
    people = {name: getattr(cast, name) for name in (*READERS, *OTHERS)}
    people["another_admin"] = another_admin
    read = {who for who, user in people.items() if Attachment.objects.visible_to(user).exists()}
    assert read == READERS


def test_who_is_no_admin_any_more_reads_no_original(opened: Open, cast: Cast) -> None:
    confirm(opened(SIMPLE))
    Membership.objects.filter(user=cast.admin).update(until="2026-12-31")
    cast.admin.__dict__.pop("_rights", None)
    assert not Attachment.objects.visible_to(cast.admin).exists()
    assert not HistoryImport.objects.visible_to(cast.admin).exists()


def test_another_admins_import_is_not_seen(opened: Open, cast: Cast, another_admin: User) -> None:
    history = opened(SIMPLE)
    assert list(HistoryImport.objects.visible_to(cast.admin)) == [history]
    for name in ("slj_coordinator", "fgw_coordinator", "auditor", "cgj_reporter"):
        assert not HistoryImport.objects.visible_to(getattr(cast, name)).exists()
    mine = opened(STYLES[1], another_admin)
    assert list(HistoryImport.objects.visible_to(another_admin)) == [mine]


def test_confirming_twice_does_it_once(opened: Open) -> None:
    history = opened(SIMPLE)
    token = preview_of(history, history.by).token
    first = confirm_history(history=history, by=history.by, token=token)
    again = confirm_history(history=history, by=history.by, token=token)
    assert again.settled_at == first.settled_at
    assert ReportEvent.objects.count() == 53
    assert Attachment.objects.count() == 1


def test_the_same_file_again_is_unchanged_and_nothing_is_written(
    opened: Open, plan: Plan, cast: Cast, tmp_path: Path
) -> None:
    confirm(opened(SIMPLE))
    again = opened(SIMPLE)
    preview = preview_of(again, cast.admin)
    assert (preview.counts["new"], preview.counts["same"]) == (0, 53)
    with pytest.raises(DomainError, match="没有可以导入的内容"):
        confirm(again)
    assert ReportEvent.objects.count() == 53


def test_what_is_there_is_never_overwritten(opened: Open, plan: Plan, cast: Cast, now: Any) -> None:
    now.move_to(NOW.replace(year=2023, month=1, day=5))
    period, _ = open_period(plan=plan, half_year=HalfYear(2022, 2))
    filed, draft, exempt = (report_of(period, code) for code in ("12.1", "14.1", "13.1"))
    content = {"progress": "系统里报的。", "state": "on_track", "completion": 60}
    advance(report=filed, action=Action.SUBMIT, by=cast.cgj_reporter, step=Step(content=content))
    advance(report=filed, action=Action.APPROVE, by=cast.cgj_approver)
    advance(report=draft, action=Action.SAVE, by=cast.cgj_reporter, step=Step(content=content))
    advance(report=exempt, action=Action.EXEMPT, by=cast.slj_coordinator, step=Step(comment="并入"))
    now.move_to(NOW)
    there = list(period.reports.exclude(status=Status.BLANK).values())
    assert len(there) == 3
    history = opened(SIMPLE)
    preview = preview_of(history, history.by)
    assert (preview.counts["new"], preview.counts["conflict"]) == (50, 3)
    whys = {one.label.split()[0]: one.why for one in preview.conflicts}
    assert "已有不同的内容" in whys["12.1"]
    assert "「填写中」" in whys["14.1"]
    assert "「免报」" in whys["13.1"]
    done = confirm(history)
    assert done.period == period
    assert list(period.reports.filter(imported=False).values()) == there
    assert not ReportingPeriod.objects.get().historical
    assert period.reports.filter(imported=True).count() == 50


def test_an_admin_is_not_shown_the_text_that_is_there(opened: Open, plan: Plan, cast: Cast) -> None:
    confirm(opened(SIMPLE))
    history = bring(plan, cast.admin, SIMPLE, first_only(SIMPLE, "另一段文字"))
    (differs, *_) = preview_of(history, cast.admin).conflicts[0].differs
    assert (differs.mine, differs.theirs) == ("另一段文字", "")
    Membership.objects.create(
        user=cast.admin,
        department=Department.objects.get(code="slj"),
        role=Role.COORDINATOR,
        since="2020-05-15",
    )
    cast.admin.__dict__.pop("_rights", None)
    shown = preview_of(history, cast.admin).conflicts[0].differs[0]
    assert shown.theirs.startswith("2022年下半年第 1 件")


def first_only(style: Style, progress: str) -> bytes:
    """The style's file with the first item only, and another text."""
    one = told(style.half_year)[0]
    one.progress, one.problems, one.next_steps = progress, "", ""
    return saved(style.build([one]))


def test_what_changed_since_the_preview_is_looked_at_again(
    opened: Open, plan: Plan, cast: Cast
) -> None:
    history = opened(SIMPLE)
    token = preview_of(history, history.by).token
    period, _ = record_past_period(plan=plan, half_year=SIMPLE.half_year, by=cast.admin)
    step = Step(content={"progress": "抢先写入。"})
    advance(report=report_of(period, "12.1"), action=Action.IMPORT, by=cast.admin, step=step)
    with pytest.raises(Conflict, match="预览之后有了变化"):
        confirm_history(history=history, by=history.by, token=token)
    assert ReportEvent.objects.count() == 1
    assert HistoryImport.objects.get().is_open


def test_a_fault_in_the_middle_writes_nothing(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = opened(SIMPLE)
    real = actions.pass_all

    def stumble(passages: Any) -> None:
        real(passages[:30])
        raise Conflict("半路出错。")

    monkeypatch.setattr(actions, "pass_all", stumble)
    with pytest.raises(Conflict, match="半路出错"):
        confirm(history)
    assert not ReportingPeriod.objects.exists()
    assert not Report.objects.exists()
    assert HistoryImport.objects.get().is_open


def broken(style: Style, rows: list[Told]) -> bytes:
    """The style's file with a formula in the first report's text and a rate against 已完成."""
    book = style.build(rows)
    sheet = book.worksheets[0]
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value == rows[0].progress]
    texts[0].value = "=1+1"
    return saved(book)


def test_rows_that_are_wrong_are_left_only_by_choice(plan: Plan, cast: Cast, now: object) -> None:
    content = broken(SIMPLE, told(SIMPLE.half_year))
    history = bring(plan, cast.admin, SIMPLE, content)
    preview = preview_of(history, cast.admin)
    assert (preview.counts["new"], preview.counts["invalid"]) == (52, 1)
    (fault,) = preview.faults
    assert "是公式" in fault.reason
    with pytest.raises(DomainError, match="有 1 项有误"):
        confirm(history)
    assert not Report.objects.exists()
    done = confirm(history, valid_only=True)
    assert Report.objects.filter(imported=True).count() == 52
    assert done.result["faults"]
    assert Report.objects.get(status=Status.BLANK).is_unrecorded


def test_nothing_is_written_while_anything_is_open(plan: Plan, cast: Cast, tmp_path: Path) -> None:
    content, _ = content_of(STYLES[1], tmp_path)
    history = bring(plan, cast.admin, STYLES[1], content)
    with pytest.raises(DomainError, match="还有没有核对完的"):
        confirm(history)


def test_what_the_review_said_stands_in_the_ledger_again(
    plan: Plan, cast: Cast, now: object
) -> None:
    rows = told(SIMPLE.half_year)
    book = SIMPLE.build(rows)
    sheet = book.worksheets[0]
    sheet.cell(row=2, column=11, value="审核意见")
    sheet.cell(row=2, column=12, value="核定状态")
    sheet.cell(row=4, column=11, value="数据属实")
    sheet.cell(row=4, column=12, value="严重滞后")
    history = confirm(bring(plan, cast.admin, SIMPLE, saved(book)))
    assert history.period is not None
    line = ledger_rows(history.period, None)[0]
    assert (line.review, line.assessed) == ("数据属实", "严重滞后")


def test_indicator_values_become_measurements_of_that_half_year(
    plan: Plan, cast: Cast, now: object
) -> None:
    rows = told(SIMPLE.half_year)
    book = SIMPLE.build(rows)
    sheet = book.worksheets[0]
    sheet.cell(row=2, column=11, value="指标")
    preview = preview_of(bring(plan, cast.admin, SIMPLE, saved(book)), cast.admin)
    item = next(item for item in preview.catalogue.items if item.code == "11.2")
    at = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == item.text)
    sheet.cell(row=at, column=11, value=f"{item.gauges[0].name} 12.5%")
    confirm(bring(plan, cast.admin, SIMPLE, saved(book)))
    made = Measurement.objects.get()
    assert made.value is not None
    assert (str(made.value.normalize()), made.as_of) == ("12.5", SIMPLE.half_year.end)


@pytest.mark.parametrize(
    "name", ["slj_coordinator", "fgw_coordinator", "auditor", "cgj_reporter", "outsider"]
)
def test_nobody_else_may(opened: Open, plan: Plan, cast: Cast, tmp_path: Path, name: str) -> None:
    content, _ = content_of(SIMPLE, tmp_path)
    person = getattr(cast, name)
    with pytest.raises(NotAllowed):
        bring(plan, person, SIMPLE, content)
    history = opened(SIMPLE)
    for act in (
        lambda: answer_history(history=history, by=person, said={}),
        lambda: move_history(history=history, by=person, half_year=HalfYear(2021, 1)),
        lambda: drop_history(history=history, by=person),
        lambda: confirm_history(history=history, by=person, token=""),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_half_year_that_runs_is_filed_and_not_imported(
    plan: Plan, cast: Cast, now: object, tmp_path: Path
) -> None:
    content, _ = content_of(SIMPLE, tmp_path)
    for half_year, sentence in ((HalfYear(2026, 2), "尚未截止"), (HalfYear(2019, 2), "报告期之内")):
        with pytest.raises(DomainError, match=sentence):
            bring(plan, cast.admin, Style("x", half_year, flat), content)
    assert not HistoryImport.objects.exists()


def test_a_file_that_is_none_is_refused_in_words(plan: Plan, cast: Cast, now: object) -> None:
    with pytest.raises(WorkbookRefused, match="金山另存"):
        bring(plan, cast.admin, SIMPLE, b"PK not a workbook")


@pytest.mark.parametrize("limit", MOST)
def test_a_book_far_beyond_a_half_year_is_refused(
    plan: Plan, cast: Cast, now: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    content, _ = content_of(SIMPLE, tmp_path)
    monkeypatch.setitem(MOST, limit, 0)
    with pytest.raises(WorkbookRefused, match="远多于一个半年的台账"):
        bring(plan, cast.admin, SIMPLE, content)


def test_the_same_upload_twice_is_one_import(opened: Open) -> None:
    assert opened(SIMPLE) == opened(SIMPLE)
    assert HistoryImport.objects.count() == 1


def test_dropped_is_dropped_and_its_texts_are_gone(opened: Open, cast: Cast) -> None:
    history = opened(SIMPLE)
    drop_history(history=history, by=cast.admin)
    history.refresh_from_db()
    assert (history.state, history.content, history.sheets) == ("dropped", None, [])
    assert not ReportingPeriod.objects.exists()
    for act in (
        lambda: drop_history(history=history, by=cast.admin),
        lambda: confirm_history(history=history, by=cast.admin, token=""),
        lambda: answer_history(history=history, by=cast.admin, said={}),
    ):
        with pytest.raises(Conflict, match="已放弃"):
            act()


def test_what_nobody_settles_for_a_month_is_dropped(opened: Open, now: Any) -> None:
    history = opened(SIMPLE)
    now.shift(29 * 86400)
    assert sweep_histories(now=NOW.replace(month=2, day=3)) == 0
    assert sweep_histories(now=NOW.replace(month=2, day=5)) == 1
    history.refresh_from_db()
    assert (history.state, history.content) == ("dropped", None)


def test_answers_are_kept_and_taken_back(opened: Open) -> None:
    history = opened(STYLES[1])
    kept = history.answers
    more = answer_history(history=history, by=history.by, said={"rows": {"0:6": "skip"}})
    assert more.answers["rows"] == {**kept["rows"], "0:6": "skip"}
    less = answer_history(history=history, by=history.by, said={"rows": {"0:6": ""}})
    assert less.answers == kept


def test_a_ledger_of_another_half_year_can_be_moved(opened: Open, cast: Cast) -> None:
    history = opened(STYLES[2])
    moved = move_history(history=history, by=cast.admin, half_year=HalfYear(2020, 1))
    (view,) = preview_of(moved, cast.admin).reading.sheets
    assert view.is_open
    assert "表上写的是2021年上半年" in view.why


def test_the_local_date_decides_what_is_past(plan: Plan, cast: Cast, now: Any) -> None:
    now.move_to(NOW.replace(year=2026, month=7, day=15, hour=23))
    with pytest.raises(DomainError, match="尚未截止"):
        record_past_period(plan=plan, half_year=HalfYear(2026, 1), by=cast.admin)
    now.move_to(NOW.replace(year=2026, month=7, day=16, hour=0))
    period, made = record_past_period(plan=plan, half_year=HalfYear(2026, 1), by=cast.admin)
    assert made
    assert local_date(period.opened_at).isoformat() == "2026-07-16"


def test_the_preview_takes_a_fixed_number_of_queries(
    opened: Open, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    numbers = []
    for style in (STYLES[1], SIMPLE):
        history = opened(style)
        with django_assert_max_num_queries(14) as captured:
            assert preview_of(history, history.by).counts["new"] == 53
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
