"""Worker and schedule as ``make run`` starts them, without Redis: they tick, whatever is killed."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

pytestmark = pytest.mark.once  # what is started here has a SQLite file of its own
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 40
T = TypeVar("T")

PROGRAM = """
import sys
from wanzhou_water import supervisor
children = supervisor.product(sys.executable)[1:]
for child in children:
    child.command = [part.replace("wanzhou_water", "tests.reminders.quick_celery")
                     for part in child.command]
supervisor.Supervisor(children).run()
"""


def eventually(look: Callable[[], T], what: str) -> T:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(what)


class Household:
    """A supervisor with worker and schedule on a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bare = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {
            **bare, "VAR_DIR": str(folder), "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "wanzhou_water.settings", "EMAIL_URL": "dummymail://",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        for name in ("messages", "control"):
            (self.folder / "broker" / name).mkdir(parents=True)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT, env=self.environment, check=True,
        )  # fmt: skip

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM], cwd=ROOT, env=self.environment,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def child(self, name: str) -> int:
        """The process id of the ``worker`` or ``beat``, 0 while there is none."""
        assert self.process
        parent = self.process.pid
        with contextlib.suppress(OSError):
            for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
                if f"\0{name}\0" in Path(f"/proc/{pid}/cmdline").read_text():
                    return int(pid)
        return 0

    def last_tick(self) -> str:
        with contextlib.closing(
            sqlite3.connect(self.folder / "wanzhou_water.sqlite3", timeout=10)
        ) as connection:
            row = connection.execute("SELECT at FROM reports_tickstate").fetchone()
        return row[0] if row else ""

    def ticks_on(self, after: str) -> None:
        """Two more ticks come (the first may have been on its way)."""
        for _ in range(2):
            last = self.last_tick()
            eventually(lambda last=last: self.last_tick() > last, self.log(f"no tick {after}"))

    def log(self, what: str) -> str:
        return f"{what}\n{(self.folder / 'log').read_text()[-3000:]}"

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    house = Household(tmp_path)
    house.prepare()
    house.start()
    yield house
    house.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_schedule_ticks_on_after_a_kill_of_worker_beat_and_all(household: Household) -> None:
    household.ticks_on("after the start")
    for name in ("worker", "beat"):
        victim = eventually(lambda name=name: household.child(name), f"no {name}")
        os.kill(victim, signal.SIGKILL)
        eventually(
            lambda name=name, victim=victim: household.child(name) not in (0, victim),
            f"{name} is not started again",
        )
        household.ticks_on(f"after {name} was killed")
    household.kill()
    time.sleep(1)  # the kernel ends the children with their parent
    quiet = household.last_tick()
    time.sleep(2)
    assert household.last_tick() == quiet
    household.start()
    household.ticks_on("after everything was killed")
