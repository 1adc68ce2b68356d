"""The schedule is down for days, the clock goes back, or leaps ahead: simulated hours."""

import datetime
import tempfile

from tests.drills.house import SHANGHAI, set_up, town
from tests.figures import at_least, exactly
from tests.reminders.smtp import Post, mail_server

CLERKS = 30


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def main() -> None:
    """The same in both forms."""
    with tempfile.TemporaryDirectory() as folder, mail_server() as (post, port):
        set_up(folder, DATABASE_URL=f"sqlite:///{folder}/drill.sqlite3",
               EMAIL_URL=f"smtp://127.0.0.1:{port}")  # fmt: skip
        town(CLERKS)
        down_for_days(post)
        clock_back(post)
        clock_ahead(post)
        exactly("gaps.twice", sum(count > 1 for count in post.ids.values()), 0)


def tick_and_send(post: Post, now: datetime.datetime) -> int:
    """One tick at ``now``; how many messages arrived."""
    from reports.reminders.tick import tick
    from reports.reminders.worker import drain

    before = len(post.taken)
    tick(now)
    drain(lambda: now)
    return len(post.taken) - before


def down_for_days(post: Post) -> None:
    """From before T-7 to T-3: the newest reminder goes out, the one missed is recorded."""
    from reports.models import Notice

    tick_and_send(post, at("2027-01-07T17:00"))
    tick_and_send(post, at("2027-01-12T09:05"))
    clerks = Notice.objects.filter(kind="file", user__username__startswith="clerk")
    newest = clerks.filter(slot="before-2", merged=False, deliveries__state="sent")
    exactly("gaps.down.newest_sent", newest.count(), CLERKS)
    missed = clerks.filter(slot="before-1", merged=True, deliveries=None)
    exactly("gaps.down.missed_recorded", missed.count(), CLERKS)
    exactly("gaps.down.again", tick_and_send(post, at("2027-01-12T09:06")), 0)


def clock_back(post: Post) -> None:
    """Two hours back after a reminder went out: nothing goes out again, the next one does."""
    at_least("gaps.back.before", tick_and_send(post, at("2027-01-14T10:00")), CLERKS)
    for moment in ("2027-01-14T08:00", "2027-01-14T09:00", "2027-01-14T10:01"):
        exactly(f"gaps.back.at_{moment[11:13]}", tick_and_send(post, at(moment)), 0)
    at_least("gaps.back.next", tick_and_send(post, at("2027-01-15T09:05")), CLERKS)


def clock_ahead(post: Post) -> None:
    """200 days ahead: held until a human releases."""
    from departments.models import User
    from reports.models import Notice
    from reports.reminders.delivery import release
    from reports.reminders.worker import drain

    leap = at("2027-01-15T10:00") + datetime.timedelta(days=200)
    exactly("gaps.ahead.sent", tick_and_send(post, leap), 0)
    minute = datetime.timedelta(minutes=1)
    exactly("gaps.ahead.sent_by_next_ticks", tick_and_send(post, leap + minute), 0)
    held = Notice.objects.filter(held=True)
    at_least("gaps.ahead.held", held.filter(user__username__startswith="clerk").count(), CLERKS)
    before = len(post.taken)
    released = release(list(held), User.objects.get(username="slj-coordinator"), leap)
    drain(lambda: leap + 2 * minute)
    exactly("gaps.ahead.released_and_sent", len(post.taken) - before, released)


if __name__ == "__main__":
    main()
