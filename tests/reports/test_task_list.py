"""The list of tasks: search and filters stand in the address and need no script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import Department, User
from reports.selectors.plan_rows import Wanted, find_rows
from tasks.models import Assignment, Plan, WorkItem
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
URL = "/plans/wanzhou-2020-50/tasks/"


def codes(plan: Plan, **wanted: str) -> list[str]:
    return [
        row.item.code
        for section in find_rows(plan, Wanted(**wanted))
        for task in section.tasks
        for row in task.rows
    ]


def test_all_52_rows_stand_under_eight_sections(plan: Plan) -> None:
    sections = find_rows(plan, Wanted())
    assert [section.count for section in sections] == [7, 5, 7, 11, 1, 10, 4, 7]
    assert len(codes(plan)) == 52


def test_a_code_finds_its_row_and_no_other(plan: Plan) -> None:
    assert codes(plan, words="2.1") == ["2.1"]
    assert codes(plan, words="１２.１") == ["12.1"]


def test_every_word_must_occur(plan: Plan) -> None:
    assert codes(plan, words="水价") == ["9.1", "18.1", "19.1"]
    assert codes(plan, words="水价 农业") == ["18.1"]
    assert codes(plan, words="水价　阶梯") == ["18.1"]
    assert codes(plan, words="没有这样的字") == []


def test_departments_are_found_by_name_alias_and_office(plan: Plan) -> None:
    assert codes(plan, words="区税务局") == codes(plan, words="万州区税务局")
    assert len(codes(plan, words="区税务局")) == 6
    Assignment.objects.leads().filter(work_item__task__number=12).update(office="供水科")
    assert codes(plan, words="供水科") == ["12.1"]


def test_filters_by_section_department_and_part(plan: Plan) -> None:
    assert codes(plan, section="5") == ["17.1"]
    led = codes(plan, department="cgj", role="lead")
    assert led == ["2.4", "8.2", "11.1", "12.1", "13.1", "14.1", "20.4", "20.5", "21.2"]
    assert codes(plan, department="swj", role="lead") == []
    both = codes(plan, department="cgj")
    assert set(both) == set(led) | set(codes(plan, department="cgj", role="responsible"))


def test_a_member_is_found_through_its_collective(plan: Plan) -> None:
    town = Department.objects.create(code="tc", name="太白街道", kind="town")
    Department.objects.get(code="jd").members.add(town)
    assert codes(plan, department="tc") == ["27.1", "31.1"]


def test_a_withdrawn_row_is_not_listed(plan: Plan) -> None:
    assert "20.3" in codes(plan)
    WorkItem.objects.filter(task__number=20, row=3).update(withdrawn_on="2027-01-01")
    assert "20.3" not in codes(plan)


def test_the_page_shows_what_was_asked_for(cast: Cast, login: Login) -> None:
    answer = login(cast.swj_reporter).get(URL, {"q": "水价", "department": "slj"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "找到 3 项工作内容" in page
    assert 'value="水价"' in page
    assert '<option value="slj" selected>区水利局</option>' in page


def test_anybody_signed_in_may_read_and_nobody_else(cast: Cast, login: Login) -> None:
    for user in (cast.outsider, cast.auditor, cast.admin):
        assert login(user).get(URL).status_code == 200
    assert Client().get(URL).status_code == 302


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"section": "99"}, "没有这个板块。"),
        ({"section": "9" * 500}, "没有这个板块。"),
        ({"department": "nobody"}, "没有这个单位。"),
        ({"role": "guest"}, "分工只有牵头单位和责任单位。"),
        ({"q": "水" * 101}, "有 101 字，最多 100 字，请精简。"),
    ],
)
def test_a_bad_filter_is_said_and_kept(
    cast: Cast, login: Login, query: dict[str, Any], sentence: str
) -> None:
    answer = login(cast.outsider).get(URL, query)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert query.get("q", "") in answer.content.decode()


@pytest.mark.parametrize("q", ["\u202e水价", "'; DROP TABLE", "%", "\\", "\u200b"])
def test_odd_characters_do_no_harm(cast: Cast, login: Login, q: str) -> None:
    assert login(cast.outsider).get(URL, {"q": q}).status_code == 200


def test_what_is_searched_is_never_markup(cast: Cast, login: Login) -> None:
    page = login(cast.outsider).get(URL, {"q": "<b>x</b>"}).content.decode()
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_it_rejects_post(cast: Cast, login: Login) -> None:
    assert login(cast.outsider).post(URL).status_code == 405


def test_a_plan_that_is_none_is_not_found(cast: Cast, login: Login) -> None:
    assert login(cast.outsider).get("/plans/none/tasks/").status_code == 404


def test_the_search_takes_four_queries(
    plan: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        find_rows(plan, Wanted(words="水价", department="slj"))


def test_the_plans_page_shows_the_head_of_the_document(cast: Cast, login: Login) -> None:
    page = login(cast.outsider).get("/plans/").content.decode()
    for printed in ("万州水利发〔2020〕50号", "重庆市万州区水利局", "至下一个月15日前", "附件 3.2"):
        assert printed in page


def test_only_the_page_one_is_on_is_current_in_the_frame(cast: Cast, login: Login) -> None:
    client = login(cast.cgj_reporter)
    current = {
        url: client.get(url).content.decode().count("aria-current") for url in ("/", "/plans/")
    }
    assert current == {"/": 1, "/plans/": 0}


def test_the_demo_banner_is_a_landmark(cast: Cast, login: Login, settings: Any) -> None:
    settings.DEMO = True
    page = login(cast.cgj_reporter).get(URL).content.decode()
    assert '<aside class="demo" aria-label="演示数据提示">' in page
