"""Long tables of people: known ones may be many, passwords are not left to the background."""

import pytest

from departments.jobs import work_on_tables
from departments.models import AuditEvent, Department, Membership, User
from departments.resources import PersonResource
from tests.cast import Cast
from tests.tables.later_steps import PEOPLE, State, clock, kept, parts, people, var
from tests.tables.steps import Table, text_of

__all__ = ["clock", "parts", "people", "var"]


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
