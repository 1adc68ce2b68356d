"""10,000 notices: planned in a query count that does not grow with them, and sent by one worker
over one connection, beside a bare ``smtplib`` loop on the same server."""

import argparse
import contextlib
import datetime
import smtplib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.post import FarServer, far_mail_server
from tests.drills.house import SHANGHAI, hire_clerks, set_up, town
from tests.drills.instances import postgres
from tests.figures import at_least, at_most, exactly, told

FEW, MANY = 300, 5_000
PLANNED = 10_000
"""Each clerk of a lead department is co-responsible elsewhere too, so gets two notices."""
LEAST_RATIO = 0.25
Query = Callable[..., Any]
DAYS = ("01-08", "01-12", "01-14")
"""Of 2027: a reminder of 2026H2 is due on each."""


def main() -> None:
    """On a SQLite file; with ``--postgres`` on a PostgreSQL of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="the same: it takes two minutes")
    parser.add_argument("--postgres", action="store_true")
    name = "notices.postgres" if parser.parse_args().postgres else "notices.sqlite"
    with far_mail_server() as post, database(name) as (folder, url):
        set_up(folder, DATABASE_URL=url, EMAIL_URL=f"smtp://127.0.0.1:{post.port}",
               DEBUG="0", SECRET_KEY="k" * 50, ALLOWED_HOSTS="127.0.0.1")  # fmt: skip
        period = town(FEW)
        plan_at(DAYS[0])
        few, _ = plan_at(DAYS[1])
        hire_clerks(period, MANY)
        many, planned = plan_at(DAYS[2])
        at_least(f"{name}.planned", planned, PLANNED)
        told(f"{name}.queries", many)
        exactly(f"{name}.more_queries_than_for_{FEW}", many - few, 0)
        deliver(name, post)


@contextlib.contextmanager
def database(name: str) -> Iterator[tuple[str, str]]:
    """A folder, and the URL of an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        if name.endswith("sqlite"):
            yield folder, f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
            return
        with postgres() as server:
            yield folder, server.url


def moment(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"2027-{day}T09:05").replace(tzinfo=SHANGHAI)


def plan_at(day: str) -> tuple[int, int]:
    """One tick; how many queries it made and how many notices it put."""
    from django.db import connection

    from reports.reminders.tick import tick

    seen: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        put = tick(moment(day)).put
    return len(seen), put


def deliver(name: str, post: FarServer) -> None:
    """The worker between two halves of the bare loop: messages a second of both, and how many
    rows each commit let go."""
    from django.db import connection

    from reports.models import Delivery
    from reports.reminders.worker import drain

    waiting = Delivery.objects.filter(state="pending")
    count, commits = waiting.count(), list[int]()
    mail = sample()
    seconds = bare_seconds(post, mail, range(count // 2))
    begun = time.monotonic()
    with connection.execute_wrapper(lambda *query: watch(commits, *query)):
        drain(lambda: moment(DAYS[-1]))
    ours = count / (time.monotonic() - begun)
    bare = count / (seconds + bare_seconds(post, mail, range(count // 2, count)))
    told(f"{name}.bare_messages_a_second", round(bare))
    told(f"{name}.messages_a_second", round(ours))
    at_least(f"{name}.ratio", ours / bare, LEAST_RATIO)
    exactly(f"{name}.unsent", waiting.count(), 0)
    taken, different = post.counts()
    exactly(f"{name}.arrived", taken - count, count)
    exactly(f"{name}.arrived_twice", taken - different, 0)
    exactly(f"{name}.made_sending", sum(commits), count)
    at_most(f"{name}.made_sending_by_one_commit", max(commits), 10)


def bare_seconds(post: FarServer, mail: Any, numbers: range) -> float:
    """How long ``smtplib`` alone takes for so many messages like ``mail``, each with its own id,
    ready as bytes, over one connection."""
    mark = mail["Message-ID"].encode()
    content = mail.as_bytes(linesep="\r\n")
    begun = time.monotonic()
    with smtplib.SMTP("127.0.0.1", post.port) as server:
        for number in numbers:
            own = content.replace(mark, f"<bare-{number}@localhost>".encode(), 1)
            server.sendmail(mail["From"], [mail["To"]], own)
    return time.monotonic() - begun


def sample() -> Any:
    """The message that the first delivery will be."""
    from django.core import mail
    from django.test import override_settings

    from reports.models import Delivery
    from reports.reminders.channels.mail import MailChannel
    from reports.reminders.facts import Line
    from reports.reminders.messages import message_of

    row = Delivery.objects.filter(state="pending").order_by("pk")[0]
    lines = tuple(Line(**line) for line in row.notice.lines)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        mail.outbox = []
        MailChannel().send(
            row,
            row.notice.user.email,
            message_of(row.notice, lines, [], moment(DAYS[-1]), parts=MailChannel.parts),
        )
        return mail.outbox[0].message()


def watch(commits: list[int], execute: Query, sql: str, params: Any, *rest: Any) -> Any:
    """Note how many rows each statement made ``sending``; it commits by itself."""
    from django.db import connection

    answer = execute(sql, params, *rest)
    if sql.startswith("UPDATE") and params and params[0] == "sending":
        assert not connection.in_atomic_block
        commits.append(rest[-1]["cursor"].rowcount)
    return answer


if __name__ == "__main__":
    main()
