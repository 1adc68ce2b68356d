"""What a mail server can answer, and where it can fall silent, on one reminder after the other."""

import contextlib
import datetime
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from tests.drills.house import SHANGHAI, set_up, town
from tests.drills.stubborn import stubborn_server
from tests.figures import at_most, exactly
from tests.reminders.smtp import Post, mail_server

FAULTS = {
    "421": "pending",
    "451": "pending",
    "550": "dead",
    "535": "pending",
    "hang_connect": "pending",
    "hang_DATA": "pending",
    "hang_dot": "unknown",
}
"""Fault → in which state it leaves what it met."""
DAYS = ("01-08", "01-12", "01-14", "01-15", "01-18", "01-25", "02-01")
"""Days of 2027 on which a reminder of 2026H2 is due: one for each fault."""
SILENCE_SECONDS = 1


def main() -> None:
    """The same in both forms: nothing here takes long."""
    with tempfile.TemporaryDirectory() as folder, mail_server() as (post, port):
        set_up(folder, DATABASE_URL=f"sqlite:///{folder}/drill.sqlite3",
               EMAIL_URL=f"smtp://127.0.0.1:{port}")  # fmt: skip
        from django.conf import settings

        settings.EMAIL_TIMEOUT = SILENCE_SECONDS
        town(15)
        for (fault, state), day in zip(FAULTS.items(), DAYS, strict=True):
            moment = datetime.datetime.fromisoformat(f"2027-{day}T09:05").replace(tzinfo=SHANGHAI)
            meet(fault, state, moment, post)


def meet(fault: str, state: str, now: datetime.datetime, post: Post) -> None:
    """One reminder into the fault, then the server is well again, and the day goes on."""
    from reports.models import Delivery
    from reports.reminders.delivery import SEND_SECONDS
    from reports.reminders.tick import tick
    from reports.reminders.worker import drain, start

    tick(now)
    mine = list(
        Delivery.objects.filter(state="pending", not_before__lte=now).values_list("pk", flat=True)
    )
    rows = Delivery.objects.filter(pk__in=mine)
    with broken(fault, post):
        begun = time.monotonic()
        drain(lambda: now)
        seconds = time.monotonic() - begun
    left = set(rows.values_list("state", flat=True))
    exactly(f"answers.{fault}", "+".join(sorted(left)), state)
    at_most(f"answers.{fault}.seconds_each", seconds / len(mine), SEND_SECONDS)
    start("mail")
    for minutes in (30, 60, 120):
        drain(lambda later=now + datetime.timedelta(minutes=minutes): later)
    figures(fault, state, rows, post)


def figures(fault: str, state: str, rows: Any, post: Post) -> None:
    """What was proven not accepted has arrived meanwhile, and nothing else has."""
    expected = {"pending": "sent"}.get(state, state)
    exactly(f"answers.{fault}.lost", rows.exclude(state=expected).count(), 0)
    arrivals = [post.ids[key] for key in rows.values_list("message_id", flat=True)]
    exactly(f"answers.{fault}.arrived_once", sum(count == 1 for count in arrivals),
            len(arrivals) if expected == "sent" else 0)  # fmt: skip
    exactly(f"answers.{fault}.twice", sum(count > 1 for count in arrivals), 0)


@contextlib.contextmanager
def broken(fault: str, post: Post) -> Iterator[None]:
    """The server answers or hangs as ``fault`` says."""
    from django.conf import settings

    port = settings.EMAIL_PORT
    with contextlib.ExitStack() as stack:
        if fault.startswith("hang_"):
            settings.EMAIL_PORT = stack.enter_context(stubborn_server(fault[5:]))
        else:
            post.on_rcpt = lambda address: f"{fault} as the drill wants it"
        try:
            yield
        finally:
            settings.EMAIL_PORT, post.on_rcpt = port, lambda address: None


if __name__ == "__main__":
    main()
