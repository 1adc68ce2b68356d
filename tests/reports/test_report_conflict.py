"""Two people, or two pages of one person, in one form: nothing is lost or replaced unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from departments.models import User
from reports.models import Report, ReportingPeriod
from reports.states import Status
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
FULL = {"progress": "完成 6.1 公里。", "state": "on_track", "completion": "60"}


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def typed(version: int, **values: str) -> dict[str, str]:
    return {"version": str(version), **FULL, **values}


def save(client: Client, report: Report, form: dict[str, str], **headers: str) -> Any:
    return client.post(f"/reports/{report.pk}/save/", form, headers=headers)


def test_each_side_is_offered_first_where_only_it_changed(
    report: Report, cast: Cast, login: Login
) -> None:
    save(login(cast.cgj_colleague), report, typed(0, problems=""))
    save(login(cast.cgj_colleague), report, typed(1, problems="同事写的问题"))
    page = save(
        login(cast.cgj_reporter), report, typed(1, next_steps="我写的计划")
    ).content.decode()
    assert 'name="keep_problems" value="theirs" checked' in page
    assert 'name="keep_next_steps" value="mine" checked' in page
    assert "keep_progress" not in page


def test_ones_own_text_may_be_changed_while_choosing(
    report: Report, cast: Cast, login: Login
) -> None:
    save(login(cast.cgj_colleague), report, typed(0, progress="同事写的"))
    client = login(cast.cgj_reporter)
    page = save(client, report, typed(0, progress="我写的")).content.decode()
    assert '<textarea name="progress"' in page
    form = typed(1, progress="同事写的，我又补一句", keep_progress="mine")
    assert client.post(f"/reports/{report.pk}/merge/", form).status_code == 302
    report.refresh_from_db()
    assert report.progress == "同事写的，我又补一句"


def test_the_saved_side_can_be_chosen(report: Report, cast: Cast, login: Login) -> None:
    save(login(cast.cgj_colleague), report, typed(0, progress="同事写的"))
    form = typed(1, progress="我写的", next_steps="我的计划", keep_progress="theirs")
    assert login(cast.cgj_reporter).post(f"/reports/{report.pk}/merge/", form).status_code == 302
    report.refresh_from_db()
    assert (report.progress, report.next_steps) == ("同事写的", "我的计划")


def test_a_choice_made_on_a_text_that_changed_again_is_asked_again(
    report: Report, cast: Cast, login: Login
) -> None:
    save(login(cast.cgj_colleague), report, typed(0, progress="同事写的"))
    save(login(cast.cgj_colleague), report, typed(1, progress="同事改了"))
    form = typed(1, progress="我写的", keep_progress="mine")
    answer = login(cast.cgj_reporter).post(f"/reports/{report.pk}/merge/", form)
    assert answer.status_code == 409
    assert "同事改了" in answer.content.decode()


def test_an_incomplete_submission_goes_on_from_what_it_saved(
    report: Report, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    first = save(client, report, typed(0, state="behind", submit="1"))
    assert first.status_code == 422
    assert 'name="version" value="1"' in first.content.decode()
    done = {"state": "behind", "problems": "资金未到位", "next_steps": "三月前到位", "submit": "1"}
    assert save(client, report, typed(1, **done)).status_code == 302
    report.refresh_from_db()
    assert report.status == Status.PENDING


def test_beside_a_wrong_rate_the_rest_is_saved(report: Report, cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    answer = save(client, report, typed(0, completion="105", submit="1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="105"' in page
    assert 'name="version" value="1"' in page
    report.refresh_from_db()
    assert (report.progress, report.completion) == (FULL["progress"], None)
    assert report.status == Status.DRAFT


def test_saving_by_itself_says_which_field_it_left_out(
    report: Report, cast: Cast, login: Login
) -> None:
    background = {"X-Background": "1"}
    client = login(cast.cgj_reporter)
    answer = save(client, report, typed(0, completion="1_000"), **background)
    assert answer.status_code == 422
    assert answer.json()["versions"] == {"version": 1}
    assert "不是数字" in answer.json()["errors"][0]


def test_a_page_without_its_version_saves_nothing_and_says_so(
    report: Report, cast: Cast, login: Login
) -> None:
    for version in ("", "x", "-1"):
        answer = save(login(cast.cgj_reporter), report, {**typed(0), "version": version})
        assert answer.status_code == 422
        assert "页面不完整" in answer.content.decode()
        assert FULL["progress"] in answer.content.decode()
    assert not report.revisions.exists()


def test_a_version_beyond_all_counting_is_a_conflict(
    report: Report, cast: Cast, login: Login
) -> None:
    answer = save(login(cast.cgj_reporter), report, {**typed(0), "version": "9" * 30})
    assert answer.status_code == 409
    assert FULL["progress"] in answer.content.decode()


def test_what_is_typed_into_a_submitted_report_stays_on_the_page(
    report: Report, cast: Cast, login: Login
) -> None:
    save(login(cast.cgj_colleague), report, typed(0, submit="1"))
    answer = save(login(cast.cgj_reporter), report, typed(1, progress="我还在写"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "正待审签" in page
    assert "我还在写" in page
    assert "没有保存" in page
