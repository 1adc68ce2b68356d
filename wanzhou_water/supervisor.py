"""Runs web, worker and schedule as children of one process: restarts the dead, leaves nothing over.

Each child leads a process group of its own. A Ctrl-C ends the groups; and since the kernel kills
each child when its parent dies (PR_SET_PDEATHSIG), so does a SIGKILL of this process. Standard
library only, so that it stays small and starts at once.
"""

import contextlib
import ctypes
import dataclasses
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
TICK_SECONDS = 0.2
GRACE_SECONDS = 10
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30
STEADY_SECONDS = 20
ROOT_IS_FINE = "ignore:You're running the worker with superuser privileges"  # a local trial


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process as soon as ``parent`` (a process id) dies."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


@dataclasses.dataclass
class Child:
    """One process to be kept alive; ``failures`` counts deaths in quick succession."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    due: float = 0

    def start(self, now: float) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - no threads here
        )
        self.started = now

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def look_after(self, now: float) -> None:
        """Start it when it is due; bury it, with what it left behind, when it is dead."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif self.process.poll() is not None:
            self.bury(now)

    def bury(self, now: float) -> None:
        self.failures = 0 if now - self.started >= STEADY_SECONDS else self.failures + 1
        delay = min(FIRST_DELAY_SECONDS * 2 ** max(self.failures - 1, 0), LONGEST_DELAY_SECONDS)
        code = self.process.returncode if self.process else 0
        say(f"! {self.name} 已退出（{code}），{delay:g} 秒后重新启动")
        self.signal_group(signal.SIGKILL)
        self.process, self.due = None, now + delay


class Supervisor:
    """Keeps ``children`` alive until told to stop; ``on_tick`` is called five times a second."""

    def __init__(
        self, children: Sequence[Child], on_tick: Callable[[], None] = lambda: None
    ) -> None:
        self.children = children
        self.on_tick = on_tick
        self.stopping = threading.Event()

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        while not self.stopping.is_set():
            for child in self.children:
                child.look_after(time.monotonic())
            self.on_tick()
            self.stopping.wait(TICK_SECONDS)
        self.stop()

    def stop(self) -> None:
        """End every group: politely, then by force; a second Ctrl-C shortens the wait."""
        self.stopping.clear()
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._alive() and time.monotonic() < deadline and not self.stopping.is_set():
            self.stopping.wait(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
        for child in self.children:
            if child.process is not None:
                child.process.wait()

    def _alive(self) -> bool:
        return any(child.process and child.process.poll() is None for child in self.children)


class Announcement:
    """Says once, when the pages answer, where they are and who signs in as whom."""

    def __init__(self, port: int, accounts: Path) -> None:
        self.port = port
        self.accounts = accounts
        self.done = False

    def __call__(self) -> None:
        if self.done or not answers(self.port):
            return
        self.done = True
        if self.accounts.exists():
            say("\n" + self.accounts.read_text(encoding="utf-8").rstrip())
        say(f"\n✓ 已启动：http://127.0.0.1:{self.port}　（按 Ctrl-C 停止）")


def answers(port: int) -> bool:
    """Whether something speaks HTTP there, healthy or not."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def say(words: str) -> None:
    """Print at once, also into a pipe."""
    print(words, flush=True)


def product(python: str) -> list[Child]:
    """Web, worker and schedule, as ``python`` (the virtual environment's) runs them."""
    celery = [python, "-W", ROOT_IS_FINE, "-m", "celery", "-A", "wanzhou_water", "--quiet"]
    web = [python, "-m", "gunicorn", "--config", "python:wanzhou_water.web", "wanzhou_water.wsgi"]
    return [
        Child("网页", web),
        Child("后台任务", [*celery, "worker", "--pool", "solo", "--loglevel", "WARNING"]),
        Child("定时", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]),
    ]


def main() -> None:
    """Run the product until told to stop."""
    die_with_parent(os.getppid())  # make, say: what it started ends with it
    port = int(os.environ.setdefault("PORT", "8000"))
    os.environ.setdefault("WEB_THREADS", "4")
    accounts = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "demo-accounts.txt"
    Supervisor(product(sys.executable), Announcement(port, accounts)).run()
    say("✓ 已停止")


if __name__ == "__main__":
    main()
