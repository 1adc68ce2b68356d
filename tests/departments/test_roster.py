"""Which departments cannot file as they are staffed."""

import datetime

import pytest

from departments.models import Department, Membership
from departments.roster import staffing_gaps
from tests.cast import Cast, person

TODAY = datetime.date(2027, 1, 5)


@pytest.fixture
def cgj(cast: Cast) -> Department:
    return Department.objects.get(code="cgj")


def reasons(*bodies: Department) -> list[str]:
    return [gap.reason for gap in staffing_gaps(bodies, TODAY)]


def test_a_reporter_and_an_approver_are_enough(cgj: Department) -> None:
    assert reasons(cgj) == []


def test_a_department_without_anybody_lacks_both(cast: Cast) -> None:
    body = Department.objects.get(code="jw")
    assert reasons(body) == ["没有在任的填报员、审签人"]


def test_who_left_yesterday_is_missing_today(cgj: Department) -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    Membership.objects.filter(department=cgj, role="approver").update(until=yesterday)
    assert reasons(cgj) == ["没有在任的审签人"]
    Membership.objects.filter(department=cgj, role="approver").update(until=TODAY)
    assert reasons(cgj) == []


def test_a_closed_account_works_for_nobody(cast: Cast, cgj: Department) -> None:
    cast.cgj_approver.is_active = False
    cast.cgj_approver.save()
    assert reasons(cgj) == ["没有在任的审签人"]


def test_no_approver_is_missed_where_none_is_needed(cgj: Department) -> None:
    Membership.objects.filter(department=cgj, role="approver").delete()
    cgj.needs_approval = False
    assert reasons(cgj) == []


def test_one_person_in_both_roles_cannot_approve_what_they_submitted(cast: Cast) -> None:
    body = Department.objects.get(code="jw")
    both = person("both", "reporter", "jw")
    Membership.objects.create(
        user=both, department=body, role="approver", since=datetime.date(2020, 5, 15)
    )
    assert reasons(body) == ["填报员和审签人是同一人，所报事项无人可审签"]
    person("second", "approver", "jw")
    assert reasons(body) == []


def test_one_query_for_all_departments(cast: Cast, django_assert_num_queries) -> None:
    bodies = list(Department.objects.all())
    with django_assert_num_queries(1):
        assert len(staffing_gaps(bodies, TODAY)) > 10
