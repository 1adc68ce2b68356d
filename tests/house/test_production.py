"""The commands of docker-compose.yml, as processes, against a real PostgreSQL and Redis."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import redis

from tests import services
from tests.house.compose import ROOT, environment_of, read_compose

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

HOST = "jieshui.example.gov.cn"
PATIENCE_SECONDS = 60
GIVEN = {
    "SECRET_KEY": "k3y-" + "abcdefghij0123456789" * 3,
    "ALLOWED_HOSTS": HOST,
    "POSTGRES_PASSWORD": "unused",
    "EMAIL_URL": "dummymail://",
    "FROM_EMAIL": "jieshui@example.gov.cn",
}


class Production:
    """What compose would start, here: the same commands, this machine's addresses."""

    def __init__(self, folder: Path, database: str, redis_url: str) -> None:
        self.services: dict[str, Any] = read_compose()["services"]
        self.port = _free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.log = folder / "log"
        self.here = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "VAR_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "BIND": f"127.0.0.1:{self.port}",
            **services.environment(database, redis_url),
        }

    def environment(self, name: str) -> dict[str, str]:
        return {**environment_of(self.services[name], GIVEN), **self.here}

    def run(self, name: str, command: list[str]) -> str:
        """Run ``command`` in the environment of service ``name`` to its end; what it printed."""
        ran = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(name),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def start(self, name: str) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.services[name]["command"],
                cwd=ROOT,
                env=self.environment(name),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)

    def is_well(self, name: str) -> bool:
        """What the service's own health check says."""
        check = self.services[name]["healthcheck"]["test"][1:]
        ran = subprocess.run(
            check, cwd=ROOT, env=self.environment(name), capture_output=True, check=False
        )
        return ran.returncode == 0

    def wait_until(self, look: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not look():
            if time.monotonic() > end:
                pytest.fail(f"{what}\n{self.log.read_text()}")
            time.sleep(0.2)

    def stop(self) -> list[int]:
        """Ask every process to end, as Docker does; their exit codes."""
        for process in self.processes:
            process.terminate()
        codes = [process.wait(PATIENCE_SECONDS) for process in self.processes]
        self.processes = []
        return codes

    def kill(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    database, redis_url = services.find_postgresql(), services.find_redis()
    assert database, "no PostgreSQL answers"
    assert redis_url, "no Redis answers"
    services.administer(database, f'CREATE DATABASE "{services.NAME}"')
    running = Production(tmp_path_factory.mktemp("data"), database, redis_url)
    try:
        running.run("web", ["python", "manage.py", "collectstatic", "--noinput"])
        running.run("migrate", running.services["migrate"]["command"])
        for name in ("web", "worker", "beat"):
            running.start(name)
        running.wait_until(lambda: running.is_well("web"), "the web does not answer")
        yield running
    finally:
        running.kill()
        services.clean_up(database, redis_url)


class Browser:
    """Asks as the proxy passes it on, and keeps the cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, *, tls: bool = True
    ) -> tuple[int, http.client.HTTPMessage, str]:
        cookies = "; ".join(f"{key}={morsel.value}" for key, morsel in self.cookies.items())
        headers = {"Host": HOST, "Cookie": cookies, "Referer": f"https://{HOST}{path}"}
        if tls:
            headers["X-Forwarded-Proto"] = "https"
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(line)
        return answer.status, answer.headers, text


@pytest.fixture
def browser(production: Production) -> Browser:
    return Browser(production.port)


def test_an_admin_made_by_command_logs_in_over_https(
    production: Production, browser: Browser
) -> None:
    made = production.run("web", ["python", "manage.py", "createadmin", "zhangsan", "张三"])
    password = made.split()[-1]
    status, _, page = browser.ask("GET", "/login/")
    assert status == 200
    assert "演示数据" not in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    form = {"username": "zhangsan", "password": password, "csrfmiddlewaretoken": token[1]}
    status, headers, _ = browser.ask("POST", "/login/", form)
    assert status == 302, "not signed in"
    session = browser.cookies["sessionid"]
    assert session["secure"]
    assert session["httponly"]
    status, _, page = browser.ask("GET", headers["Location"])
    if status == 302:  # an issued password is changed before anything else
        status, _, page = browser.ask("GET", "/account/password/")
    assert status == 200
    assert "新密码" in page


def test_without_tls_it_only_points_to_https(browser: Browser) -> None:
    status, headers, _ = browser.ask("GET", "/login/", tls=False)
    assert (status, headers["Location"]) == (301, f"https://{HOST}/login/")


def test_the_pages_come_with_hsts_and_a_strict_policy(browser: Browser) -> None:
    _, headers, page = browser.ask("GET", "/login/")
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    style = re.search(r'href="(/static/css/app\.\w+\.css)"', page)
    assert style
    status, headers, _ = browser.ask("GET", style[1])
    assert status == 200
    assert "immutable" in headers["Cache-Control"]


def test_the_worker_takes_what_is_sent(production: Production) -> None:
    production.wait_until(lambda: production.is_well("worker"), "the worker does not answer")
    call = ["python", "-m", "celery", "-A", "wanzhou_water", "call"]
    production.run("web", [*call, "reports.jobs.open_due_period"])
    with redis.Redis.from_url(production.here["REDIS_URL"]) as client:
        queue = production.here["REDIS_PREFIX"] + "celery"
        production.wait_until(lambda: client.llen(queue) == 0, "the message is left lying")


def test_the_schedule_is_written_down(production: Production) -> None:
    production.wait_until(lambda: production.is_well("beat"), "beat has written nothing")


def test_everything_ends_when_asked(production: Production) -> None:
    production.wait_until(lambda: production.is_well("worker"), "the worker does not answer")
    groups = [process.pid for process in production.processes]
    assert production.stop() == [0, 0, 0]
    for group in groups:
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
