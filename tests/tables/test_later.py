"""Long tables: tried and written in the background; left, come back to, and put right after a
crash."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from departments.background import STALLED, UNCONFIRMED
from departments.jobs import work_on_tables
from departments.models import AuditEvent, Department, Membership, TableImport, User
from departments.resources import PersonResource
from departments.tables import later
from departments.tables.later import preview_import, work_on_imports, write_import
from departments.tables.progress import Progress, rows_done
from departments.tables.sweep import TOLD, sweep_imports
from tasks.models import Assignment
from tasks.resources.assignments import AssignmentResource
from tests.cast import Cast, person
from tests.tables.steps import Table, changes, fates, text_of

Login = Callable[[User], Client]
State = TableImport.State
AT_ONCE = 20
"""Here so few are answered in the request that the plan's few hundred assignments are many."""
OFFICE, HAND = 6, 7
PEOPLE = ["用户名", "姓名", "联系电话", "单位", "角色"]


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture(autouse=True)
def var(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "tables"


@pytest.fixture
def parts(cast: Cast, login: Login, monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(AssignmentResource, "at_once", AT_ONCE)
    return Table(login(cast.admin), "tasks/assignment")


@pytest.fixture
def people(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "departments/user")


def renamed(parts: Table, count: int, same: int = AT_ONCE) -> list[list[str]]:
    """The table as exported: another office in ``count`` rows, and ``same`` more as they are."""
    head, *rows = parts.rows()
    for row in rows[:count]:
        row[OFFICE] = "节水科"
    return [head, *rows[: count + same]]


def offices() -> int:
    return Assignment.objects.filter(office="节水科").count()


def polled(table: Table, address: str) -> Any:
    return table.client.get(address, headers={"X-Background": "1"}).json()


def ready(parts: Table, count: int = AT_ONCE + 1) -> str:
    """The address of a preview that the background has made."""
    address = parts.later(renamed(parts, count))
    work_on_tables()
    return address


def queued(parts: Table) -> str:
    """The address of one that is confirmed and too long to be written at once."""
    address = ready(parts)
    assert parts.confirm_later(address)["Location"] == address
    assert kept().state == State.QUEUED
    return address


def kept() -> TableImport:
    return TableImport.objects.get()


def test_the_whole_table_comes_back_through_the_background(parts: Table, cast: Cast) -> None:
    total = Assignment.objects.count()
    address = parts.later(renamed(parts, AT_ONCE + 1, total))
    page = parts.client.get(address).content.decode()
    assert "等待核对" in page
    assert "data-watch" in page
    assert polled(parts, address) == {"busy": True, "state": "等待核对", "rows": 0}
    assert work_on_tables() == 1
    assert polled(parts, address) == {"busy": False, "state": "待确认", "rows": 0}
    answer = parts.client.get(address)
    assert fates(answer) == {
        "新增": 0, "修改": AT_ONCE + 1, "未变": total - AT_ONCE - 1, "有误": 0,
    }  # fmt: skip
    assert "责任科室 ： 节水科" in text_of(answer)
    assert offices() == 0
    assert parts.confirm_later(address)["Location"] == address
    assert offices() == 0
    assert f"等待写入 ，已办 0 / {AT_ONCE + 1} 行" in text_of(parts.client.get(address))
    assert work_on_tables() == 1
    assert offices() == AT_ONCE + 1
    page = text_of(parts.client.get(address))
    assert "admin 2027-01-05" in page
    assert f"已导入 。 0 新增 {AT_ONCE + 1} 修改" in page
    assert Assignment.objects.filter(office="节水科")[0].history.first().history_user == cast.admin
    assert [line.split()[0] for line in changes()] == ["上传分工", "导入分工"]
    assert changes()[1].endswith(f"SHA-256 {kept().sha256} 修改 {AT_ONCE + 1}")


def test_what_the_file_said_is_gone_once_it_is_settled(parts: Table, var: Path) -> None:
    queued(parts)
    assert "节水科" in str(kept().parcel)
    assert "节水科" in str(kept().preview)
    work_on_tables()
    assert (kept().parcel, kept().preview) == (None, None)
    assert "节水科" not in str(kept().result)
    assert list(var.iterdir()) == []


def test_few_changes_among_many_rows_are_written_by_the_click(parts: Table) -> None:
    address = ready(parts, 3)
    answer = parts.confirm_later(address)
    assert (answer["Location"], offices()) == (address, 3)
    assert "已导入：新增 0 行，修改 3 行" in text_of(parts.client.get(address))


def test_as_many_rows_as_before_are_answered_in_the_request(parts: Table) -> None:
    rows = renamed(parts, 2)[: AT_ONCE + 1]
    assert fates(parts.send(rows))["修改"] == 2
    assert not TableImport.objects.exists()


def test_the_list_on_the_page_leads_back_to_ones_own(
    parts: Table, people: Table, login: Login
) -> None:
    address = ready(parts)
    page = parts.client.get(f"{parts.address}import/").content.decode()
    assert f'href="{address}"' in page
    assert "待确认" in page
    assert address not in people.client.get(f"{people.address}import/").content.decode()
    other = login(person("admin2", "admin"))
    assert address not in other.get(f"{parts.address}import/").content.decode()


def test_it_is_nobody_elses(parts: Table, people: Table, login: Login, cast: Cast) -> None:
    address = ready(parts)
    other = login(person("admin2", "admin"))
    assert other.get(address).status_code == 404
    assert other.get(address, headers={"X-Background": "1"}).status_code == 404
    for act in ("confirm/", "drop/"):
        assert other.post(f"{address}{act}", {"mark": kept().mark}).status_code == 404
        assert login(cast.slj_coordinator).post(f"{address}{act}").status_code == 403
    elsewhere = f"{people.address}import/{kept().pk}/"
    assert people.client.get(elsewhere).status_code == 404
    assert kept().state == State.READY


def test_a_wrong_row_is_left_out_and_listed_in_the_end(parts: Table) -> None:
    rows = renamed(parts, AT_ONCE + 2)
    rows[1][HAND] = "没有的人"
    address = parts.later(rows)
    work_on_tables()
    answer = parts.client.get(address)
    assert fates(answer)["有误"] == 1
    assert f"只导入无误的 {AT_ONCE + 1} 行" in answer.content.decode()
    parts.confirm_later(address)
    work_on_tables()
    assert offices() == AT_ONCE + 1
    page = text_of(parts.client.get(address))
    assert "第 2 行" in page
    assert "没有叫「没有的人」的人在任" in page


def test_twice_does_it_once(parts: Table) -> None:
    rows = renamed(parts, AT_ONCE + 1)
    address = parts.later(rows)
    assert parts.later(rows) == address
    work_on_tables()
    mark = {"mark": kept().mark}
    for _ in range(2):
        assert parts.client.post(f"{address}confirm/", mark)["Location"] == address
    one, again = kept(), kept()
    assert write_import(kept=one)
    assert not write_import(kept=again)
    assert not preview_import(kept=again)
    assert parts.client.post(f"{address}confirm/", mark)["Location"] == address
    assert "不能再确认" not in text_of(parts.client.get(address))
    assert AuditEvent.objects.filter(action="导入分工").count() == 1


def test_two_clicks_on_few_changes_write_once(parts: Table) -> None:
    address = ready(parts, 2)
    mark = {"mark": kept().mark}
    for _ in range(2):
        assert parts.client.post(f"{address}confirm/", mark)["Location"] == address
    assert "不能再确认" not in text_of(parts.client.get(address))
    assert AuditEvent.objects.filter(action="导入分工").count() == 1


@pytest.mark.parametrize("count", [2, AT_ONCE + 1])
def test_what_somebody_changed_meanwhile_is_shown_anew_and_not_overwritten(
    parts: Table, count: int
) -> None:
    address = ready(parts, count)
    meant(parts.rows()[1]).update(office="供水科")
    parts.confirm_later(address)
    work_on_tables()
    work_on_tables()
    page = text_of(parts.client.get(address))
    assert "数据在预览之后有变动，什么也没有导入。请核对下面新的预览" in page
    assert "责任科室 ： 供水科 → 节水科" in page
    assert offices() == 0
    parts.confirm_later(address)
    work_on_tables()
    assert offices() == count


def meant(row: list[str]) -> QuerySet[Assignment]:
    """The assignment of an exported row."""
    task, number = row[1].split(".")
    kind = {label: value for value, label in Assignment.Kind.choices}[row[4]]
    return Assignment.objects.filter(
        work_item__task__number=task, work_item__row=number, department__name=row[3], kind=kind
    )


def test_a_preview_that_was_not_seen_is_not_confirmed(parts: Table) -> None:
    address = ready(parts)
    for mark in ("", "0" * 64):
        parts.client.post(f"{address}confirm/", {"mark": mark})
        assert "您看过之后又重新核对过一次" in text_of(parts.client.get(address))
    assert kept().state == State.READY


def test_it_can_be_given_up_until_it_is_written(parts: Table) -> None:
    address = queued(parts)
    assert "放弃这次导入" in parts.client.get(address).content.decode()
    parts.client.post(f"{address}drop/")
    parts.client.post(f"{address}drop/")
    work_on_tables()
    assert (kept().state, kept().parcel, offices()) == (State.DROPPED, None, 0)
    assert AuditEvent.objects.filter(action="放弃导入分工").count() == 1
    parts.client.post(f"{address}confirm/", {"mark": kept().mark})
    assert "这次导入已放弃，不能再确认" in text_of(parts.client.get(address))


def test_looking_does_nothing(parts: Table) -> None:
    address = ready(parts)
    for act in ("confirm/", "drop/"):
        assert parts.client.get(f"{address}{act}")["Location"] == address
    assert kept().state == State.READY


def let_go(user: User) -> None:
    user.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))


