"""人员: people and memberships out and in; passwords issued, rights as on the pages."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import AuditEvent, Department, Membership, User
from tests.cast import Cast, person
from tests.tables.steps import Table, as_xlsx, changes, fates, read_xlsx, text_of

Login = Callable[[User], Client]
HEAD = [
    "用户名",
    "姓名",
    "电子邮箱",
    "联系电话",
    "账户状态",
    "单位",
    "角色",
    "起始日期",
    "截止日期",
]
ZHANG = ["zhangsan", "张三", "zhang@wz.cn", "58120000", "", "区城管局", "填报员", "2027-01-05", ""]


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


@pytest.fixture
def people(cast: Cast, login: Login) -> Table:
    return Table(login(cast.admin), "departments/user")


def test_what_was_exported_comes_back_unchanged(people: Table, cast: Cast) -> None:
    for kind in ("csv", "xlsx"):
        answer = people.send(people.export(kind), f"人员.{kind}")
        found = fates(answer)
        assert found["未变"] == User.objects.count(), text_of(answer)
        assert sum(found.values()) == found["未变"]
        assert "没有可以导入的行" in text_of(answer)


def test_a_person_with_two_posts_takes_two_rows_and_one_without_takes_one(
    people: Table, cast: Cast
) -> None:
    jw = Department.objects.get(code="jw")
    Membership.objects.create(
        user=cast.cgj_reporter, department=jw, role="reporter",
        since=datetime.date(2026, 1, 1), until=datetime.date(2026, 3, 31),
    )  # fmt: skip
    rows = people.rows()
    assert rows[0] == HEAD
    mine = [row[5:] for row in rows if row[0] == "cgj_reporter"]
    assert mine == [
        ["区城管局", "填报员", "2020-05-15", "长期"],
        ["区教委", "填报员", "2026-01-01", "2026-03-31"],
    ]
    assert [row[5:] for row in rows if row[0] == "outsider"] == [["", "", "", ""]]


def test_a_new_person_is_opened_with_a_password_shown_once(people: Table, cast: Cast) -> None:
    second = ["zhangsan", "张三", "", "", "", "jw", "审签人", "", "2027-06-30"]
    preview = people.send([HEAD, ZHANG, second])
    assert fates(preview) == {"新增": 1, "修改": 1, "未变": 0, "有误": 0}
    assert not User.objects.filter(username="zhangsan").exists()
    answer = people.confirm(preview)
    assert "no-store" in answer["Cache-Control"]
    passwords = re.findall(r'class="password">([^<]+)<', answer.content.decode())
    zhang = User.objects.get(username="zhangsan")
    assert len(passwords) == 1
    assert zhang.check_password(passwords[0])
    assert zhang.must_change_password
    posts = zhang.memberships.order_by("role").values_list("department__code", "role", "since")
    today = datetime.date(2027, 1, 5)
    assert list(posts) == [("jw", "approver", today), ("cgj", "reporter", today)]
    assert "区城管局填报员" in text_of(answer)
    assert "区教委审签人" in text_of(answer)
    assert passwords[0] not in people.export().decode("utf-8-sig")
    assert zhang.history.first().history_user == cast.admin
    log = changes()
    assert log[0] == "开通账户 张三（zhangsan）"
    assert log[1] == "新增任职 张三 · 区城管局 · 填报员 2027-01-05 至 长期"
    assert log[-1].startswith("导入人员 「表.csv」SHA-256 ")
    assert log[-1].endswith("新增 1，修改 1")


def test_confirming_twice_opens_one_account(people: Table) -> None:
    preview = people.send([HEAD, ZHANG])
    people.confirm(preview)
    again = people.confirm(preview)
    assert "数据在预览之后有变动" in text_of(again)
    assert User.objects.filter(username="zhangsan").count() == 1
    assert Membership.objects.filter(user__username="zhangsan").count() == 1


def test_no_password_column_is_read_or_written(people: Table) -> None:
    assert "密码" not in people.rows()[0]
    answer = people.send([[*HEAD, "密码"], [*ZHANG, "Secret-12345"]])
    assert "本表没有「密码」列，没有读取" in text_of(answer)
    people.confirm(answer)
    assert not User.objects.get(username="zhangsan").check_password("Secret-12345")


def test_changed_cells_change_and_blank_ones_do_not(people: Table, cast: Cast) -> None:
    row = ["cgj_reporter", "", "", "58120001", "", "", "", "", ""]
    preview = people.send([HEAD, row])
    assert fates(preview) == {"新增": 0, "修改": 1, "未变": 0, "有误": 0}
    assert "联系电话 ： 58120001" in text_of(preview)
    assert people.confirm(preview).status_code == 302
    cast.cgj_reporter.refresh_from_db()
    assert (cast.cgj_reporter.telephone, cast.cgj_reporter.name) == ("58120001", "cgj reporter")
    people.import_rows([HEAD, [*row[:3], "无", *row[4:]]])
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.telephone == ""


def test_an_end_date_ends_a_membership_and_forever_takes_it_off(people: Table, cast: Cast) -> None:
    row = ["cgj_reporter", "", "", "", "", "区城管局", "填报员", "2020/5/15", "2027-01-31"]
    people.import_rows([HEAD, row])
    held = cast.cgj_reporter.memberships.get()
    assert held.until == datetime.date(2027, 1, 31)
    assert held.history.first().history_user == cast.admin
    people.import_rows([HEAD, [*row[:7], "", "长期"]])
    held.refresh_from_db()
    assert held.until is None
    assert [line.split()[0] for line in changes()] == [
        "终止任职",
        "导入人员",
        "变更任职",
        "导入人员",
    ]


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"用户名": ""}, "用户名", "新增的行须填「用户名」"),
    ({"姓名": ""}, "姓名", "新增的行须填「姓名」"),
    ({"用户名": "张 三"}, "用户名", "合法的用户名"),
    ({"姓名": "张\u202e三"}, "姓名", "看不见的控制字符，请删除"),
    ({"姓名": "张" * 31}, "姓名", "有 31 字，最多 30 字，请缩短"),
    ({"电子邮箱": "zhang"}, "电子邮箱", "有效的"),
    ({"账户状态": "停用"}, "账户状态", "停用、启用账户请在人员页面办理"),
    ({"单位": "区环保局"}, "单位", "没有名称、别名或代码为「区环保局」的单位"),
    ({"单位": ""}, "整行", "填报员、审签人、汇总员须选择单位"),
    ({"单位": "各街道办事处"}, "角色", "是集合，不能任职"),
    ({"角色": ""}, "角色", "填了单位或日期，还须填角色"),
    ({"角色": "局长"}, "角色", "「局长」不能填在这里，可以填：填报员、审签人"),
    ({"起始日期": "今年"}, "起始日期", "「今年」不是日期，请写成 2027-01-05"),
    ({"起始日期": "2027-02-30"}, "起始日期", "没有「2027-02-30」这一天"),
    ({"截止日期": "2026-12-31"}, "整行", "截止日期不得早于起始日期"),
    ({"用户名": "auditor", "角色": "管理员", "姓名": ""}, "角色", "管理员与督查员不得由同一人"),
    ({"用户名": "cgj_reporter", "姓名": ""}, "角色", "在这段时间已有任职"),
    ({"用户名": "admin", "姓名": ""}, "角色", "不能增减自己的任职，请另一位管理员办理"),
]


@pytest.mark.parametrize(("changed", "column", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_row_is_named_with_column_and_cure(
    people: Table, changed: dict[str, str], column: str, said: str
) -> None:
    before = (User.objects.count(), Membership.objects.count())
    row = [changed.get(heading, cell) for heading, cell in zip(HEAD, ZHANG, strict=True)]
    good = ["lisi", "李四", *ZHANG[2:]]
    answer = people.send(as_xlsx([["人员名册"], HEAD, good, row], "名册"), "人员.xlsx")
    page = text_of(answer)
    assert fates(answer)["有误"] == 1, page
    assert "名册 第 4 行" in page
    assert f"{column} " in page.split("原因和改法")[1]
    assert said in page
    people.confirm(answer)
    assert (User.objects.count(), Membership.objects.count()) == (before[0] + 1, before[1] + 1)


def test_nobody_gives_rights_to_themselves_by_a_file(people: Table, cast: Cast) -> None:
    own = ["admin", "", "", "58120009", "", "", "汇总员", "", ""]
    own[5] = "区水利局"
    answer = people.send([HEAD, own])
    assert "不能增减自己的任职" in text_of(answer)
    assert cast.admin.memberships.count() == 1
    plain = people.send([HEAD, ["admin", "", "", "58120009", "", "", "", "", ""]])
    assert people.confirm(plain).status_code == 302


def test_a_refused_row_leaves_nothing_for_the_rows_below_it(people: Table) -> None:
    collective = ["zhangsan", "张三", "", "", "", "各街道办事处", "填报员", "", ""]
    answer = people.send([HEAD, collective, ZHANG])
    assert fates(answer) == {"新增": 1, "修改": 0, "未变": 0, "有误": 1}, text_of(answer)


def test_rows_of_one_person_must_agree(people: Table) -> None:
    other = ["zhangsan", "张山", "", "", "", "区教委", "填报员", "", ""]
    answer = people.send([HEAD, ZHANG, other, ZHANG])
    page = text_of(answer)
    assert "与第 2 行同一用户名的「姓名」不一致" in page
    assert "与第 2 行重复，请只留一行" in page


def test_what_changed_meanwhile_is_shown_again_and_nothing_written(
    people: Table, cast: Cast
) -> None:
    preview = people.send([HEAD, ["cgj_reporter", "", "", "1234567", "", "", "", "", ""]])
    User.objects.filter(pk=cast.cgj_reporter.pk).update(telephone="7654321")
    answer = people.confirm(preview)
    assert "数据在预览之后有变动" in text_of(answer)
    assert "7654321" in text_of(answer)
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.telephone == "7654321"


def test_a_preview_is_its_makers_and_of_its_table(people: Table, cast: Cast, login: Login) -> None:
    preview = people.send([HEAD, ZHANG])
    other = Table(login(person("admin2", "admin")), "departments/user")
    assert other.confirm(preview).status_code == 409
    wrong_table = Table(people.client, "departments/department")
    assert wrong_table.confirm(preview).status_code == 409
    spoilt = people.client.post(f"{people.address}import/confirm/", {"sealed": "x"})
    assert spoilt.status_code == 409
    assert "请重新选择文件" in text_of(spoilt)
    assert not User.objects.filter(username="zhangsan").exists()


def test_a_preview_does_not_last(people: Table, now: Any) -> None:
    preview = people.send([HEAD, ZHANG])
    now.shift(datetime.timedelta(hours=3))
    assert people.confirm(preview).status_code == 409


def test_only_an_admin_sees_the_pages(people: Table, cast: Cast, login: Login) -> None:
    preview = people.send([HEAD, ZHANG])
    for user in (cast.slj_coordinator, cast.cgj_reporter, cast.auditor, cast.outsider):
        stranger = Table(login(user), "departments/user")
        for page in ("import/", "import/blank/", "export/csv/", "export/xlsx/"):
            assert stranger.client.get(f"{stranger.address}{page}").status_code == 403
        assert stranger.send([HEAD, ZHANG]).status_code == 403
        assert stranger.confirm(preview).status_code == 403
    assert Client().get(f"{people.address}export/csv/")["Location"].startswith("/login/")


def test_looking_changes_nothing(people: Table) -> None:
    people.send([HEAD, ZHANG])
    assert people.client.get(f"{people.address}import/confirm/").status_code == 302
    assert changes() == []


def test_the_export_follows_search_and_filters_and_is_recorded(people: Table, cast: Cast) -> None:
    content = people.export("xlsx", "?memberships__role__exact=approver")
    assert {row[6] for row in read_xlsx(content)[1:]} == {"审签人"}
    assert people.client.get(f"{people.address}export/pdf/").status_code == 404
    assert AuditEvent.objects.filter(action="导出人员").get().subject == "4 行，xlsx"


def test_a_blank_table_can_be_downloaded_and_filled_in(people: Table) -> None:
    answer = people.client.get(f"{people.address}import/blank/")
    assert read_xlsx(answer.content) == [HEAD]
    assert "表头下面没有数据" in text_of(people.send(answer.content, "空表.xlsx"))


def test_the_export_asks_no_more_for_more_people(people: Table) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            people.export()
        return len(context)

    queries()
    before = queries()
    for number in range(10):
        person(f"extra_{number}", "reporter", "jw")
    assert queries() == before
