"""The background's side of the whole out: what waits is made, what is over is cleared away."""

import dataclasses
import datetime
import errno
import json
import shutil
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone

from departments.audit import record
from departments.errors import DomainError, NotAllowed
from reports.archive.build import Outcome, build_archive
from reports.archive.bundle import digest_of
from reports.models import PlanExport
from reports.policies import Right, may

KEPT = datetime.timedelta(days=3)
STALLED = datetime.timedelta(minutes=5)
"""Without a sign of progress for so long the worker is dead."""
MOST_ATTEMPTS = 2
State = PlanExport.State
log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Stage:
    """How far an export is: ``done`` of ``total``, what is being written, when that was said."""

    done: int
    total: int
    words: str
    at: str

    @property
    def percent(self) -> int:
        return min(99, self.done * 100 // self.total) if self.total else 0


def exports_folder() -> Path:
    """Where the zips lie: beside the uploads, readable by the product alone."""
    folder = Path(settings.VAR_DIR) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def archive_path(export: PlanExport) -> Path:
    """The zip of ``export``, which is there once it is done."""
    return exports_folder() / f"{export.pk}.zip"


def stage_of(export: PlanExport) -> Stage | None:
    """What the worker said last; None before it began. Kept in a file, since the worker reads the
    database as of one moment and writes nothing to it meanwhile."""
    try:
        return Stage(**json.loads(_stage_path(export).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _stage_path(export: PlanExport) -> Path:
    return exports_folder() / f"{export.pk}.json"


def export_waiting() -> int:
    """Make every export that waits, one after the other; returns how many were made."""
    clear_away(timezone.now())
    made = 0
    for export in PlanExport.objects.filter(state=State.WAITING).order_by("pk"):
        claimed = PlanExport.objects.filter(pk=export.pk, state=State.WAITING)
        if claimed.update(
            state=State.RUNNING, started_at=timezone.now(), attempts=export.attempts + 1
        ):
            _make(export)
            made += 1
    return made


def _make(export: PlanExport) -> None:
    _say(export, 0, 0, "正在清点")
    try:
        outcome = _build(export)
    except DomainError as refused:
        _settle(export, State.FAILED, problem=str(refused))
    except OSError as error:
        log.error("plan_export_failed", export=export.pk, error=str(error))
        full = "存储空间已满" if error.errno == errno.ENOSPC else "文件写不进存储"
        _settle(export, State.FAILED, problem=f"{full}，请联系系统管理人员。")
    except Exception:
        log.exception("plan_export_failed", export=export.pk)
        _settle(export, State.FAILED, problem="系统出错，问题已记录，请联系系统管理人员。")
    else:
        _finish(export, outcome)
    _stage_path(export).unlink(missing_ok=True)


def _build(export: PlanExport) -> Outcome:
    if not may(export.asked_by, Right.EXPORT_PLAN, export.plan):
        raise NotAllowed("导出人已不在首位汇总单位任汇总员。")
    spoken = -1

    def progress(done: int, total: int, words: str) -> None:
        nonlocal spoken
        if (now := done * 100 // max(total, 1)) != spoken:
            spoken = now
            _say(export, done, total, words)

    return build_archive(
        plan=export.plan, out=archive_path(export), reader=export.asked_by, progress=progress
    )


def _say(export: PlanExport, done: int, total: int, words: str) -> None:
    """Replaced as a whole, so that no reader finds half of it."""
    path = _stage_path(export)
    fresh = path.with_suffix(".json.new")
    stage = Stage(done, total, words, timezone.now().isoformat())
    fresh.write_text(json.dumps(dataclasses.asdict(stage), ensure_ascii=False), "utf-8")
    fresh.replace(path)


def _finish(export: PlanExport, outcome: Outcome) -> None:
    export.rows, export.files = sum(outcome.rows.values()), outcome.files
    export.bytes, export.sha256 = (
        archive_path(export).stat().st_size,
        digest_of(archive_path(export)),
    )
    export.save(update_fields=["rows", "files", "bytes", "sha256"])
    _settle(export, State.DONE, problem="；".join(outcome.problems))
    subject = f"{export.plan.slug}（第 {export.pk} 次）SHA-256 {export.sha256}"
    record("全部数据已导出", user=export.asked_by, subject=subject)


def _settle(export: PlanExport, state: str, problem: str = "") -> None:
    running = PlanExport.objects.filter(pk=export.pk, state=State.RUNNING)
    running.update(state=state, finished_at=timezone.now(), problem=problem)


def clear_away(now: datetime.datetime) -> None:
    """Delete what is past its days and what a dead worker left; begin anew what it had begun."""
    old = PlanExport.objects.filter(state=State.DONE, finished_at__lt=now - KEPT)
    old.update(state=State.EXPIRED)
    for export in PlanExport.objects.filter(state=State.RUNNING):
        if _is_stalled(export, now):
            _revive(export)
    _sweep_files(now)


def _sweep_files(now: datetime.datetime) -> None:
    """Whatever belongs to no export that is alive, and work folders that nobody writes into."""
    alive = (State.WAITING, State.RUNNING, State.DONE)
    kept = PlanExport.objects.filter(state__in=alive).values_list("pk", flat=True)
    endings = ("zip", "zip.part", "json", "json.new")
    names = {f"{pk}.{ending}" for pk in kept for ending in endings}
    for path in exports_folder().iterdir():
        if path.is_dir():
            if path.stat().st_mtime < (now - STALLED).timestamp():
                shutil.rmtree(path, ignore_errors=True)
        elif path.name not in names:
            path.unlink(missing_ok=True)


def _is_stalled(export: PlanExport, now: datetime.datetime) -> bool:
    stage = stage_of(export)
    said = datetime.datetime.fromisoformat(stage.at) if stage else export.started_at
    return said is None or said < now - STALLED


def _revive(export: PlanExport) -> None:
    if export.attempts < MOST_ATTEMPTS:
        running = PlanExport.objects.filter(pk=export.pk, state=State.RUNNING)
        running.update(state=State.WAITING)
    else:
        _settle(export, State.FAILED, problem="后台任务两次中断，请联系系统管理人员查看日志。")
