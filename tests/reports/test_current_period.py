"""With several plans: everybody sees the half-year of their own, or of the page's."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import Department, User
from reports.actions.periods import close_period
from reports.calendar import SHANGHAI
from reports.models import Extension, ReportingPeriod, Submission
from reports.selectors.current import current_period_of
from tasks.models import WorkItem
from tests.cast import Cast, person
from tests.reports.second_plan import another_plan, assign, open_half

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
OURS, THEIRS = "2027年1月15日", "2027年1月10日"
BETWEEN = datetime.datetime(2027, 1, 12, 9, tzinfo=SHANGHAI)
"""After their deadline, before ours."""


@pytest.fixture
def other(period: ReportingPeriod) -> ReportingPeriod:
    """The same half-year of another district, due five days earlier."""
    return open_half(another_plan())


def ribbon(client: Client, where: str = "/") -> str:
    """The deadline that the frame shows; empty without one."""
    found = re.search(r'class="ribbon".*?截止 <b>([^（]+)', read(client, where), re.DOTALL)
    return found[1] if found else ""


def read(client: Client, where: str = "/") -> str:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def test_everybody_sees_the_half_year_of_their_own_plan(
    other: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.cgj_reporter, cast.swj_reporter, cast.slj_coordinator):
        assert ribbon(login(user)) == OURS, user
    for role, code in (("reporter", "kz-cgj"), ("coordinator", "kz-slj")):
        client = login(person(f"kz-{role}", role, code))
        assert ribbon(client) == THEIRS, role
        assert "/plans/kaizhou-2021/tasks/" in read(client)
        assert "/plans/wanzhou-2020-50/" not in read(client)


def test_ones_own_half_year_stays_after_its_deadline_while_another_plans_runs(
    other: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    now.move_to(BETWEEN)
    html = read(login(person("kz", "reporter", "kz-cgj")))
    assert "已过 2 天" in html
    assert "开州管网改造" in html
    assert ribbon(login(cast.cgj_reporter)) == OURS


@pytest.mark.parametrize("tail", ["tasks/", "periods/", "periods/2026H2/", "matrix/"])
def test_a_page_about_a_plan_shows_that_plans_half_year(
    other: ReportingPeriod, cast: Cast, login: Login, tail: str
) -> None:
    both = person("both", "coordinator", "kz-slj")
    both.memberships.create(
        department=Department.objects.get(code="slj"), role="coordinator", since="2020-05-15"
    )
    client = login(both)
    for slug, due in (("kaizhou-2021", THEIRS), ("wanzhou-2020-50", OURS)):
        html = read(client, f"/plans/{slug}/{tail}")
        assert ribbon(client, f"/plans/{slug}/{tail}") == due
        assert f'href="/plans/{slug}/periods/2026H2/"' in html
        assert html.count('aria-current="page"') >= 1
    assert ribbon(client) == THEIRS, "the next due of both"


def test_where_ones_own_is_closed_no_other_plans_half_year_is_shown(
    other: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    close_period(period=period)
    for user in (cast.cgj_reporter, cast.slj_coordinator):
        html = read(login(user))
        assert "目前没有开放的报告期" in html
        assert "截止 2027年7月15日" in html
        assert "/plans/kaizhou-2021/" not in html
        assert "/plans/wanzhou-2020-50/periods/2026H2/" in html
        assert ribbon(login(user)) == ""
    assert ribbon(login(cast.slj_coordinator), f"/plans/{period.plan.slug}/tasks/") == ""


def test_who_belongs_to_no_plan_sees_the_next_due_of_all(
    other: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    Department.objects.create(code="idle", name="没有分工的单位")
    users = [cast.auditor, cast.admin, person("idle", "reporter", "idle")]
    assert [ribbon(login(user)) for user in users] == [THEIRS] * 3
    now.move_to(BETWEEN)
    assert [ribbon(login(user)) for user in users] == [OURS] * 3


def test_a_member_of_a_collective_belongs_to_the_plan_that_names_the_collective(
    other: ReportingPeriod, cast: Cast, login: Login
) -> None:
    towns = Department.objects.create(code="kz-zj", name="开州各镇", kind="collective")
    town = Department.objects.create(code="kz-town", name="开州某镇", kind="town")
    towns.members.add(town)
    client = login(person("town", "reporter", "kz-town"))
    assign(WorkItem.objects.get(task__plan=other.plan), towns, "responsible")
    assert ribbon(client) == THEIRS
    close_period(period=other)
    assert ribbon(client) == ""


def test_leads_added_later_are_those_of_the_plan_whose_half_years_are_listed(
    other: ReportingPeriod, cast: Cast, login: Login
) -> None:
    zjw = Department.objects.get(code="zjw")
    assign(WorkItem.objects.get(task__plan=other.plan), zjw)
    client = login(cast.admin)
    assert "开放后新增的牵头分工" in read(client, "/plans/kaizhou-2021/periods/")
    assert "开放后新增的牵头分工" not in read(client, "/plans/wanzhou-2020-50/periods/")


def test_a_department_has_the_half_year_of_its_own_plan(
    other: ReportingPeriod, period: ReportingPeriod
) -> None:
    today = datetime.date(2027, 1, 5)
    for code, expected in (("cgj", period), ("kz-cgj", other), ("kz-fgw", other), ("fgw", period)):
        pk = Department.objects.get(code=code).pk
        assert current_period_of(frozenset({pk}), today) == expected, code


def test_a_page_that_names_no_plan_of_ours_still_has_its_links(
    other: ReportingPeriod, cast: Cast, login: Login
) -> None:
    answer = login(cast.cgj_reporter).get("/plans/no-such-plan/tasks/")
    assert answer.status_code == 404
    assert "/plans/no-such-plan/" not in answer.content.decode()


def test_a_second_plan_costs_no_query(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    def count() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        return len(caught)

    client = login(cast.cgj_reporter)
    few = count()
    open_half(another_plan())
    assert count() == few


def test_a_report_shows_the_half_year_of_its_own_plan(
    other: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.auditor)
    for half_year, due in ((other, THEIRS), (period, OURS)):
        assert ribbon(client, f"/reports/{half_year.reports.order_by('pk')[0].pk}/") == due


def test_so_do_a_submission_and_an_extension(
    other: ReportingPeriod, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.auditor)
    for half_year, code, due in ((other, "kz-cgj", THEIRS), (period, "cgj", OURS)):
        report = half_year.reports.filter(department__code=code)[0]
        sent = Submission.objects.create(
            period=half_year, department=report.department, signed_by=cast.cgj_approver,
            signed_at=timezone.now(),
        )  # fmt: skip
        asked = Extension.objects.create(
            period=half_year, department=report.department, reviewer=report.reviewer,
            status="asked", wanted_on="2027-01-20", reason="抢险。",
        )  # fmt: skip
        assert ribbon(client, f"/submissions/{sent.pk}/") == due
        assert ribbon(client, f"/extensions/{asked.pk}/") == due
