"""The help page."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from departments.models import Department, Membership, User
from reports.models import ReportingPeriod
from tasks.models import Plan
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("cgj_reporter", "填报员怎么用"),
        ("cgj_approver", "审签人怎么用"),
        ("slj_coordinator", "汇总员怎么用"),
        ("auditor", "督查员怎么用"),
        ("admin", "管理员怎么用"),
    ],
)
def test_each_role_reads_its_own_part_first_and_the_others_on_demand(
    period: ReportingPeriod, cast: Cast, login: Login, name: str, part: str
) -> None:
    html = login(getattr(cast, name)).get("/help/").content.decode()
    assert part in html
    assert len(re.findall("怎么用</h2>", html)) == 1
    assert html.count("<summary>") == 4


def test_it_says_what_must_not_be_uploaded_and_whom_to_call(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Department.objects.filter(code="slj").update(telephone="023-58xxx001")
    User.objects.filter(pk=cast.admin.pk).update(telephone="023-58xxx002")
    html = login(cast.outsider).get("/help/").content.decode()
    assert "非涉密系统，严禁上传涉密、敏感信息" in html
    assert html.index("023-58xxx001") < html.index("区发展改革委</li>")
    assert "023-58xxx002" in html


def test_an_admin_whose_membership_has_ended_is_not_named(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, named = login(cast.outsider), f"{cast.admin.name}（管理员）"
    assert named in client.get("/help/").content.decode()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Membership.objects.filter(user=cast.admin).update(since=yesterday, until=yesterday)
    assert named not in client.get("/help/").content.decode()


def test_it_quotes_the_documents_own_rule(plan: Plan, cast: Cast, login: Login) -> None:
    assert plan.reporting_rule in login(cast.cgj_reporter).get("/help/").content.decode()
