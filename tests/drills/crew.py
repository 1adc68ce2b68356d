"""Workers that can be shot: forked from a process that is ready, so that a new one is there at
once. Each does what the job does, over and over."""

import datetime
import multiprocessing
import os
import random
import secrets
import signal
import time
from multiprocessing.context import ForkServerProcess

from wanzhou_water.supervisor import die_with_parent

PAUSE_SECONDS, IDLE_SECONDS = 0.02, 0.2
"""Between two looks of a worker: while there is something to send, and while there is nothing."""
MUTATIONS = ("claim", "sending")
"""What can be taken out of the delivery: see ``without``."""


class Crew:
    """``size`` workers whose claims last ``claim`` and whose sends ``send`` seconds; ``mutation``
    takes a part out of them (see ``without``)."""

    def __init__(self, size: int, claim: float, send: float, mutation: str) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.drills.ready"])
        self.orders = (claim, send, mutation)
        self.workers = [self._hire() for _ in range(size)]
        self.stopped: ForkServerProcess | None = None

    def _hire(self) -> ForkServerProcess:
        worker = self.context.Process(target=work, args=self.orders, daemon=True)
        worker.start()
        return worker

    def kill_one(self, dice: random.Random) -> int:
        """SIGKILL one that is not stopped, put another in its place; returns the pid that was."""
        victim = dice.choice([worker for worker in self.workers if worker is not self.stopped])
        pid = _bury(victim)
        self.workers[self.workers.index(victim)] = self._hire()
        return pid

    def stop_one(self, pid: int) -> None:
        """SIGSTOP the worker ``pid``: it sleeps in the middle of whatever it does."""
        self.stopped = next(worker for worker in self.workers if worker.pid == pid)
        os.kill(pid, signal.SIGSTOP)

    def wake(self) -> None:
        """Let the stopped one go on where it was."""
        if self.stopped and self.stopped.pid:
            os.kill(self.stopped.pid, signal.SIGCONT)
        self.stopped = None

    def end(self) -> None:
        for worker in self.workers:
            _bury(worker)


def _bury(worker: ForkServerProcess) -> int:
    pid = worker.pid
    assert pid
    worker.kill()
    worker.join()
    return pid


def work(claim: float, send: float, mutation: str) -> None:
    """What a worker does until it is shot. Its tokens begin with its pid."""
    die_with_parent(os.getppid())
    from reports.reminders import delivery
    from reports.reminders.worker import drain
    from tests.drills import without

    delivery.CLAIM = delivery.BATCH  # so few that there is something for everybody
    delivery.CLAIM_LEASE = datetime.timedelta(seconds=claim)
    delivery.SEND_LEASE = datetime.timedelta(seconds=send)
    random.seed()
    token = secrets.token_hex
    secrets.token_hex = lambda size: f"{token_of(os.getpid())}{token(size)}"[: 2 * size]
    without.take_out(mutation)
    while True:
        time.sleep(PAUSE_SECONDS if drain() else IDLE_SECONDS)


def token_of(pid: int) -> str:
    """How the tokens of the worker ``pid`` begin."""
    return f"{pid:08d}-"
