"""Yearly goals are entered by the receivers' coordinators; what stood before is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.goals import goal_mark, set_yearly_goal
from reports.models import ReportingPeriod
from tasks.models import Plan, WorkItem, YearlyGoal
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
LIST = "/plans/wanzhou-2020-50/goals/"
EDIT = f"{LIST}12.1/2026/"
BASIS = "《2026年节水工作要点》（万州水利发〔2026〕3号）"


@pytest.fixture
def item(plan: Plan) -> WorkItem:
    return WorkItem.objects.get(task__number=12)


def set_goal(item: WorkItem, by: User, **changes: Any) -> YearlyGoal:
    values = {"year": 2026, "text": "漏损率≤9%", "basis": BASIS} | changes
    return set_yearly_goal(work_item=item, by=by, **values)


def typed(**changes: str) -> dict[str, str]:
    return {"text": "漏损率≤9%", "basis": BASIS, "seen": "0"} | changes


def test_a_coordinator_of_either_receiver_sets_a_goal(item: WorkItem, cast: Cast) -> None:
    set_goal(item, cast.slj_coordinator)
    goal = set_goal(item, cast.fgw_coordinator, text="漏损率≤8.8%")
    assert (goal.text, goal.entered_by) == ("漏损率≤8.8%", cast.fgw_coordinator)
    assert [old.text for old in goal.history.all()] == ["漏损率≤8.8%", "漏损率≤9%"]
    assert YearlyGoal.objects.count() == 1


def test_saving_the_same_again_writes_nothing(item: WorkItem, cast: Cast) -> None:
    set_goal(item, cast.slj_coordinator)
    goal = set_goal(item, cast.fgw_coordinator)
    assert goal.history.count() == 1
    assert goal.entered_by == cast.slj_coordinator


@pytest.mark.parametrize(
    "name", ["cgj_reporter", "slj_reporter", "slj_approver", "admin", "auditor", "outsider"]
)
def test_nobody_else_may(item: WorkItem, cast: Cast, login: Login, name: str) -> None:
    user = getattr(cast, name)
    with pytest.raises(NotAllowed):
        set_goal(item, user)
    assert login(user).get(EDIT).status_code == 403
    assert login(user).post(EDIT, typed()).status_code == 403
    assert login(user).get(LIST).status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": " "}, "请填写年度目标"),
        ({"basis": "\u200b"}, "请写明年度目标的依据文件"),
        ({"text": "水" * 2001}, "最多 2000 字"),
        ({"basis": "水" * 201}, "依据文件最多 200 字"),
        ({"year": 2019}, "2019年不在本方案的报告期内"),
        ({"year": 2036}, "2036年不在本方案的报告期内"),
    ],
)
def test_a_goal_needs_text_basis_and_a_year_of_the_plan(
    item: WorkItem, cast: Cast, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        set_goal(item, cast.slj_coordinator, **changes)
    assert not YearlyGoal.objects.exists()


def test_a_withdrawn_row_takes_no_goal(item: WorkItem, cast: Cast, login: Login) -> None:
    WorkItem.objects.update(withdrawn_on="2027-01-01")
    with pytest.raises(Conflict, match="已从方案中撤销"):
        set_goal(item, cast.slj_coordinator)
    assert login(cast.slj_coordinator).get(EDIT).status_code == 404


def test_the_second_of_two_sees_the_first_ones_text(item: WorkItem, cast: Cast) -> None:
    first = set_goal(item, cast.slj_coordinator, seen=0)
    with pytest.raises(Conflict, match="刚被他人修改"):
        set_goal(item, cast.fgw_coordinator, text="另一个目标", seen=0)
    set_goal(item, cast.fgw_coordinator, text="另一个目标", seen=goal_mark(first))
    assert YearlyGoal.objects.get().text == "另一个目标"


def test_the_form_saves_and_leads_back_to_the_year(
    item: WorkItem, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    answer = client.post(EDIT, typed(basis=f"  {BASIS}\r\n"))
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?year=2026")
    assert YearlyGoal.objects.get().basis == BASIS
    page = client.get(LIST, {"year": "2026"}).content.decode()
    assert "漏损率≤9%" in page
    assert "待录入 51 项" in page
    assert 'name="seen" value="0"' not in client.get(EDIT).content.decode()


def test_what_was_typed_is_still_there_when_refused(
    item: WorkItem, cast: Cast, login: Login
) -> None:
    answer = login(cast.slj_coordinator).post(EDIT, typed(basis=""))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请写明依据文件" in page
    assert "漏损率≤9%</textarea>" in page


def test_a_conflict_shows_both_and_the_next_save_replaces(
    item: WorkItem, cast: Cast, login: Login
) -> None:
    set_goal(item, cast.fgw_coordinator, text="对方的目标")
    client = login(cast.slj_coordinator)
    answer = client.post(EDIT, typed())
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "对方的目标" in page
    assert "漏损率≤9%</textarea>" in page
    seen = str(goal_mark(YearlyGoal.objects.get()))
    assert f'value="{seen}"' in page
    assert client.post(EDIT, typed(seen=seen)).status_code == 302
    assert YearlyGoal.objects.get().text == "漏损率≤9%"


def test_control_characters_are_taken_out(item: WorkItem, cast: Cast, login: Login) -> None:
    login(cast.slj_coordinator).post(EDIT, typed(text="漏损率\x00≤9%\u202e"))
    assert YearlyGoal.objects.get().text == "漏损率≤9%"


def test_the_form_is_needed_whole(item: WorkItem, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    for data in ({}, typed(seen="-1"), typed(seen="x"), typed(text="水" * 200_000)):
        assert client.post(EDIT, data).status_code == 422


@pytest.mark.parametrize("path", ["12.1/2019", "12.1/2036", "12.2/2026", "32.1/2026"])
def test_a_row_or_year_that_is_none_is_not_found(cast: Cast, login: Login, path: str) -> None:
    assert login(cast.slj_coordinator).get(f"{LIST}{path}/").status_code == 404


def test_numbers_that_overflow_are_not_found(cast: Cast, login: Login) -> None:
    client, much = login(cast.slj_coordinator), "9" * 30
    for path in (f"{much}.1/2026", f"12.{much}/2026", f"12.1/{much}"):
        assert client.get(f"{LIST}{path}/").status_code == 404


def test_the_list_starts_with_the_year_to_be_reported(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    page = login(cast.outsider).get(LIST).content.decode()
    assert "<h1>2026年目标</h1>" in page
    assert "共 52 项，待录入 52 项" in page
    assert "goals/12.1/" not in page


def test_the_list_of_what_is_missing_only(item: WorkItem, cast: Cast, login: Login) -> None:
    set_goal(item, cast.slj_coordinator)
    page = login(cast.slj_coordinator).get(LIST, {"year": "2026", "missing": "on"})
    assert "goals/12.1/2026/" not in page.content.decode()
    assert "goals/13.1/2026/" in page.content.decode()


def test_a_year_that_is_none_is_said(cast: Cast, login: Login) -> None:
    for year in ("1999", "9" * 50, "x"):
        answer = login(cast.outsider).get(LIST, {"year": year})
        assert answer.status_code == 400
        assert "本方案没有这一年" in answer.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_goals(
    plan: Plan, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    client.get(LIST, {"year": "2026"})
    with CaptureQueriesContext(connection) as few:
        client.get(LIST, {"year": "2026"})
    for one in WorkItem.objects.select_related("task__plan"):
        set_goal(one, cast.slj_coordinator)
    with CaptureQueriesContext(connection) as many:
        page = client.get(LIST, {"year": "2026"}).content.decode()
    assert "已全部录入" in page
    assert len(many) == len(few)
