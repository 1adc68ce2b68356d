"""导出全部数据: asked for, watched, fetched and deleted in the browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import AuditEvent, User
from reports.archive.desk import archive_path, exports_folder
from reports.jobs import export_plans
from reports.models import PlanExport, ReportingPeriod
from tests.cast import Cast
from tests.conftest import NOW
from tests.tables.steps import text_of

Login = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(period: ReportingPeriod, tmp_path: Path, settings: Any) -> str:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return f"/plans/{period.plan.slug}/export/"


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.usefixtures("brief")
def test_from_the_question_to_the_file(page: str, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    assert "还没有导出过" in text_of(client.get(page))
    answer = client.post(f"{page}start/", follow=True)
    assert "可以离开本页" in text_of(answer)
    assert "等候后台开始" in text_of(answer)
    assert "every 2s" in answer.content.decode()
    export_plans()
    done = client.get(f"{page}progress/")
    assert "已完成" in text_of(done)
    assert "every 2s" not in done.content.decode()
    export = PlanExport.objects.get()
    file = client.get(f"{page}{export.pk}/")
    assert file["Content-Type"] == "application/zip"
    assert "no-store" in file["Cache-Control"]
    assert "filename*=utf-8''" in file["Content-Disposition"]
    assert body(file) == archive_path(export).read_bytes()
    line = AuditEvent.objects.get(action="下载全部数据")
    assert export.sha256 in line.subject
    assert line.user == cast.slj_coordinator


def test_a_second_click_starts_no_second_export(page: str, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    client.post(f"{page}start/")
    assert "还在进行" in text_of(client.post(f"{page}start/", follow=True))
    assert PlanExport.objects.count() == 1


def test_how_far_it_is_stands_on_the_page(
    page: str, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    client = login(cast.slj_coordinator)
    client.post(f"{page}start/")
    export = PlanExport.objects.get()
    stage = (
        '{"done": 41, "total": 100, "words": "正在写「分工」", "at": "2027-01-05T02:00:00+00:00"}'
    )
    (exports_folder() / f"{export.pk}.json").write_text(stage, "utf-8")
    shown = client.get(f"{page}progress/", headers={"X-Background": "1"})
    assert "41% 正在写「分工」" in text_of(shown)
    assert '<progress max="100" value="41"' in shown.content.decode()
    assert "没有动静" not in text_of(shown)
    now.shift(61)
    assert "五分钟后自动重做" in text_of(client.get(f"{page}progress/"))


@pytest.mark.usefixtures("brief")
def test_the_file_is_deleted_before_its_time(page: str, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    client.post(f"{page}start/")
    export_plans()
    export = PlanExport.objects.get()
    with CaptureQueriesContext(connection):
        client.post(f"{page}{export.pk}/discard/")
    gone = client.get(f"{page}{export.pk}/")
    export.refresh_from_db()
    assert export.state == "expired"
    assert "已到期删除" in text_of(client.get(page))
    client.post(f"{page}{export.pk}/discard/")
    assert AuditEvent.objects.filter(action="删除导出的全部数据").count() == 1
    assert gone.status_code in (200, 409)


def test_the_reason_of_a_failure_is_shown(page: str, cast: Cast, login: Login, plan: Any) -> None:
    PlanExport.objects.create(
        plan=plan, asked_by=cast.slj_coordinator, asked_at=NOW, state="failed", problem="写不进磁盘"
    )
    assert "写不进磁盘" in text_of(login(cast.slj_coordinator).get(page))


def test_the_way_there_is_shown_to_whom_may_go(page: str, cast: Cast, login: Login) -> None:
    periods = page.replace("export", "periods")
    assert page in login(cast.slj_coordinator).get(periods).content.decode()
    for user in (cast.fgw_coordinator, cast.admin):
        assert page not in login(user).get(periods).content.decode()


def test_the_page_asks_as_often_for_ten_exports_as_for_one(
    page: str, cast: Cast, login: Login, plan: Any
) -> None:
    client = login(cast.slj_coordinator)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(page)
        return len(context)

    facts = {"plan": plan, "asked_by": cast.slj_coordinator, "asked_at": NOW, "state": "failed"}
    PlanExport.objects.create(**facts)
    queries()
    before = queries()
    for _ in range(9):
        PlanExport.objects.create(**facts)
    assert queries() == before
