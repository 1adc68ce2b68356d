"""A task's page: rows, cells, targets, goals, hands, and what was filed every half-year."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, User
from reports.actions.goals import set_yearly_goal
from reports.actions.periods import open_period
from reports.actions.transition import Step, advance
from reports.calendar import HalfYear
from reports.models import Report, ReportingPeriod
from reports.selectors.task_page import pieces, task_page
from reports.states import Action
from tasks.models import Assignment, Plan, Task, WorkItem
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
URL = "/plans/wanzhou-2020-50/tasks/12/"
CONTENT = {
    "progress": "完成老城区管网改造 6.1 公里。",
    "state": "on_track",
    "completion": 60,
    "indicator_values": {"network-leakage": "9.3"},
}


def file(report: Report, cast: Cast, **content: object) -> Report:
    step = Step(content={**CONTENT, **content})
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=step)
    return advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)


def shown(client: Client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_the_row_with_both_cells_and_its_target(cast: Cast, login: Login) -> None:
    page = shown(login(cast.outsider))
    assert "重点推动老城区、老校区等管网高漏损区域的节水改造" in page
    assert '<a href="/departments/cgj/">区城管局</a>' in page
    assert '<a href="/departments/jw/">区教委</a>、<a href="/departments/jkq/">' in page
    assert "城市公共供水管网漏损率控制在10%以内" in page
    assert "尚未下达" in page


@pytest.mark.parametrize("kind", Assignment.Kind.values)
def test_a_cell_in_pieces_is_the_cell_as_printed(plan: Plan, kind: str) -> None:
    for item in WorkItem.objects.all():
        cell = item.lead_cell if kind == "lead" else item.responsible_cell
        parts = list(item.assignments.filter(kind=kind).order_by("order"))
        cut = pieces(cell, parts)
        assert "".join(piece.text for piece in cut) == cell
        linked = [piece.text for piece in cut if piece.department]
        assert linked == [part.printed_name for part in parts]


def test_filed_text_is_read_by_those_who_may(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    file(report_of(period, "12.1"), cast)
    for user in (cast.zjw_reporter, cast.cgj_reporter, cast.slj_coordinator, cast.auditor):
        page = shown(login(user))
        assert "完成老城区管网改造 6.1 公里。" in page
        assert "2026年下半年" in page
        assert '<dt>城市公共供水管网漏损率</dt><dd class="text">9.3</dd>' in page
    for user in (cast.swj_reporter, cast.outsider, cast.admin):
        assert "完成老城区" not in shown(login(user))


def test_a_draft_is_shown_to_nobody(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    step = Step(content=CONTENT)
    report = report_of(period, "12.1")
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=step)
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.zjw_reporter):
        assert "完成老城区" not in shown(login(user))


def test_after_a_return_the_last_filed_version_stays(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = file(report_of(period, "12.1"), cast)
    advance(
        report=report, action=Action.RETURN, by=cast.slj_coordinator, step=Step(comment="请补充")
    )
    redraft = Step(content={"progress": "改后的草稿"})
    advance(report=report, action=Action.SAVE, by=cast.cgj_reporter, step=redraft)
    page = shown(login(cast.zjw_reporter))
    assert "完成老城区管网改造 6.1 公里。" in page
    assert "改后的草稿" not in page


def test_both_leads_of_8_2_are_shown_apart(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    file(report_of(period, "8.2", "cgj"), cast)
    page = shown(login(cast.slj_coordinator), "/plans/wanzhou-2020-50/tasks/8/")
    assert "[直接取水企业]、" in page
    assert page.count('<details class="filed"') == 1


def test_goals_and_hands_are_shown(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    item = WorkItem.objects.get(task__number=12)
    for year, text in ((2026, "漏损率≤9%"), (2025, "漏损率≤9.8%")):
        set_yearly_goal(
            work_item=item, year=year, text=text, basis="区水利局文件", by=cast.slj_coordinator
        )
    lead = item.assignments.leads().get()
    lead.office, lead.person_in_charge = "供水科", cast.cgj_reporter
    lead.save()
    page = shown(login(cast.outsider))
    assert "<dt>2026年目标</dt>" in page
    assert "漏损率≤9.8%" in page
    assert "供水科 · cgj_reporter".replace("_", " ") in page
    assert "goals/12.1/2026/" not in page
    assert "goals/12.1/2026/" in shown(login(cast.slj_coordinator))


def test_members_of_a_collective_are_named(plan: Plan, cast: Cast, login: Login) -> None:
    town = Department.objects.create(code="tc", name="太白街道", kind="town")
    Department.objects.get(code="jd").members.add(town)
    page = shown(login(cast.outsider), "/plans/wanzhou-2020-50/tasks/27/")
    assert "<dt>各街道办事处</dt><dd>太白街道</dd>" in page


def test_a_withdrawn_row_keeps_its_place_and_says_so(cast: Cast, login: Login) -> None:
    WorkItem.objects.filter(task__number=20, row=3).update(withdrawn_on="2027-03-01")
    page = shown(login(cast.outsider), "/plans/wanzhou-2020-50/tasks/20/")
    assert "2027年3月1日撤销" in page


@pytest.mark.parametrize("number", ["0", "32", "99999", "9" * 40])
def test_a_task_that_is_none_is_not_found(cast: Cast, login: Login, number: str) -> None:
    url = f"/plans/wanzhou-2020-50/tasks/{number}/"
    assert login(cast.outsider).get(url).status_code == 404


def test_the_first_task_has_no_one_before_it(plan: Plan, cast: Cast) -> None:
    first, last = (Task.objects.get(number=number) for number in (1, 31))
    today = datetime.date(2027, 1, 5)
    pages = [task_page(task, cast.outsider, year=2026, today=today) for task in (first, last)]
    assert (pages[0].before, pages[1].after) == (None, None)
    assert pages[0].after is not None
    assert pages[0].after.number == 2


def test_the_number_of_queries_is_the_same_after_many_half_years(
    plan: Plan, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    file(report_of(period, "12.1"), cast)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(URL)
    for year in range(2020, 2026):
        for half in (1, 2):
            old, _ = open_period(plan=plan, half_year=HalfYear(year, half))
            file(report_of(old, "12.1"), cast)
    parts = Assignment.objects.filter(work_item__task__number=12)
    parts.update(office="供水科", person_in_charge=cast.cgj_reporter)
    with CaptureQueriesContext(connection) as many:
        page = client.get(URL).content.decode()
    assert page.count('<details class="filed"') == 3
    assert '<a class="small" href="/plans/wanzhou-2020-50/items/12.1/">历期进展' in page
    assert len(many) == len(few)
