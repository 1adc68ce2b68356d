"""Two schedules and four workers at once: every notice once, every message once."""

import time

from tests.drills.house import compare, house, is_short, town, waiting
from tests.drills.instances import wait_until
from tests.figures import at_least, exactly


def main() -> None:
    """For two minutes; 20 seconds in the short form."""
    seconds, clerks = (20, 60) if is_short() else (120, 300)
    with house() as home:
        town(clerks)
        home.workers(4)
        home.beats(2)
        from reports.models import Delivery, Notice, TickState

        wait_until(TickState.objects.exists, "no tick")
        time.sleep(seconds)
        wait_until(lambda: not waiting(), "not everything was sent", 120)
        home.end()
        keys = [notice.key for notice in Notice.objects.all()]
        at_least("beats.notices", len(keys), clerks)
        exactly("beats.keys_twice", len(keys) - len(set(keys)), 0)
        unsent = Delivery.objects.exclude(state="sent").count()
        exactly("beats.unsent", unsent, 0)
        compare("beats", home.post)


if __name__ == "__main__":
    main()