@pytest.mark.parametrize("step", [State.WAITING, State.QUEUED])
def test_whose_right_has_ended_is_refused_in_the_background_too(
    parts: Table, cast: Cast, step: str
) -> None:
    address = queued(parts) if step == State.QUEUED else parts.later(renamed(parts, 1))
    let_go(cast.admin)
    work_on_tables()
    assert (kept().state, kept().sentence) == (State.REFUSED, "分工只能由管理员导入。")
    assert (kept().parcel, offices()) == (None, 0)
    assert parts.client.get(address).status_code == 403


def test_whose_right_has_ended_confirms_nothing(parts: Table, cast: Cast) -> None:
    address = ready(parts, 1)
    mark = kept().mark
    let_go(cast.admin)
    assert parts.client.post(f"{address}confirm/", {"mark": mark}).status_code == 403
    assert (kept().state, offices()) == (State.READY, 0)


def test_an_account_that_was_closed_imports_nothing(parts: Table, cast: Cast) -> None:
    queued(parts)
    User.objects.filter(pk=cast.admin.pk).update(is_active=False)
    work_on_tables()
    assert (kept().state, offices()) == (State.REFUSED, 0)


def test_a_fault_of_ours_ends_with_a_sentence_and_the_next_one_goes_on(parts: Table) -> None:
    address = parts.later(renamed(parts, 1))
    with mock.patch.object(later, "preview_table", side_effect=PermissionDenied):
        work_on_tables()
    page = text_of(parts.client.get(address))
    assert "未能导入" in page
    assert "系统出错，没有写入任何内容；问题已记录" in page
    another = parts.later(renamed(parts, 1))
    assert another != address
    work_on_tables()
    assert "待确认" in polled(parts, another)["state"]


