"""The supervisor as a process of its own, with children that are as small as can be."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from wanzhou_water.supervisor import Child

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 20
T = TypeVar("T")

# Two children, each with a child of its own; every process writes its id into a file.
PROGRAM = """
import sys
from wanzhou_water import supervisor
shell = "echo $$ >> $0/{name}; sleep 1000 & echo $! >> $0/{name}; wait"
children = [
    supervisor.Child(name, ["sh", "-c", shell.format(name=name), sys.argv[1]])
    for name in ("web", "worker")
]
supervisor.Supervisor(children).run()
"""

# A child that hears no SIGTERM.
DEAF = """
import sys
from wanzhou_water import supervisor
supervisor.GRACE_SECONDS = 0.5
shell = "trap '' TERM; echo $$ >> $0/deaf; echo $$ >> $0/deaf; while :; do sleep 0.1; done"
supervisor.Supervisor([supervisor.Child("deaf", ["sh", "-c", shell, sys.argv[1]])]).run()
"""


def eventually(look: Callable[[], T], what: str) -> T:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(what)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Running:
    """A supervisor that runs ``program``; ``pids(name)`` are the two ids its child wrote last."""

    def __init__(self, program: str, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def pids(self, name: str, start: int = 1) -> list[int]:
        """Of the ``start``-th start of child ``name``; empty while it is not complete."""
        file = self.folder / name
        lines = file.read_text().split() if file.exists() else []
        return [int(line) for line in lines[2 * start - 2 : 2 * start]] * (len(lines) >= 2 * start)

    def wait_for(self, name: str, start: int = 1) -> list[int]:
        return eventually(lambda: self.pids(name, start), f"{name} did not start")

    def everybody(self) -> list[int]:
        files = self.folder.iterdir()
        return [int(line) for file in files for line in file.read_text().split()]

    def nobody_left(self) -> bool:
        return not any(alive(pid) for pid in self.everybody())


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    started: list[Running] = []

    def start(program: str) -> Running:
        started.append(Running(program, tmp_path))
        return started[-1]

    yield start
    for running in started:
        for pid in [running.process.pid, *running.everybody()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        running.process.wait()
        assert running.process.stdout
        running.process.stdout.close()


def test_a_killed_child_is_restarted_and_what_it_left_is_ended(
    run: Callable[[str], Running],
) -> None:
    running = run(PROGRAM)
    child, grandchild = running.wait_for("web")
    os.kill(child, signal.SIGKILL)
    assert child not in running.wait_for("web", start=2)
    eventually(lambda: not alive(grandchild), "the dead child's child lives on")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_its_kin_end_every_process(
    run: Callable[[str], Running], number: signal.Signals
) -> None:
    running = run(PROGRAM)
    for name in ("web", "worker"):
        running.wait_for(name)
    running.process.send_signal(number)
    assert running.process.wait(PATIENCE_SECONDS) == 0
    assert running.nobody_left()


def test_a_child_that_does_not_listen_is_ended_by_force(run: Callable[[str], Running]) -> None:
    running = run(DEAF)
    running.wait_for("deaf")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE_SECONDS) == 0
    assert running.nobody_left()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_supervisor_that_is_killed_leaves_no_child(run: Callable[[str], Running]) -> None:
    running = run(PROGRAM)
    children = [running.wait_for(name)[0] for name in ("web", "worker")]
    running.process.kill()
    running.process.wait()
    eventually(lambda: not any(alive(pid) for pid in children), "children outlive it")


def test_a_child_that_keeps_dying_is_restarted_ever_more_slowly(tmp_path: Path) -> None:
    child = Child("web", ["true"])
    delays = []
    for now in (1000.0, 1001.0, 1002.0, 1003.0):
        child.started = now
        child.bury(now)
        delays.append(child.due - now)
    assert delays == [0.5, 1, 2, 4]
    child.started = 2000
    child.bury(2000 + 3600)
    assert child.due - 5600 == 0.5
