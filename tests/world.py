"""A half-year with one of everything in it, built once for all tests of a module.

A module takes it by importing the fixtures: ``from tests.world import cast, things, world``.
"""

import dataclasses
import datetime
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image
from pytest_django import DjangoDbBlocker

from reports.actions.approval import approve_reports
from reports.actions.attachments import attach_file
from reports.actions.coordination import Handling, open_coordination
from reports.actions.entries import log_entry
from reports.actions.extensions import ask_extension
from reports.actions.filing import submit_report
from reports.actions.history_read import open_history
from reports.actions.urging import issue_letter
from reports.calendar import HalfYear
from reports.models import ChannelState, ContactPoint, Notice, PlanExport, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from tests.cast import Cast, report_of
from tests.conftest import NOW, for_a_module
from tests.kept import Beginnings
from tests.reports.history_styles import saved, told, with_groups
from tests.reports.workbook_steps import dropped, workbook_of

CONTENT = {"progress": "完成改造。", "state": "on_track", "completion": 60}


@dataclasses.dataclass(frozen=True)
class World:
    """``things``: the arguments of the addresses, by what they name."""

    cast: Cast
    period: ReportingPeriod
    things: dict[str, Any]


@pytest.fixture(scope="module")
def world(
    django_db_setup: Beginnings,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """2026H2 in a transaction that is rolled back after the module; the clock stands at NOW."""
    with (
        for_a_module(django_db_blocker, django_db_setup) as (period, cast),
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
    ):
        yield World(cast, period, furnish(period, cast))


@pytest.fixture
def cast(world: World, db: None) -> Cast:
    return world.cast


@pytest.fixture
def period(world: World, db: None) -> ReportingPeriod:
    return world.period


@pytest.fixture
def things(world: World, db: None) -> dict[str, Any]:
    return world.things


def furnish(period: ReportingPeriod, cast: Cast) -> dict[str, Any]:
    """What the addresses name: 12.1 filed by 区城管局, 14.1 blank, an entry of 区住房城乡建委."""
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
