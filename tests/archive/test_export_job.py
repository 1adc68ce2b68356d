"""The background's side: what waits is made once, what breaks is taken up again, files go away."""

import datetime
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
import time_machine

from departments.errors import NotAllowed
from departments.models import AuditEvent
from reports.actions.plan_export import ask_plan_export, discard_plan_export
from reports.archive import desk
from reports.archive.desk import archive_path, exports_folder, stage_of
from reports.jobs import export_plans
from reports.models import PlanExport, ReportingPeriod
from tests.archive.readback import Export
from tests.cast import Cast
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
State = PlanExport.State
LATER = NOW + datetime.timedelta(minutes=10)


@pytest.fixture
def asked(period: ReportingPeriod, cast: Cast, tmp_path: Path, settings: Any) -> PlanExport:
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return ask_plan_export(plan=period.plan, by=cast.slj_coordinator)[0]


def test_what_waits_is_made_and_described(asked: PlanExport, cast: Cast) -> None:
    assert export_plans() == 1
    asked.refresh_from_db()
    assert asked.state == State.DONE
    data = archive_path(asked).read_bytes()
    assert (asked.bytes, asked.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    manifest = Export(archive_path(asked)).manifest
    assert asked.rows == sum(table["rows"] for table in manifest["tables"])
    assert [path.name for path in exports_folder().iterdir()] == [f"{asked.pk}.zip"]
    said = AuditEvent.objects.filter(action__contains="全部数据").order_by("pk")
    assert [(line.action, line.user) for line in said] == [
        ("导出全部数据", cast.slj_coordinator),
        ("全部数据已导出", cast.slj_coordinator),
    ]
    assert export_plans() == 0


@pytest.mark.usefixtures("brief")
def test_while_one_is_under_way_there_is_no_second(asked: PlanExport, cast: Cast) -> None:
    again, now = ask_plan_export(plan=asked.plan, by=cast.slj_coordinator)
    assert (again, now) == (asked, False)
    export_plans()
    another, now = ask_plan_export(plan=asked.plan, by=cast.slj_coordinator)
    assert now
    assert another != asked


def test_nobody_else_may_ask_or_delete(asked: PlanExport, cast: Cast) -> None:
    for user in (cast.admin, cast.auditor, cast.fgw_coordinator, cast.cgj_approver):
        with pytest.raises(NotAllowed, match="首位汇总单位的汇总员"):
            ask_plan_export(plan=asked.plan, by=user)
        with pytest.raises(NotAllowed, match="首位汇总单位的汇总员"):
            discard_plan_export(export=asked, by=user)


def test_who_has_lost_the_right_meanwhile_gets_nothing(asked: PlanExport, cast: Cast) -> None:
    cast.slj_coordinator.memberships.update(until=NOW.date() - datetime.timedelta(days=1))
    assert export_plans() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.problem) == (State.FAILED, "导出人已不在首位汇总单位任汇总员。")
    assert list(exports_folder().iterdir()) == []


def test_the_progress_only_grows_and_names_what_is_written(
    asked: PlanExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages = []
    say = desk._say

    def listen(export: PlanExport, *facts: Any) -> None:
        say(export, *facts)
        stages.append(stage_of(export))

    monkeypatch.setattr(desk, "_say", listen)
    export_plans()
    percents = [stage.percent for stage in stages if stage]
    assert percents == sorted(percents)
    assert percents[-1] == 99
    assert len(percents) > 20
    assert "正在写「分工」" in {stage.words for stage in stages if stage}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "存储空间已满，请联系系统管理人员"),
        (OSError(5, "Input/output error"), "文件写不进存储，请联系系统管理人员"),
        (LookupError("bug"), "系统出错，问题已记录"),
    ],
)
def test_what_breaks_is_said_and_leaves_nothing(
    asked: PlanExport, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr("reports.archive.bundle.Bundle.add", fail)
    export_plans()
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert said in asked.problem
    assert list(exports_folder().iterdir()) == []


def die(export: PlanExport, at: datetime.datetime) -> None:
    """As a worker leaves it that was killed at ``at``."""
    PlanExport.objects.filter(pk=export.pk).update(state=State.RUNNING, started_at=at, attempts=1)
    stage = {"done": 1, "total": 2, "words": "正在写「分工」", "at": at.isoformat()}
    (exports_folder() / f"{export.pk}.json").write_text(json.dumps(stage), "utf-8")
    (exports_folder() / f"{export.pk}.zip.part").write_bytes(b"half")
    work = exports_folder() / "tmpabc"
    work.mkdir()
    (work / "1.xlsx").write_bytes(b"half")
    os.utime(work, (at.timestamp(), at.timestamp()))


@pytest.mark.usefixtures("brief")
def test_one_whose_worker_died_is_made_anew_after_five_minutes(asked: PlanExport) -> None:
    die(asked, NOW)
    assert export_plans() == 0
    with time_machine.travel(LATER, tick=False):
        assert export_plans() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (State.DONE, 2)
    assert [path.name for path in exports_folder().iterdir()] == [f"{asked.pk}.zip"]


def test_one_that_died_twice_is_given_up(asked: PlanExport) -> None:
    die(asked, NOW)
    PlanExport.objects.update(attempts=2)
    with time_machine.travel(LATER, tick=False):
        assert export_plans() == 0
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert "两次中断" in asked.problem
    assert list(exports_folder().iterdir()) == []


def test_one_that_is_being_written_is_left_alone(asked: PlanExport) -> None:
    die(asked, NOW)
    with time_machine.travel(NOW + datetime.timedelta(minutes=4), tick=False):
        assert export_plans() == 0
    asked.refresh_from_db()
    assert asked.state == State.RUNNING
    assert (exports_folder() / f"{asked.pk}.zip.part").exists()


@pytest.mark.usefixtures("brief")
def test_the_file_goes_after_three_days(asked: PlanExport) -> None:
    export_plans()
    with time_machine.travel(NOW + datetime.timedelta(days=2, hours=23), tick=False):
        export_plans()
        assert archive_path(asked).exists()
    with time_machine.travel(NOW + datetime.timedelta(days=3, hours=1), tick=False):
        export_plans()
    asked.refresh_from_db()
    assert asked.state == State.EXPIRED
    assert not archive_path(asked).exists()


@pytest.mark.usefixtures("brief")
def test_files_of_nobody_are_swept(asked: PlanExport) -> None:
    (exports_folder() / "999.zip").write_bytes(b"x")
    export_plans()
    assert not (exports_folder() / "999.zip").exists()
    assert exports_folder().stat().st_mode & 0o077 == 0
