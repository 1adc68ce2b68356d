"""管理后台: who gets in, what may be changed there, and that nothing is deleted."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.audit import record
from departments.models import AuditEvent, Department, Membership, User
from reports.models import ReportingPeriod, WorkingDay
from tasks.models import Assignment, Plan, WorkItem
from tests.cast import Cast, person

Login = Callable[[User], Client]
PEOPLE = "/admin/departments/user/"


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def client(cast: Cast, login: Login) -> Client:
    return login(cast.admin)


def inline(rows: list[dict[str, Any]], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        data.update({f"memberships-{number}-{key}": value for key, value in row.items()})
    return data


def changes() -> list[str]:
    """What the log says happened, without the sign-ins."""
    rows = AuditEvent.objects.exclude(action__startswith="登录").order_by("id")
    return [f"{row.action} {row.subject}".strip() for row in rows]


def test_only_an_admins_membership_opens_it(cast: Cast, login: Login) -> None:
    assert login(cast.admin).get("/admin/").status_code == 200
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.auditor, cast.outsider):
        for page in ("/admin/", PEOPLE, "/admin/departments/auditevent/", "/admin/nothing/"):
            assert login(user).get(page).status_code == 403


def test_is_staff_and_is_superuser_open_nothing(cast: Cast, login: Login) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(is_staff=True, is_superuser=True)
    cast.outsider.refresh_from_db()
    assert login(cast.outsider).get("/admin/").status_code == 403


def test_strangers_are_sent_to_our_own_login(db) -> None:
    assert Client().get(PEOPLE)["Location"].startswith("/login/?next=")
    assert Client().get("/admin/login/?next=/admin/")["Location"] == "/login/?next=/admin/"
    assert Client().get("/admin/login/?next=https://evil.cn/")["Location"].startswith("/login/")


def test_it_is_called_by_its_name_in_chinese(client: Client) -> None:
    page = client.get("/admin/").content.decode()
    assert "万州节水行动 管理后台" in page
    for word in ("单位", "人员", "任职", "安全日志", "实施方案", "分工", "工作日调整"):
        assert word in page


def test_its_own_password_and_logout_pages_are_ours(client: Client) -> None:
    assert client.get("/admin/password_change/")["Location"] == "/account/password/"
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/")["Location"] == "/login/"
    assert client.get("/admin/").status_code == 302


OURS = list(admin.site._registry)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_each_table_lists_opens_and_deletes_nothing(
    model: Any, client: Client, period: ReportingPeriod
) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = client.get(reverse(f"{name}_changelist"))
    assert listed.status_code == 200
    assert "delete_selected" not in listed.content.decode()
    assert client.get(reverse(f"{name}_changelist"), {"q": "节水"}).status_code in (200, 302)
    row = model.objects.first()
    if row is None:
        return
    page = client.get(reverse(f"{name}_change", args=[row.pk])).content.decode()
    assert "deletelink" not in page
    assert not re.search(r"[\s\"']style=|[\s\"']on[a-z]+=|<script>", page)
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()
    history = client.get(reverse(f"{name}_history", args=[row.pk]))
    assert history.status_code == 200
    assert "style=" not in history.content.decode()


def test_groups_and_permissions_are_not_offered(client: Client) -> None:
    assert "auth/group" not in client.get("/admin/").content.decode()


def open_account(client: Client, rows: list[dict[str, Any]] | None = None, **changes: Any) -> Any:
    data = {"username": "zhangsan", "name": "张三", "email": "", "telephone": "", **changes}
    return client.post(f"{PEOPLE}add/", data | inline(rows or []))


def reporter_row(**changes: Any) -> dict[str, Any]:
    cgj = Department.objects.get(code="cgj").pk
    return {"department": cgj, "role": "reporter", "since": "2027-01-05", "until": "", **changes}


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


def act(client: Client, user: User, name: str) -> Any:
    return client.post(f"{PEOPLE}{user.pk}/do/{name}/")


def test_a_forgotten_password_is_replaced_and_shown_once(client: Client, cast: Cast) -> None:
    answer = act(client, cast.cgj_reporter, "issue-password")
    found = re.search(r'class="issued">([^<]+)<', answer.content.decode())
    assert found
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.check_password(found[1])
    assert cast.cgj_reporter.must_change_password
    assert changes() == ["重置密码 cgj reporter（cgj_reporter）"]


def test_an_account_is_closed_and_opened_again(client: Client, cast: Cast) -> None:
    assert act(client, cast.cgj_reporter, "deactivate").status_code == 302
    cast.cgj_reporter.refresh_from_db()
    assert not cast.cgj_reporter.is_active
    assert act(client, cast.cgj_reporter, "issue-password").status_code == 400
    assert "初始密码" in act(client, cast.cgj_reporter, "reactivate").content.decode()
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.is_active
    assert [line.split()[0] for line in changes()] == ["停用账户", "启用账户"]


def test_a_lock_out_is_lifted(client: Client, cast: Cast) -> None:
    for _ in range(5):
        Client().post("/login/", {"username": "cgj_reporter", "password": "wrong"})
    right = {"username": "cgj_reporter", "password": "retroper_jgc"}
    assert Client().post("/login/", right).status_code == 429
    act(client, cast.cgj_reporter, "unlock")
    assert Client().post("/login/", right).status_code == 302


@pytest.mark.parametrize("name", ["issue-password", "deactivate", "unlock"])
def test_nobody_does_it_to_their_own_account(client: Client, cast: Cast, name: str) -> None:
    answer = act(client, cast.admin, name)
    assert answer.status_code == 400
    assert "请另一位管理员办理" in answer.content.decode()


def test_looking_at_the_question_changes_nothing(client: Client, cast: Cast) -> None:
    for name in ("issue-password", "deactivate", "reactivate", "unlock"):
        page = client.get(f"{PEOPLE}{cast.cgj_reporter.pk}/do/{name}/")
        assert page.status_code == 200
    assert client.get(f"{PEOPLE}{cast.cgj_reporter.pk}/do/nothing/").status_code == 404
    assert changes() == []


def test_only_an_admin_reaches_the_acts(cast: Cast, login: Login) -> None:
    answer = act(login(cast.slj_coordinator), cast.cgj_reporter, "deactivate")
    assert answer.status_code == 403


def test_the_log_cannot_be_written_by_hand(client: Client) -> None:
    assert client.get("/admin/departments/auditevent/add/").status_code == 403
    row = record("登录", username="cgj_reporter")
    page = f"/admin/departments/auditevent/{row.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"action": "x"}).status_code == 403


def test_earlier_states_are_shown_but_not_put_back_by_a_click(client: Client, cast: Cast) -> None:
    held = cast.cgj_reporter.memberships.get()
    held.save()
    version = held.history.get()
    page = f"/admin/departments/membership/{held.pk}/history/{version.pk}/"
    assert client.post(page, reporter_row()).status_code in (302, 404)
    assert Membership.history.filter(id=held.pk).count() == 1


def change_plan(client: Client, plan: Plan, **changes: Any) -> Any:
    counts = {f"{rows}-{end}": 0 for rows in ("issuer_rows", "receiver_rows")
              for end in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    settings = {"due_day": 15, "weekend_rule": "stands", "return_working_days": 5,
                "first_period": "2020H1", "last_period": "2035H2"}  # fmt: skip
    return client.post(f"/admin/tasks/plan/{plan.pk}/change/", counts | settings | changes)


def test_the_plans_own_facts_are_read_and_its_settings_changed(client: Client, plan: Plan) -> None:
    title = plan.title
    assert change_plan(client, plan, title="另一个", due_day=20).status_code == 302
    plan.refresh_from_db()
    assert (plan.due_day, plan.title) == (20, title)
    assert "15 → 20" in client.get(f"/admin/tasks/plan/{plan.pk}/history/").content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due_day": 30}, "截止日应在 1 到 28 日之间"),
        ({"first_period": "2036H1"}, "最后报告期不得早于首个报告期"),
        ({"last_period": "2035年下"}, "请写成 2026H1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    client: Client, plan: Plan, changed: dict[str, Any], said: str
) -> None:
    answer = change_plan(client, plan, **changed)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_an_assignments_office_and_person_are_the_departments_own(
    client: Client, cast: Cast
) -> None:
    row = Assignment.objects.filter(department__code="cgj").first()
    assert row is not None
    page = f"/admin/tasks/assignment/{row.pk}/change/"
    offered = client.get(page).content.decode()
    assert "cgj reporter" in offered
    assert "zjw reporter" not in offered
    data = {"office": "供水科", "person_in_charge": cast.cgj_reporter.pk, "kind": "responsible"}
    assert client.post(page, data).status_code == 302
    kind = row.kind
    row.refresh_from_db()
    assert (row.office, row.person_in_charge, row.kind) == ("供水科", cast.cgj_reporter, kind)
    data["person_in_charge"] = cast.zjw_reporter.pk
    assert client.post(page, data).status_code == 200


def test_the_texts_of_the_plan_are_not_changed_here(client: Client, plan: Plan) -> None:
    item = WorkItem.objects.first()
    assert item is not None
    assert client.post(f"/admin/tasks/workitem/{item.pk}/change/", {"text": "x"}).status_code == 403
    assert client.get("/admin/tasks/task/add/").status_code == 403


def test_a_make_up_workday_is_entered_and_recorded(client: Client) -> None:
    data = {"day": "2027-02-07", "is_workday": "on", "note": "春节调休"}
    assert client.post("/admin/reports/workingday/add/", data).status_code == 302
    assert WorkingDay.objects.get().is_workday
    assert changes() == ["新增工作日 2027-02-07 上班"]


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
