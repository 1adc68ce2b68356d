"""Long tables: tried and written in the background, left and come back to."""

from pathlib import Path

import pytest
from django.db.models import QuerySet

from departments.jobs import work_on_tables
from departments.models import AuditEvent, TableImport, User
from departments.tables.later import preview_import, write_import
from tasks.models import Assignment
from tests.cast import Cast, person
from tests.tables.later_steps import (
    AT_ONCE,
    HAND,
    Login,
    State,
    clock,
    kept,
    let_go,
    offices,
    parts,
    people,
    polled,
    queued,
    ready,
    renamed,
    var,
)
from tests.tables.steps import Table, changes, fates, text_of

__all__ = ["clock", "parts", "people", "var"]


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


def test_a_thousand_rows_are_the_most(parts: Table) -> None:
    head, *rows = parts.rows()
    long = (rows * 4)[:1001]
    answer = parts.send([head, *long])
    assert "共 1001 行，一次最多 1000 行：请拆成几个文件" in text_of(answer)
    assert parts.later([head, *long[:1000]])
