"""Every address of the site × the cast: a new address without a row fails the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from departments.models import User
from reports.actions.approval import approve_reports
from reports.actions.attachments import attach_file
from reports.actions.coordination import Handling, open_coordination
from reports.actions.entries import log_entry
from reports.actions.extensions import ask_extension
from reports.actions.filing import submit_report
from reports.actions.history import open_history
from reports.actions.urging import issue_letter
from reports.calendar import HalfYear
from reports.models import ChannelState, ContactPoint, Notice, PlanExport, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from tests.cast import Cast, report_of
from tests.conftest import NOW
from tests.reports.history_styles import saved, told, with_groups
from tests.reports.workbook_steps import dropped, workbook_of
from tests.url_table import METHODS, OPEN_TO_ALL, TABLE

pytestmark = pytest.mark.django_db
CONTENT = {"progress": "完成改造。", "state": "on_track", "completion": 60}


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Names of all addresses; Django's admin has its own test below."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern.url_patterns, prefix)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield pattern.name


@pytest.fixture
def things(period: ReportingPeriod, cast: Cast, tmp_path: Any, settings: Any) -> dict[str, Any]:
    """What the addresses name: 12.1 filed by 区城管局, 14.1 blank, an entry of 区住房城乡建委."""
    import datetime
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    filed, blank = report_of(period, "12.1"), report_of(period, "14.1")
    upload = SimpleUploadedFile("照片.png", picture.getvalue())
    attachment = attach_file(owner=filed, by=cast.cgj_reporter, upload=upload)
    asking = {**CONTENT, "coordination": "请区财政局安排资金。"}
    submit_report(report=filed, by=cast.cgj_reporter, content=asking)
    submission, _ = approve_reports(reports=[filed], by=cast.cgj_approver)
    matter = open_coordination(
        report=filed,
        by=cast.slj_coordinator,
        handling=Handling(answerer=filed.department, due_on=datetime.date(2027, 2, 1)),
    )
    entry = log_entry(
        item=filed.assignment.work_item,
        by=cast.zjw_reporter,
        happened_on=datetime.date(2026, 12, 20),
        text="检漏",
    )
    extension = ask_extension(
        period=period,
        department=filed.department,
        by=cast.cgj_reporter,
        wanted_on=datetime.date(2027, 1, 25),
        reason="数据核定",
    )
    tick(NOW)
    notice = Notice.objects.get(user=cast.cgj_reporter, kind=Kind.OPENED)
    ChannelState.objects.create(name="mail", stopped_at=NOW, reason="邮件服务器拒绝登录（535）")
    robot = ContactPoint.objects.create(
        channel="robot", user=cast.cgj_reporter, label="我的群",
        address="https://oapi.dingtalk.com/robot/send?access_token=0123456789",
    )  # fmt: skip
    brought = dropped(period, cast.cgj_reporter, workbook_of(period))
    letter = issue_letter(
        period=period, department=filed.department, by=cast.slj_coordinator, number="水函5号"
    )
    history = open_history(
        plan=period.plan,
        half_year=HalfYear(2022, 2),
        by=cast.admin,
        name="台账.xlsx",
        content=saved(with_groups(told(HalfYear(2022, 2))[:1])),
    )
    return {
        "urge": {"pk": letter.pk},
        "history": {"pk": history.pk},
        "robot": {"pk": robot.pk},
        "token": {"token": "no-such-token"},
        "channel": {"name": "mail"},
        "ack": {"pk": period.pk, "department": "cgj"},
        "notice": {"pk": notice.pk},
        "filed": {"pk": filed.pk},
        "blank": {"pk": blank.pk},
        "attachment": {"pk": attachment.pk},
        "submission": {"pk": submission.pk},
        "entry": {"pk": entry.pk},
        "extension": {"pk": extension.pk},
        "coordination": {"pk": matter.pk},
        "period": {"pk": period.pk},
        "plan": {"plan": period.plan.slug},
        "half": {"plan": period.plan.slug, "code": "2026H2"},
        "half_cgj": {"plan": period.plan.slug, "code": "2026H2", "department": "cgj"},
        "task": {"plan": period.plan.slug, "number": 12},
        "goal": {"plan": period.plan.slug, "year": 2026, "task": 12, "row": 1},
        "indicator": {"plan": period.plan.slug, "code": "network-leakage"},
        "value": {
            "plan": period.plan.slug,
            "code": "network-leakage",
            "half": "2026H2",
            "department": "cgj",
        },
        "baseline": {"plan": period.plan.slug, "code": "gdp-water", "year": 2015},
        "department": {"code": "cgj"},
        "plan_cgj": {"plan": period.plan.slug, "code": "cgj"},
        "item": {"plan": period.plan.slug, "task": 12, "row": 1},
        "hand": {"code": "cgj", "pk": filed.assignment_id},
        "person": {"pk": cast.cgj_colleague.pk},
        "import": {"pk": brought.pk},
        "import_undo": {"pk": brought.pk, "how": "undo"},
        "export": {"plan": period.plan.slug, "pk": failed_export(period, cast).pk},
        "reset": {"uidb64": "MQ", "token": "no-such-token"},
    }


def failed_export(period: ReportingPeriod, cast: Cast) -> PlanExport:
    return PlanExport.objects.create(
        plan=period.plan, asked_by=cast.slj_coordinator, asked_at=NOW, state="failed"
    )


def ask(client: Client, method: str, address: str) -> int:
    answer = client.post(address) if method == "POST" else client.get(address)
    return answer.status_code


def test_every_address_has_a_row() -> None:
    known = set(names(get_resolver().url_patterns))
    listed = set(TABLE) | OPEN_TO_ALL
    assert known == listed, known ^ listed


@pytest.mark.parametrize("name", sorted(TABLE))
def test_everybody_gets_what_the_table_says(
    name: str, things: dict[str, Any], cast: Cast, login: Callable[[User], Client]
) -> None:
    thing, expected = TABLE[name]
    address = reverse(name, kwargs=things[thing] if thing else {})
    got = {}
    for who in expected:
        client = Client() if who == "anonymous" else login(getattr(cast, who))
        got[who] = ask(client, METHODS.get(name, "GET"), address)
    assert got == expected


def test_only_the_admin_gets_into_djangos_admin(
    cast: Cast, login: Callable[[User], Client]
) -> None:
    for who in ("outsider", "cgj_reporter", "slj_coordinator", "auditor"):
        assert login(getattr(cast, who)).get("/admin/").status_code in {302, 403, 404}
    assert Client().get("/admin/").status_code == 302
    assert login(cast.admin).get("/admin/").status_code == 200
