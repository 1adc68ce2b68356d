"""Redis is stopped in the middle of filings, hangs, comes back, and is flushed: pages stay as fast,
nothing is lost."""

import http.client
import json
import os
import signal
import statistics
import time
from typing import Any
from urllib.parse import urlencode

from tests.drills.house import House, compare, house, is_short, town, waiting
from tests.drills.instances import wait_until
from tests.figures import at_least, at_most, exactly

TOKEN = "a" * 32
LONGEST_MORE_SECONDS = 1.0


class Approvers:
    """Sign what waits for them, one report a request, as their browsers would."""

    def __init__(self, home: House, period: Any) -> None:
        from departments.models import User
        from tests.sessions import session_of

        self.port = home.port
        self.waiting = list(period.reports.filter(status="pending").select_related("department"))
        approvers = User.objects.filter(username__endswith="-approver")
        self.sessions = {user.username: session_of(user) for user in approvers}

    def sign(self) -> float:
        """File one report; how long the page took."""
        report = self.waiting.pop()
        session = self.sessions[f"{report.department.code}-approver"]
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        begun = time.monotonic()
        status, said = ask(
            self.port, "POST", "/approvals/sign/", urlencode({"report": report.pk}), headers
        )
        took = time.monotonic() - begun
        if status != 302:
            raise RuntimeError(f"not filed: {status} {said[:300]}")
        return took

    def file(self, count: int, seconds: float = 0) -> list[float]:
        """File ``count`` reports, spread over ``seconds``."""
        begun, times = time.monotonic(), []
        for number in range(count):
            time.sleep(max(0, begun + seconds * number / count - time.monotonic()))
            times.append(self.sign())
        time.sleep(max(0, begun + seconds - time.monotonic()))
        return times


def ask(
    port: int, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def main() -> None:
    """Redis is away for a minute; for eight seconds in the short form."""
    seconds = 8 if is_short() else 60
    with house() as home:
        period = town(30)
        submit_all(period)
        home.workers(2)
        home.beats(1)
        home.web()
        approvers = Approvers(home, period)
        approvers.file(4)
        usual = statistics.median(approvers.file(10))
        outage(home, approvers, usual, seconds)
        hang(home, approvers, usual)
        approvers.file(len(approvers.waiting))
        exactly("redis.filings_lost", period.reports.exclude(status="filed").count(), 0)
        settle(home, period)


def submit_all(period: Any) -> None:
    """Every report waits for its signature."""
    from departments.models import User
    from reports.actions.filing import submit_report

    text = {"progress": "完成管网改造 6.1 公里。", "state": "on_track", "completion": 60}
    for report in period.reports.all():
        clerk = User.objects.filter(
            memberships__department=report.department, username__startswith="clerk"
        ).first()
        submit_report(report=report, by=clerk, content=text)


def outage(home: House, approvers: Approvers, usual: float, seconds: float) -> None:
    """Stopped: connections are refused."""
    home.broker.stop()
    slow = max(approvers.file(20, seconds))
    at_most("redis.stopped_slower_seconds", slow - usual, LONGEST_MORE_SECONDS)
    at_most("redis.stopped_nudge_seconds", nudge(), LONGEST_MORE_SECONDS)
    status, said = ask(home.port, "GET", "/healthz")
    exactly("redis.healthz", f"{status}-{json.loads(said)['broker']}", "503-down")
    home.broker.start()


def hang(home: House, approvers: Approvers, usual: float) -> None:
    """Takes connections and does not answer."""
    assert home.broker.process
    os.kill(home.broker.process.pid, signal.SIGSTOP)
    slow = max(approvers.file(5))
    at_most("redis.hanging_slower_seconds", slow - usual, LONGEST_MORE_SECONDS)
    at_most("redis.hanging_nudge_seconds", nudge(), LONGEST_MORE_SECONDS)
    os.kill(home.broker.process.pid, signal.SIGCONT)


def nudge() -> float:
    """How long a page waits that asks for a tick."""
    from reports.jobs import remind_soon

    begun = time.monotonic()
    for _ in range(3):
        remind_soon()
    return time.monotonic() - begun


def settle(home: House, period: Any) -> None:
    """After a flush too what is returned now is told now, once."""
    from departments.models import User
    from reports.actions.review import return_report

    for _ in range(3):
        home.broker.flush()
        time.sleep(1)
    coordinator = User.objects.get(username="slj-coordinator")
    reports = period.reports.exclude(department__code="slj")[:3]
    for report in reports:
        return_report(report=report, by=coordinator, comment="请补充数据。")
    before = len(home.post.taken)
    wait_until(lambda: len(home.post.taken) > before, "nothing is sent after the flush")
    wait_until(lambda: not waiting(), "not everything was sent")
    time.sleep(2)
    home.end()
    at_least("redis.messages_after_flush", len(home.post.taken) - before, 1)
    compare("redis", home.post)


if __name__ == "__main__":
    main()