def test_a_fault_while_writing_leaves_nothing_half_written_and_can_be_confirmed_again(
    parts: Table,
) -> None:
    address = queued(parts)
    with mock.patch.object(later, "result_of", side_effect=LookupError):
        work_on_tables()
    assert (kept().state, offices()) == (State.READY, 0)
    assert not AuditEvent.objects.filter(action="导入分工").exists()
    assert "写入中断了，没有写入任何内容" in text_of(parts.client.get(address))
    parts.confirm_later(address)
    work_on_tables()
    assert offices() == AT_ONCE + 1


def died(state: str) -> datetime.datetime:
    """A worker took it to ``state`` and never came back; the moment at which that is plain."""
    now = timezone.now()
    TableImport.objects.update(state=state, claimed_at=now)
    Progress(kept().pk)(7)
    return now + STALLED + datetime.timedelta(seconds=1)


def test_a_crash_of_the_preview_ends_with_a_sentence(parts: Table, var: Path) -> None:
    address = parts.later(renamed(parts, 1))
    late = died(State.PREVIEWING)
    sweep_imports(late - datetime.timedelta(minutes=1))
    assert polled(parts, address) == {"busy": True, "state": "正在核对", "rows": 7}
    sweep_imports(late)
    assert (kept().state, kept().parcel) == (State.REFUSED, None)
    assert "核对中断了，没有写入任何内容；请重新选择文件" in text_of(parts.client.get(address))
    assert list(var.iterdir()) == []


