"""A Redis and a PostgreSQL of the drill's own: free ports, folders that are gone afterwards."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(look: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Look again and again; RuntimeError with ``what`` when it takes too long."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise RuntimeError(what)
        time.sleep(0.1)


class Redis:
    """Keeps nothing on disk, as in production."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(
            [*command, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
        )
        wait_until(self.answers, "Redis does not answer")

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


class Postgres:
    """A cluster in a temporary folder; run by the user ``postgres`` where we are root."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.folder = folder
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.bin = found[-1].parent if found else Path(str(shutil.which("initdb"))).parent
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def create(self) -> None:
        if self.prefix:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", ".", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "start", "-w", "-D", ".", "-l", "log", "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-D", ".", "-m", "immediate")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.prefix, str(self.bin / program), *arguments],
            cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL, started and empty."""
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        database = Postgres(Path(folder))
        try:
            database.create()
            database.start()
            yield database
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                database.stop()


@contextlib.contextmanager
def instances() -> Iterator[tuple[Redis, Postgres]]:
    """Both, started and empty."""
    with postgres() as database:
        broker = Redis()
        try:
            broker.start()
            yield broker, database
        finally:
            broker.stop()
