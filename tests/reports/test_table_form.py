"""All of a department's items on one page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, User
from reports.actions.approval import approve_reports
from reports.actions.drafts import save_draft
from reports.actions.filing import submit_report
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import Report, ReportingPeriod
from reports.states import Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


def row(report: Report, **values: str) -> dict[str, Any]:
    filled = {"version": report.version, "progress": "", "state": "", "completion": "", **values}
    return {f"r{report.pk}-{name}": value for name, value in filled.items()}


def file_as_standing(period: ReportingPeriod, cast: Cast) -> None:
    """12.1 was filed as 长期坚持 in the half-year before."""
    before, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1), now=period.opened_at)
    report, content = report_of(before, "12.1"), {"progress": "日常检漏。", "state": "standing"}
    submit_report(report=report, by=cast.cgj_reporter, content=content)
    approve_reports(reports=[report], by=cast.cgj_approver)


def address(period: ReportingPeriod) -> str:
    return f"/periods/{period.pk}/table/"


def test_nine_items_stand_on_one_page(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    page = login(cast.cgj_reporter).get(address(period)).content.decode()
    assert page.count('class="card table-row') == 9


def test_a_row_with_an_error_stays_and_the_others_are_saved(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    good, bad = report_of(period, "12.1"), report_of(period, "14.1")
    form = {
        **row(good, progress="完成 6.1 公里", state="on_track", completion="60"),
        **row(bad, progress="从严控制定额", completion="101"),
    }
    answer = login(cast.cgj_reporter).post(address(period), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "从严控制定额" in page
    assert "完成率应在 0 到 100 之间" in page
    good.refresh_from_db()
    assert good.progress == "完成 6.1 公里"


def test_complete_rows_are_submitted_and_empty_ones_left_out(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    full, empty = report_of(period, "12.1"), report_of(period, "14.1")
    form = {
        **row(full, progress="完成 6.1 公里", state="on_track", completion="60"),
        **row(empty),
        "submit": "1",
    }
    assert login(cast.cgj_reporter).post(address(period), form).status_code == 302
    full.refresh_from_db()
    empty.refresh_from_db()
    assert (full.status, empty.status) == (Status.PENDING, Status.BLANK)


def test_an_incomplete_row_says_what_is_missing_when_submitting(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    form = {**row(report_of(period, "12.1"), progress="一半"), "submit": "1"}
    answer = login(cast.cgj_reporter).post(address(period), form)
    assert answer.status_code == 422
    assert "请选择推进状态" in answer.content.decode()


def test_a_stale_row_is_named_and_its_text_stays(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    login(cast.cgj_colleague).post(address(period), row(report, progress="同事写的"))
    answer = login(cast.cgj_reporter).post(address(period), row(report, progress="我写的"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "cgj colleague刚保存了本项" in page
    assert "同事写的" in page
    assert "我写的" in page
    report.refresh_from_db()
    assert f'name="r{report.pk}-version" value="{report.version}"' in page


def test_saving_by_itself_never_goes_over_a_colleagues_text(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report, client = report_of(period, "12.1"), login(cast.cgj_reporter)
    login(cast.cgj_colleague).post(address(period), row(report, progress="同事写的"))
    answer = client.post(
        address(period), row(report, progress="我写的"), headers={"X-Background": "1"}
    )
    assert answer.status_code == 422
    assert answer.json()["versions"] == {}
    assert "12.1" in answer.json()["errors"][0]
    report.refresh_from_db()
    assert report.progress == "同事写的"


def test_a_row_that_nobody_typed_in_is_no_conflict(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    mine, theirs = report_of(period, "12.1"), report_of(period, "14.1")
    login(cast.cgj_colleague).post(address(period), row(theirs, progress="同事写的"))
    form = {**row(mine, progress="我写的"), **row(theirs)}
    assert login(cast.cgj_reporter).post(address(period), form).status_code == 302
    texts = [Report.objects.get(pk=each.pk).progress for each in (mine, theirs)]
    assert texts == ["我写的", "同事写的"]


def test_what_was_typed_into_a_closed_period_stays_on_the_page(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    ReportingPeriod.objects.update(closed_at=period.opened_at)
    answer = login(cast.cgj_reporter).post(address(period), row(report, progress="迟来的"))
    assert answer.status_code == 422
    assert "报告期已关闭" in answer.content.decode()
    assert "迟来的" in answer.content.decode()


def test_characters_that_were_taken_out_are_said(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    client.post(address(period), row(report_of(period, "12.1"), progress="完成\x00改\u202e造"))
    assert "2 个看不见的控制字符" in client.get(address(period)).content.decode()


def test_two_rows_that_need_no_approval_go_in_one_submission(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Department.objects.filter(code="cgj").update(needs_approval=False)
    full = {"progress": "完成 6.1 公里", "state": "on_track", "completion": "60"}
    form = {"submit": "1"}
    for code in ("12.1", "14.1"):
        form |= row(report_of(period, code), **full)
    client = login(cast.cgj_reporter)
    assert client.post(address(period), form).status_code == 302
    assert "报送 2 项" in client.get(address(period)).content.decode()
    assert period.submissions.get().reports.count() == 2


def test_a_standing_item_is_repeated_with_one_click(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    file_as_standing(period, cast)
    report = report_of(period, "12.1")
    client = login(cast.cgj_reporter)
    assert f'name="unchanged" value="{report.pk}"' in client.get(address(period)).content.decode()
    form = {**row(report), "unchanged": str(report.pk)}
    assert client.post(address(period), form).status_code == 302
    report.refresh_from_db()
    assert (report.status, report.progress) == (Status.PENDING, "本期无新变化。")


@pytest.mark.parametrize(
    ("progress", "offered"), [("", True), ("本期无新变化。", True), ("另有进展", False)]
)
def test_repeating_is_offered_on_both_pages_where_it_works_and_only_there(
    period: ReportingPeriod, cast: Cast, login: Login, progress: str, *, offered: bool
) -> None:
    file_as_standing(period, cast)
    report, client = report_of(period, "12.1"), login(cast.cgj_reporter)
    save_draft(report=report, by=cast.cgj_reporter, content={"progress": progress}, version=0)
    one = client.get(f"/reports/{report.pk}/").content.decode()
    table = client.get(address(period)).content.decode()
    assert (f"/reports/{report.pk}/unchanged/" in one) is offered
    assert (f'name="unchanged" value="{report.pk}"' in table) is offered
    answer = client.post(f"/reports/{report.pk}/unchanged/")
    assert answer.status_code == (302 if offered else 409)


def test_the_table_asks_as_many_questions_of_the_database_for_nine_as_for_one(
    period: ReportingPeriod, cast: Cast, login: Login, django_assert_num_queries: Any
) -> None:
    client, few = login(cast.cgj_reporter), login(cast.zjw_reporter)
    with CaptureQueriesContext(connection) as three:
        few.get(address(period))
    with django_assert_num_queries(len(three)):
        client.get(address(period))


def test_autosave_returns_the_new_versions(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    form = row(report, progress="自动保存")
    answer = login(cast.cgj_reporter).post(address(period), form, headers={"X-Background": "1"})
    report.refresh_from_db()
    assert answer.json()["versions"][f"r{report.pk}-version"] == report.version > 0


def test_only_reporters_of_the_department_get_it(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert login(cast.cgj_approver).get(address(period)).status_code == 403
    assert login(cast.swj_reporter).get(address(period)).status_code == 404