def test_a_crash_of_the_write_goes_back_to_the_preview(parts: Table) -> None:
    address = queued(parts)
    sweep_imports(died(State.WRITING))
    assert "写入中断了，没有写入任何内容" in text_of(parts.client.get(address))
    parts.confirm_later(address)
    work_on_imports()
    assert offices() == AT_ONCE + 1


def test_a_worker_taken_for_dead_writes_nothing(parts: Table) -> None:
    queued(parts)
    with mock.patch.object(later, "claim", side_effect=lambda *_: bool(sweep_away())):
        assert write_import(kept=kept())
    assert (kept().state, offices()) == (State.READY, 0)


def sweep_away() -> int:
    return TableImport.objects.update(state=State.READY)


def test_what_nobody_confirms_is_given_up_after_a_week(parts: Table) -> None:
    address = ready(parts)
    made = kept().at
    sweep_imports(made + UNCONFIRMED)
    assert kept().state == State.READY
    sweep_imports(made + UNCONFIRMED + datetime.timedelta(seconds=1))
    assert (kept().state, kept().parcel) == (State.DROPPED, None)
    assert "超过 7 天没有确认" in text_of(parts.client.get(address))


def test_refused_rows_are_told_for_a_month_and_the_counts_for_good(parts: Table) -> None:
    rows = renamed(parts, AT_ONCE + 2)
    rows[1][HAND] = "没有的人"
    address = parts.later(rows)
    work_on_tables()
    parts.confirm_later(address)
    work_on_tables()
    settled = kept().settled_at
    assert settled
    sweep_imports(settled + TOLD + datetime.timedelta(seconds=1))
    assert "没有的人" not in text_of(parts.client.get(address))
    assert fates(parts.client.get(address))["修改"] == AT_ONCE + 1


def test_how_far_it_is_can_be_seen_while_the_transaction_is_open(parts: Table) -> None:
    address = parts.later(renamed(parts, 1))
    seen = []
    with mock.patch.object(Progress, "__call__", lambda self, done: seen.append(done), create=True):
        work_on_tables()
    assert seen == list(range(1, AT_ONCE + 2))
    Progress(kept().pk)(40)
    assert rows_done(kept().pk) == 40
    assert polled(parts, address)["rows"] == 40


def test_where_the_sign_of_progress_can_not_be_written_the_import_goes_on(
    parts: Table, var: Path
) -> None:
    var.write_text("in the way of the folder")
    address = queued(parts)
    assert polled(parts, address) == {"busy": True, "state": "等待写入", "rows": 0}
    work_on_tables()
    assert (kept().state, offices()) == (State.DONE, AT_ONCE + 1)


