"""管理后台: accounts, memberships and the members of a collective."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Membership, User
from tests.cast import Cast, person
from tests.departments.admin_steps import (
    PEOPLE,
    _clock,
    changes,
    client,
    inline,
    reporter_row,
)

__all__ = ["_clock", "client"]


def open_account(client: Client, rows: list[dict[str, Any]] | None = None, **changes: Any) -> Any:
    data = {"username": "zhangsan", "name": "张三", "email": "", "telephone": "", **changes}
    return client.post(f"{PEOPLE}add/", data | inline(rows or []))


def test_a_new_person_gets_an_issued_password_that_is_shown_once(client: Client) -> None:
    answer = open_account(client, [reporter_row()])
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'class="issued">([^<]+)<', answer.content.decode())
    assert found
    zhang = User.objects.get(username="zhangsan")
    assert zhang.check_password(found[1])
    assert zhang.must_change_password
    assert found[1] not in client.get(f"{PEOPLE}{zhang.pk}/change/").content.decode()
    assert changes()[0] == "开通账户 张三（zhangsan）"
    assert changes()[1] == "新增任职 张三 · 区城管局 · 填报员 2027-01-05 至 长期"


def test_no_page_shows_a_password_or_its_hash(client: Client, cast: Cast) -> None:
    page = client.get(f"{PEOPLE}{cast.cgj_reporter.pk}/change/").content.decode()
    assert "md5$" not in page
    assert 'name="password"' not in page
    assert "is_superuser" not in page
    history = client.get(f"{PEOPLE}{cast.cgj_reporter.pk}/history/").content.decode()
    assert "md5$" not in history


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": "cgj_reporter"}, "已存在"),
        ({"username": "a b"}, "合法的用户名"),
        ({"name": "张\u202e三"}, "看不见的控制字符"),
        ({"name": ""}, "必填"),
    ],
)
def test_a_person_who_cannot_be_is_refused_and_nothing_is_saved(
    client: Client, changed: dict[str, str], said: str
) -> None:
    people = User.objects.count()
    answer = open_account(client, **changed)
    assert said in answer.content.decode()
    assert User.objects.count() == people


def test_the_user_name_stays_what_the_log_knows(client: Client, cast: Cast) -> None:
    held = cast.cgj_reporter.memberships.get()
    row = reporter_row(id=held.pk, user=cast.cgj_reporter.pk, since="2020-05-15")
    data = {"username": "other", "name": "李四", "email": "", "telephone": "58120000"}
    answer = client.post(f"{PEOPLE}{cast.cgj_reporter.pk}/change/", data | inline([row], 1))
    assert answer.status_code == 302
    cast.cgj_reporter.refresh_from_db()
    assert (cast.cgj_reporter.username, cast.cgj_reporter.name) == ("cgj_reporter", "李四")
    assert changes() == []


def test_an_end_date_ends_the_membership_and_is_recorded(client: Client, cast: Cast) -> None:
    held = cast.cgj_reporter.memberships.get()
    row = reporter_row(id=held.pk, since="2020-05-15", until="2027-01-04", role="approver")
    data = {"name": "cgj reporter"} | inline([row], 1)
    client.post(f"{PEOPLE}{cast.cgj_reporter.pk}/change/", data)
    held.refresh_from_db()
    assert held.until == datetime.date(2027, 1, 4)
    assert held.role == "reporter"
    assert changes() == ["终止任职 cgj reporter · 区城管局 · 填报员 2020-05-15 至 2027-01-04"]
    assert held.history.first().history_user == cast.admin


def test_nobody_gives_rights_to_themselves(client: Client, cast: Cast) -> None:
    own = f"{PEOPLE}{cast.admin.pk}/change/"
    data = {"name": "admin"} | inline([reporter_row()])
    client.post(own, data)
    assert cast.admin.memberships.count() == 1
    fields = reporter_row(user=cast.admin.pk)
    refused = client.post("/admin/departments/membership/add/", fields)
    assert refused.status_code == 200
    assert cast.admin.memberships.count() == 1
    held = cast.admin.memberships.get()
    page = f"/admin/departments/membership/{held.pk}/change/"
    assert client.post(page, {"since": "2020-05-15", "until": ""}).status_code == 403


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"role": "admin", "user": "auditor", "department": ""}, "管理员与督查员"),
        ({"user": "cgj_reporter"}, "已有任职"),
        ({"department": "", "user": "outsider"}, "须选择单位"),
        ({"until": "2027-01-04", "user": "outsider"}, "截止日期不得早于起始日期"),
    ],
)
def test_memberships_that_contradict_are_refused(
    client: Client, cast: Cast, row: dict[str, Any], said: str
) -> None:
    held = Membership.objects.count()
    row = {**row, "user": getattr(cast, row["user"]).pk}
    answer = client.post("/admin/departments/membership/add/", reporter_row(**row))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Membership.objects.count() == held


def test_a_collective_takes_members_not_people(client: Client, cast: Cast) -> None:
    collective = Department.objects.filter(kind="collective").first()
    assert collective is not None
    row = reporter_row(user=cast.outsider.pk, department=collective.pk)
    client.post("/admin/departments/membership/add/", row)
    assert not cast.outsider.memberships.exists()
    page = f"/admin/departments/department/{collective.pk}/change/"
    assert 'name="members"' in client.get(page).content.decode()
    cgj = Department.objects.get(code="cgj")
    assert 'name="members"' not in client.get(page.replace(str(collective.pk), str(cgj.pk), 1)
                                              ).content.decode()  # fmt: skip
    data = {"needs_approval": "on", "order": 24, "telephone": "", "members": [cgj.pk],
            "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}  # fmt: skip
    assert client.post(page, data).status_code == 302
    assert list(collective.members.all()) == [cgj]
    assert changes() == [f"变更集合成员 {collective}：区城管局"]


def test_earlier_states_are_shown_but_not_put_back_by_a_click(client: Client, cast: Cast) -> None:
    held = cast.cgj_reporter.memberships.get()
    held.save()
    version = held.history.get()
    page = f"/admin/departments/membership/{held.pk}/history/{version.pk}/"
    assert client.post(page, reporter_row()).status_code in (302, 404)
    assert Membership.history.filter(id=held.pk).count() == 1


def test_the_list_of_people_asks_no_more_for_more_people(client: Client, cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(PEOPLE)
        return len(context)

    queries()
    before = queries()
    for number in range(10):
        person(f"extra_{number}", "reporter", "jw")
    assert queries() == before
