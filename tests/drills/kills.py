"""Four workers send while they are killed at random moments, and one sleeps longer than its lease:
nothing is lost, nothing arrives twice, and what is unknown is told and can be found out."""

import argparse
import contextlib
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.drills.crew import MUTATIONS, Crew, token_of
from tests.drills.house import TUESDAY, set_up, town, waiting
from tests.drills.instances import postgres, wait_until
from tests.figures import at_least, exactly, told
from tests.reminders.smtp import Post, mail_server

WORKERS, MESSAGES_A_KILL = 4, 4


def main() -> None:
    """On a SQLite file, a PostgreSQL of its own, or the empty database ``--database``; its tables
    come from the migrations, or are made ``--as-models`` have them, which takes no time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--database", metavar="URL")
    parser.add_argument("--as-models", action="store_true")
    parser.add_argument("--seed", type=int, default=20200515)
    parser.add_argument("--without", choices=MUTATIONS, default="")
    Drill(parser.parse_args()).run()


@contextlib.contextmanager
def database(options: argparse.Namespace, folder: str) -> Iterator[str]:
    """The URL of an empty one."""
    if options.database or not options.postgres:
        yield options.database or f"sqlite:///{Path(folder) / 'drill.sqlite3'}"
        return
    with postgres() as server:
        yield server.url


class Drill:
    """One run; ``seed`` sets when is killed, and how long the server thinks about each message."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.dice = options, random.Random(options.seed)
        on_postgres = options.postgres or str(options.database).startswith("postgres")
        self.name = f"kills.{'postgres' if on_postgres else 'sqlite'}"
        self.clerks, self.kills = (80, 12) if options.short else (300, 50)
        self.claim, self.send = (2.0, 3.0) if options.short else (4.0, 6.0)
        self.killed = self.killed_sending = 0

    def run(self) -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            database(self.options, folder) as url,
            mail_server() as (post, port),
        ):
            set_up(folder, DATABASE_URL=url, EMAIL_URL=f"smtp://127.0.0.1:{port}",
                   DRILL_SHIFT=str(TUESDAY.timestamp() - time.time()))  # fmt: skip
            import tests.drills.shifted  # noqa: F401 - the same clock here

            plan(self.clerks, as_models=self.options.as_models)
            post.on_data = self.think(post)
            crew = Crew(WORKERS, self.claim, self.send, self.options.without)
            try:
                self.shoot(crew, post)
                wait_until(lambda: not waiting(), "not everything was settled", 90)
            finally:
                crew.end()
            self.compare(post)
            settle_unknown(self.name, post)

    def think(self, post: Post) -> Any:
        """The server has the message and does not say so for up to a tenth of a second."""

        def answer(message: Any) -> str:
            post.hang_seconds = self.dice.uniform(0, 0.1)
            return "take and hang"

        return answer

    def shoot(self, crew: Crew, post: Post) -> None:
        """Stop one in the middle of sending, kill the others, wake it when its lease is long over,
        and kill on."""
        slept, woken = self.stop(crew), False
        while (self.killed < self.kills and waiting()) or not woken:
            self.let_pass(post)
            if not woken and time.monotonic() - slept > self.send + 1:
                told(f"{self.name}.stopped_seconds", round(time.monotonic() - slept, 1))
                crew.wake()
                woken = True
            if self.killed < self.kills:
                self.kill(crew)

    def let_pass(self, post: Post) -> None:
        """A few messages, then a moment: a slow machine is not shot more often than it sends."""
        enough = len(post.taken) + self.dice.randint(1, MESSAGES_A_KILL)
        patience = time.monotonic() + 2
        while len(post.taken) < enough and time.monotonic() < patience:
            time.sleep(0.01)
        time.sleep(self.dice.uniform(0, 0.1))

    def stop(self, crew: Crew) -> float:
        """Stop one that has rows ``sending``; returns when."""
        state = "claimed" if self.options.without == "sending" else "sending"
        patience = time.monotonic() + 60
        while time.monotonic() < patience:
            pids = {int(token[:8]) for token in holding(state)}
            alive = [worker.pid for worker in crew.workers if worker.pid in pids]
            if alive and alive[0]:
                crew.stop_one(alive[0])
                if held := len(holding(state, token_of(alive[0]))):
                    at_least(f"{self.name}.stopped_while_sending", held, 1)
                    return time.monotonic()
                crew.wake()
            time.sleep(0.02)
        raise RuntimeError("nobody sends")

    def kill(self, crew: Crew) -> None:
        pid = crew.kill_one(self.dice)
        self.killed += 1
        self.killed_sending += bool(holding("sending", token_of(pid)))

    def compare(self, post: Post) -> None:
        """The database against the server's own log."""
        from reports.models import Delivery

        rows = dict(Delivery.objects.values_list("message_id", "state"))
        sent = {key for key, state in rows.items() if state == "sent"}
        unknown = {key for key, state in rows.items() if state == "unknown"}
        at_least(f"{self.name}.notices", len(rows), 2 * self.clerks)
        at_least(f"{self.name}.killed", self.killed, self.kills)
        at_least(f"{self.name}.killed_while_sending", self.killed_sending, self.kills // 10)
        exactly(f"{self.name}.neither_sent_nor_unknown", len(rows) - len(sent) - len(unknown), 0)
        exactly(f"{self.name}.lost", len(sent - set(post.ids)), 0)
        exactly(f"{self.name}.strays", len(set(post.ids) - sent - unknown), 0)
        exactly(f"{self.name}.twice", sum(count > 1 for count in post.ids.values()), 0)


def plan(clerks: int, *, as_models: bool) -> None:
    """A town with ``clerks``, each of whom two notices wait for."""
    from django.utils import timezone

    from reports.reminders.tick import tick

    town(clerks, as_models=as_models)
    tick(timezone.now())


def holding(state: str, token: str = "") -> list[str]:
    """The tokens of the rows in ``state``, those that begin with ``token``."""
    from reports.models import Delivery

    rows = Delivery.objects.filter(state=state, token__startswith=token)
    return list(rows.values_list("token", flat=True))


def settle_unknown(name: str, post: Post) -> None:
    """Every unknown one is counted and listed; the server's log says which arrived, the human
    says so, and in the end everything has arrived once."""
    from django.utils import timezone

    from departments.models import User
    from reports.models import Delivery
    from reports.reminders.delivery import settle_by_hand
    from reports.reminders.worker import drain
    from reports.selectors.notice_desk import Wanted, desk_of
    from reports.selectors.pulse import pulse_at

    human = User.objects.get(username="slj-coordinator")
    unknown = list(Delivery.objects.filter(state="unknown"))
    listed = desk_of(human, Wanted(state="unknown")).values_list("deliveries", flat=True)
    arrived = [row for row in unknown if row.message_id in post.ids]
    told(f"{name}.unknown", len(unknown))
    exactly(f"{name}.unknown_counted", pulse_at(timezone.now()).unknown, len(unknown))
    exactly(f"{name}.unknown_listed", len({row.pk for row in unknown} & set(listed)), len(unknown))
    told(f"{name}.unknown_arrived", len(arrived))
    told(f"{name}.unknown_not_arrived", len(unknown) - len(arrived))
    for row in unknown:
        settle_by_hand(row, human, timezone.now(), arrived=row in arrived)
    drain()
    once = sum(count == 1 for count in post.ids.values())
    exactly(f"{name}.arrived_once_in_the_end", once, Delivery.objects.count())


if __name__ == "__main__":
    main()
