"""Progress entries: logged, edited, conflicting, «本期无相关工作», 商请."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.models import Department, Membership, Role, User
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import EntryRequest, ProgressEntry, ReportingPeriod
from tasks.models import Plan, WorkItem
from tests.cast import SINCE, Cast, report_of
from tests.reports import files

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


def item_of(code: str) -> WorkItem:
    task, row = code.split(".")
    return WorkItem.objects.get(task__number=task, row=row)


def log(client: Client, code: str = "12.1", text: str = "检漏 3 处", **more: object) -> int:
    form = {"item": item_of(code).pk, "happened_on": "2026-12-20", "text": text, **more}
    return client.post("/entries/new/", form).status_code


def test_a_co_responsible_department_logs_and_the_lead_reads_it(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert log(login(cast.zjw_reporter)) == 302
    report = report_of(period, "12.1")
    page = login(cast.cgj_reporter).get(f"/reports/{report.pk}/").content.decode()
    assert "检漏 3 处" in page
    assert 'data-adopt="检漏 3 处"' in page


def test_two_clicks_log_once(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.zjw_reporter)
    log(client)
    log(client)
    assert ProgressEntry.objects.count() == 1


def test_an_item_of_others_cannot_be_chosen(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert log(login(cast.swj_reporter), "12.1") == 422
    assert log(login(cast.outsider)) == 403
    assert not ProgressEntry.objects.exists()


def test_a_member_of_a_collective_logs_in_its_own_name(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    collective = Department.objects.get(name="万州经开区有关部门")
    collective.members.add(Department.objects.get(code="swj"))
    assert log(login(cast.swj_reporter), "12.1") == 302
    assert ProgressEntry.objects.get().department.code == "swj"


def test_no_text_and_a_future_day_are_refused_with_what_was_typed(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.zjw_reporter)
    assert log(client, text="\u200b") == 400
    answer = client.post(
        "/entries/new/",
        {"item": item_of("12.1").pk, "happened_on": "2031-01-01", "text": "将来的事"},
    )
    assert answer.status_code == 400
    assert "不能晚于今天" in answer.content.decode()
    assert "将来的事" in answer.content.decode()


def test_an_edit_keeps_the_earlier_text(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.zjw_reporter)
    log(client)
    entry = ProgressEntry.objects.get()
    form = {"item": entry.work_item_id, "happened_on": "2026-12-20", "text": "检漏 5 处"}
    answer = client.post(f"/entries/{entry.pk}/edit/", {**form, "version": 1})
    assert answer.status_code == 302
    assert [old.text for old in entry.revisions.all()] == ["检漏 3 处"]
    stale = client.post(f"/entries/{entry.pk}/edit/", {**form, "text": "7 处", "version": 1})
    assert stale.status_code == 409
    assert "检漏 5 处" in stale.content.decode()
    assert "7 处" in stale.content.decode()


def test_others_see_but_cannot_edit(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    log(login(cast.zjw_reporter))
    address = f"/entries/{ProgressEntry.objects.get().pk}/edit/"
    assert login(cast.cgj_reporter).get(address).status_code == 403
    assert login(cast.outsider).get(address).status_code == 404


def test_nothing_to_report_is_said_for_several_items_at_once(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, form = login(cast.swj_reporter), {"item": [item_of("1.1").pk, item_of("2.1").pk]}
    for _ in range(2):
        assert client.post("/entries/nothing/", form).status_code == 302
    assert ProgressEntry.objects.filter(nothing_to_report=True).count() == 2


def test_the_lead_asks_once_and_the_asked_sees_it(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = report_of(period, "12.1")
    address = f"/reports/{report.pk}/request-entries/"
    for _ in range(2):
        login(cast.cgj_reporter).post(address, {"department": ["zjw", "scj"]})
    assert [row.department.code for row in EntryRequest.objects.all()] == ["zjw"]
    assert "区城管局商请补充" in login(cast.zjw_reporter).get("/entries/").content.decode()
    assert login(cast.cgj_approver).post(address, {"department": ["jw"]}).status_code == 403


def test_a_closed_half_year_takes_no_entry(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    ReportingPeriod.objects.update(closed_at=period.opened_at)
    assert log(login(cast.zjw_reporter)) == 409


def edit(client: Client, entry: ProgressEntry, **changes: object) -> Any:
    form = {
        "item": entry.work_item_id,
        "happened_on": str(entry.happened_on),
        "text": entry.text,
        "version": entry.version,
        **changes,
    }
    return client.post(f"/entries/{entry.pk}/edit/", form)


def test_another_day_moves_an_entry_to_that_days_half_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    summer, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1), now=period.opened_at)
    client = login(cast.zjw_reporter)
    log(client)
    entry = ProgressEntry.objects.get()
    assert edit(client, entry, happened_on="2026-05-20").status_code == 302
    entry.refresh_from_db()
    assert entry.period == summer
    ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=period.opened_at)
    back = edit(client, entry, happened_on="2026-12-20", text="又改回下半年")
    assert back.status_code == 409
    assert "又改回下半年" in back.content.decode()


def test_a_day_of_the_new_year_belongs_to_the_half_year_still_open(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert log(login(cast.zjw_reporter), happened_on="2027-01-04") == 302
    assert ProgressEntry.objects.get().period == period


def test_where_all_that_is_open_is_past_it_belongs_to_the_last_one(
    plan: Plan, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    now.move_to("2026-08-20T09:00+08:00")
    periods = [
        open_period(plan=plan, half_year=HalfYear(*half))[0] for half in ((2025, 2), (2026, 1))
    ]
    assert log(login(cast.zjw_reporter), happened_on="2026-08-20") == 302
    assert ProgressEntry.objects.get().period == periods[-1]


def test_a_day_before_the_plan_is_a_slip_of_the_year(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert log(login(cast.zjw_reporter), happened_on="0206-12-20") == 400
    assert log(login(cast.zjw_reporter), happened_on="2026-12-32") == 422


def test_who_speaks_for_two_departments_says_for_which(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    jw = Department.objects.get(code="jw")
    Membership.objects.create(
        user=cast.zjw_reporter, department=jw, role=Role.REPORTER, since=SINCE
    )
    client = login(cast.zjw_reporter)
    assert "记录单位" in client.get("/entries/new/").content.decode()
    assert log(client, department="jw") == 302
    assert ProgressEntry.objects.get().department == jw
    assert log(client, department="cgj") == 422


def test_nothing_to_report_passes_over_what_was_logged(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.zjw_reporter)
    log(client)
    client.post("/entries/nothing/", {"item": [item_of("12.1").pk, "x", "9" * 30]})
    assert not ProgressEntry.objects.filter(nothing_to_report=True).exists()


def test_a_coordinator_has_nothing_to_log(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert login(cast.slj_coordinator).get("/entries/new/").status_code == 403
    assert login(cast.slj_coordinator).get("/entries/").status_code == 200


def test_an_address_that_names_no_item_still_shows_the_form(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for item in ("²", "x", "9" * 30):
        assert login(cast.zjw_reporter).get("/entries/new/", {"item": item}).status_code == 200


def test_taking_out_a_file_keeps_what_was_typed(
    period: ReportingPeriod, cast: Cast, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = login(cast.zjw_reporter)
    log(client, files=SimpleUploadedFile("照片.png", files.PNG))
    entry = ProgressEntry.objects.get()
    attachment = entry.attachments.get()
    answer = edit(client, entry, text="边改文字边移除", remove=attachment.pk)
    assert answer.status_code == 302
    entry.refresh_from_db()
    attachment.refresh_from_db()
    assert entry.text == "边改文字边移除"
    assert attachment.removed_by == cast.zjw_reporter


def test_a_closed_half_years_entry_takes_no_file(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.zjw_reporter)
    log(client)
    entry = ProgressEntry.objects.get()
    ReportingPeriod.objects.update(closed_at=period.opened_at)
    edit(client, entry, files=SimpleUploadedFile("照片.png", files.PNG))
    assert not entry.attachments.exists()
    page = client.get("/entries/").content.decode()
    assert entry.text in page
    assert f"/entries/{entry.pk}/edit/" not in page


def test_characters_that_were_taken_out_of_an_entry_are_said(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.zjw_reporter)
    assert log(client, text="检漏\x00三\u202e处") == 302
    assert ProgressEntry.objects.get().text == "检漏三处"
    assert "2 个看不见的控制字符" in client.get("/entries/").content.decode()