def test_a_thousand_rows_are_the_most(parts: Table) -> None:
    head, *rows = parts.rows()
    long = (rows * 4)[:1001]
    answer = parts.send([head, *long])
    assert "共 1001 行，一次最多 1000 行：请拆成几个文件" in text_of(answer)
    assert parts.later([head, *long[:1000]])


def newcomers(count: int) -> list[list[str]]:
    return [[f"new{at}", f"新人{at}", "", "区城管局", "填报员"] for at in range(count)]


def known(count: int, telephone: str) -> list[list[str]]:
    """That many rows of people who are there already, made so for the test."""
    for at in range(count):
        User.objects.get_or_create(username=f"known{at}", name=f"旧人{at}")
    return [[f"known{at}", f"旧人{at}", telephone, "", ""] for at in range(count)]


def test_a_few_new_accounts_among_many_known_people_are_opened_by_the_click(
    people: Table,
) -> None:
    address = people.later([PEOPLE, *known(60, ""), *newcomers(2)])
    work_on_tables()
    answer = people.confirm_later(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "new1" in text_of(answer)
    assert User.objects.filter(username__startswith="new").count() == 2
    assert kept().state == State.DONE


def test_passwords_are_not_left_to_the_background(people: Table) -> None:
    address = people.later([PEOPLE, *known(49, "58121234"), *newcomers(2)])
    work_on_tables()
    page = text_of(people.client.get(address))
    assert "要开通 2 个账户，连同修改共 51 行，什么也没有写入" in page
    assert "请把新人员另做文件，每份最多 50 行；已有人员的行不受此限" in page
    assert kept().state == State.REFUSED
    assert not User.objects.filter(username__startswith="new").exists()


def test_known_people_may_be_many(people: Table) -> None:
    address = people.later([PEOPLE, *known(60, "58121234")])
    work_on_tables()
    people.confirm_later(address)
    work_on_tables()
    assert User.objects.filter(telephone="58121234").count() == 60


def test_an_account_that_would_be_opened_in_the_background_after_all_is_not(
    people: Table,
) -> None:
    """Whom the preview knew may be gone by some other way."""
    address = people.later([PEOPLE, *known(60, "58121234")])
    work_on_tables()
    people.confirm_later(address)
    User.objects.filter(username="known7").delete()
    work_on_tables()
    assert kept().state == State.REFUSED
    assert "要开通 1 个账户" in text_of(people.client.get(address))
    assert not User.objects.filter(username="known7").exists()
    assert not User.objects.filter(telephone="58121234").exists()


def test_what_was_for_the_click_opens_no_account_when_the_background_gets_it(
    people: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update of the product may lower the limit between preview and confirmation."""
    monkeypatch.setattr(PersonResource, "at_once", 52)
    address = people.later([PEOPLE, *known(50, "58121234"), *known(60, "")[50:], *newcomers(2)])
    work_on_tables()
    monkeypatch.setattr(PersonResource, "at_once", 50)
    people.confirm_later(address)
    assert kept().state == State.QUEUED
    work_on_tables()
    assert kept().state == State.REFUSED
    assert not User.objects.filter(username__startswith="new").exists()


def test_rights_are_given_in_the_background_as_on_the_page(people: Table, cast: Cast) -> None:
    rows = known(60, "")
    for row in rows:
        row[3:] = ["区城管局", "填报员"]
    address = people.later([PEOPLE, *rows, ["admin", "", "", "区水利局", "汇总员"]])
    work_on_tables()
    assert "不能增减自己的任职" in text_of(people.client.get(address))
    people.confirm_later(address)
    work_on_tables()
    posts = Membership.objects.filter(user__username__startswith="known")
    assert posts.count() == 60
    assert {post.department for post in posts} == {Department.objects.get(code="cgj")}
    assert posts[0].history.first().history_user == cast.admin
    assert AuditEvent.objects.filter(action="新增任职", user=cast.admin).count() == 60
    assert cast.admin.memberships.count() == 1
