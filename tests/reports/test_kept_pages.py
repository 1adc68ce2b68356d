"""Overview and matrix are drawn once from the same facts: and never shown from any others."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import Department, User
from reports.actions.drafts import save_draft
from reports.actions.notices import acknowledge
from reports.models import Report, ReportEvent, ReportingPeriod
from reports.selectors.frozen import freeze
from reports.selectors.scope import scope_of
from reports.views.board import draw_board, read_board
from reports.views.matrix import draw_matrix
from tasks.models import Assignment, Plan, Section, Task
from tests.cast import Cast, report_of
from tests.reports.board import address
from tests.reports.matrix_cases import at
from tests.reports.matrix_story import Story
from tests.reports.matters import opened
from tests.reports.steps import TEXT, filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PAGES = ("periods/2026H2/", "matrix/", "matrix/?by=departments&show=progress")
MOMENTS = ("2026-01-16 00:00", "2026-07-16 00:00", "2026-07-22 00:00", "2027-01-05 10:00",
           "2027-01-12 10:00", "2027-01-16 00:00")  # fmt: skip


def forget() -> None:
    draw_board.cache_clear()
    draw_matrix.cache_clear()


def body(client: Client, where: str) -> str:
    """The page below its frame; the minute at which it was made left out."""
    answer = client.get(where)
    assert answer.status_code == 200, where
    html = answer.content.decode().split('<main id="main"')[1]
    return re.sub(r"更新于.*", "", html)


def test_as_the_story_goes_the_page_is_always_the_one_drawn_anew(
    plan: Plan, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    story, clients = Story(plan, cast, now), [login(cast.slj_coordinator), login(cast.cgj_reporter)]
    forget()
    for moment in MOMENTS:
        story.until(at(moment))
        for client in clients:
            for page in PAGES:
                where = f"/plans/{plan.slug}/{page}"
                kept = body(client, where)
                forget()
                assert body(client, where) == kept, (moment, where)


def change_of(period: ReportingPeriod, cast: Cast) -> dict[str, Callable[[], object]]:
    """Changes that no step of a report makes."""
    report = report_of(period, "12.1")
    item = report.assignment.work_item
    return {
        "department": lambda: Department.objects.filter(code="cgj").update(name="区城市管理局"),
        "task": lambda: Task.objects.filter(pk=item.task_id).update(title="改造老旧管网"),
        "section": lambda: Section.objects.filter(pk=item.task.section_id).update(title="（九）改"),
        "scope": lambda: Assignment.objects.filter(pk=report.assignment_id).update(scope="主城"),
        "ranking": lambda: Plan.objects.filter(pk=period.plan_id).update(show_ranking=True),
        "deadline": lambda: ReportingPeriod.objects.filter(pk=period.pk).update(
            due_on=datetime.date(2027, 1, 18)
        ),
        "acknowledged": lambda: acknowledge(
            period=period, department=report.department, by=cast.cgj_reporter
        ),
        "matter": lambda: opened(report, cast.slj_coordinator),
    }


@pytest.mark.parametrize(
    "name",
    ["department", "task", "section", "scope", "ranking", "deadline", "acknowledged", "matter"],
)
def test_whatever_changes_shows_at_once(
    period: ReportingPeriod, cast: Cast, login: Login, name: str
) -> None:
    filed(report_of(period, "12.1"), cast, coordination="请区财政局安排资金。")
    client, where = login(cast.slj_coordinator), address(period)
    before = body(client, where)
    assert body(client, where) == before
    change_of(period, cast)[name]()
    after = body(client, where)
    assert after != before
    forget()
    assert body(client, where) == after


def test_what_is_drawn_is_drawn_from_the_facts_alone(period: ReportingPeriod, cast: Cast) -> None:
    filed(report_of(period, "12.1"), cast, coordination="请区财政局安排资金。")
    opened(Report.objects.get(pk=report_of(period, "12.1").pk), cast.slj_coordinator)
    for user in (cast.slj_coordinator, cast.cgj_reporter):
        scope = scope_of(user, period)
        assert scope is not None
        facts = read_board(period, scope, datetime.date(2027, 1, 12), "/here/")
        forget()
        with CaptureQueriesContext(connection) as asked:
            draw_board(facts)
        assert len(asked) == 0


def test_who_may_see_less_is_never_shown_what_was_drawn_for_another(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    filed(report_of(period, "12.1"), cast)
    forget()
    everything = body(login(cast.slj_coordinator), address(period))
    own = body(login(cast.zjw_reporter), address(period))
    assert "区城管局" in everything
    assert "区城管局" not in own
    assert draw_board.cache_info().currsize == 2


def test_the_same_facts_are_drawn_once(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    forget()
    for user in (cast.slj_coordinator, cast.slj_coordinator):
        body(login(user), address(period))
    assert (draw_board.cache_info().hits, draw_board.cache_info().misses) == (1, 1)


def test_what_is_typed_into_a_draft_draws_nothing_anew(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report, client = report_of(period, "12.1"), login(cast.slj_coordinator)
    for state in ("behind", "on_track"):
        content = {**TEXT, "progress": f"在写：{state}。", "state": state}
        save_draft(report=report, by=cast.cgj_reporter, content=content, version=None)
        if state == "behind":
            forget()
        body(client, address(period))
    assert (draw_board.cache_info().hits, draw_board.cache_info().misses) == (1, 1)


def test_a_row_is_the_same_only_with_all_its_columns(period: ReportingPeriod) -> None:
    again = ReportingPeriod.objects.get(pk=period.pk)
    assert again == period
    assert freeze(again) == freeze(ReportingPeriod.objects.get(pk=period.pk))
    again.reminder_rules = {"hour": 10}
    assert freeze(again) != freeze(ReportingPeriod.objects.get(pk=period.pk))
    assert hash(freeze(again)) != 0
    assert ReportEvent.objects.count() == 0
