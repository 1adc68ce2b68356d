"""A department's page, and who there has an item in hand."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, Membership, User
from reports.actions.item_hand import set_item_hand
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from reports.selectors.department_page import people_of
from tasks.models import Assignment, Plan
from tests.cast import Cast, person

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
URL = "/departments/cgj/"


@pytest.fixture
def part(plan: Plan) -> Assignment:
    return Assignment.objects.leads().get(work_item__task__number=12)


def send(client: Client, part: Assignment, office: str = "供水科", who: object = "") -> object:
    data = {f"hand{part.pk}-office": office, f"hand{part.pk}-person": str(who)}
    return client.post(f"{URL}items/{part.pk}/", data)


def shown(client: Client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_shows_all_that_it_leads_and_takes_part_in(cast: Cast, login: Login) -> None:
    page = shown(login(cast.outsider))
    assert "牵头 9 项，参与 31 项" in page
    assert "（自来水供水企业）" in page
    assert 'href="/plans/wanzhou-2020-50/tasks/12/#item1"' in page


def test_it_shows_people_and_telephones(cast: Cast, login: Login) -> None:
    Department.objects.filter(code="cgj").update(telephone="023-58220001")
    User.objects.filter(pk=cast.cgj_approver.pk).update(telephone="13800000001")
    page = shown(login(cast.outsider))
    for said in ("023-58220001", "13800000001", "cgj approver", "审签人"):
        assert said in page
    Membership.objects.filter(user=cast.cgj_approver).update(until=datetime.date(2020, 6, 1))
    assert "13800000001" not in shown(login(cast.outsider))


def test_a_collective_shows_its_members_and_they_its_items(cast: Cast, login: Login) -> None:
    town = Department.objects.create(code="tc", name="太白街道", kind="town")
    Department.objects.get(code="jd").members.add(town)
    assert '<a href="/departments/tc/">太白街道</a>' in shown(
        login(cast.outsider), "/departments/jd/"
    )
    page = shown(login(cast.outsider), "/departments/tc/")
    assert "作为集合成员参与 2 项" in page
    assert "所属集合" in page


def test_a_member_named_in_the_cell_itself_is_shown_once(cast: Cast, login: Login) -> None:
    jw = Department.objects.get(code="jw")
    Department.objects.get(code="jd").members.add(jw)
    page = shown(login(cast.outsider), "/departments/jw/")
    assert "作为集合成员参与 1 项" in page


def test_reports_of_the_period_are_shown_as_far_as_visible(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.auditor):
        assert shown(login(user)).count("未填报") == 9
    for user in (cast.zjw_reporter, cast.outsider, cast.admin):
        assert "未填报" not in shown(login(user))


def test_an_unknown_department_is_not_found(cast: Cast, login: Login) -> None:
    assert login(cast.outsider).get("/departments/none/").status_code == 404


def test_reporter_and_approver_put_an_item_into_hands(
    part: Assignment, cast: Cast, login: Login
) -> None:
    answer = send(login(cast.cgj_reporter), part, " 供水\n科 ", cast.cgj_colleague.pk)
    assert answer.status_code == 302  # type: ignore[attr-defined]
    part.refresh_from_db()
    assert (part.office, part.person_in_charge) == ("供水 科", cast.cgj_colleague)
    send(login(cast.cgj_approver), part, "管网科")
    part.refresh_from_db()
    assert (part.office, part.person_in_charge) == ("管网科", None)
    newest, before, _ = part.history.all()
    assert (before.office, newest.history_user) == ("供水 科", cast.cgj_approver)


def test_only_they_see_the_form(part: Assignment, cast: Cast, login: Login) -> None:
    for user in (cast.cgj_reporter, cast.cgj_approver):
        assert shown(login(user)).count("指定经办") == 40
    for user in (cast.slj_coordinator, cast.zjw_reporter, cast.admin, cast.auditor):
        assert "指定经办" not in shown(login(user))


@pytest.mark.parametrize("name", ["zjw_reporter", "slj_coordinator", "admin", "outsider"])
def test_nobody_else_may(part: Assignment, cast: Cast, login: Login, name: str) -> None:
    user = getattr(cast, name)
    with pytest.raises(NotAllowed):
        set_item_hand(assignment=part, office="供水科", person=None, by=user)
    assert send(login(user), part).status_code == 403  # type: ignore[attr-defined]


def test_a_person_of_another_department_is_refused(
    part: Assignment, cast: Cast, login: Login
) -> None:
    with pytest.raises(DomainError, match="现在不在本单位任职"):
        set_item_hand(assignment=part, office="", person=cast.zjw_reporter, by=cast.cgj_reporter)
    answer = send(login(cast.cgj_reporter), part, "供水科", cast.zjw_reporter.pk)
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "所选的人现在不在本单位任职" in page
    assert 'value="供水科"' in page
    part.refresh_from_db()
    assert part.office == ""


def test_an_overlong_office_is_refused_and_kept(part: Assignment, cast: Cast, login: Login) -> None:
    answer = send(login(cast.cgj_reporter), part, "科" * 51)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "科" * 51 in answer.content.decode()  # type: ignore[attr-defined]
    with pytest.raises(DomainError, match="最多 50 字"):
        set_item_hand(assignment=part, office="科" * 51, person=None, by=cast.cgj_reporter)


def test_a_withdrawn_part_is_a_conflict(part: Assignment, cast: Cast, login: Login) -> None:
    Assignment.objects.filter(pk=part.pk).update(withdrawn_on="2027-01-01")
    with pytest.raises(Conflict):
        set_item_hand(assignment=part, office="供水科", person=None, by=cast.cgj_reporter)
    answer = send(login(cast.cgj_reporter), part)
    assert answer.status_code == 409  # type: ignore[attr-defined]


def test_another_departments_part_is_not_found(cast: Cast, login: Login) -> None:
    other = Assignment.objects.filter(department__code="zjw").first()
    assert other is not None
    assert send(login(cast.cgj_reporter), other).status_code == 404  # type: ignore[attr-defined]


def test_saving_the_same_again_writes_no_history(part: Assignment, cast: Cast) -> None:
    args = {"assignment": part, "office": "供水科", "person": cast.cgj_colleague}
    assert set_item_hand(**args, by=cast.cgj_reporter)
    assert not set_item_hand(**args, by=cast.cgj_reporter)
    assert part.history.count() == 2


def test_a_person_with_two_roles_is_offered_once(cast: Cast) -> None:
    body = Department.objects.get(code="cgj")
    person("both", "approver", "cgj")
    Membership.objects.create(
        user=User.objects.get(username="both"),
        department=body,
        role="reporter",
        since=datetime.date(2020, 5, 15),
    )
    names = [user.username for user in people_of(body, datetime.date(2027, 1, 5))]
    assert names.count("both") == 1


def test_the_number_of_queries_is_the_same_whatever_the_data(
    plan: Plan, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    client.get("/departments/cgj/")
    with CaptureQueriesContext(connection) as few:
        client.get("/departments/cgj/")
    for year in range(2020, 2026):
        open_period(plan=plan, half_year=HalfYear(year, 1))
    for number in range(20):
        person(f"cgj{number}", "reporter", "cgj")
    for part in Assignment.objects.filter(department__code="cgj"):
        part.office, part.person_in_charge = "科", cast.cgj_colleague
        part.save()
    with CaptureQueriesContext(connection) as many:
        client.get("/departments/cgj/")
    assert len(many) == len(few)
