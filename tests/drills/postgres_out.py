"""PostgreSQL is restarted, without a good-bye, while four workers send."""

import time

from tests.drills.house import House, compare, house, is_short, town, waiting
from tests.drills.instances import wait_until
from tests.figures import at_least, at_most


def main() -> None:
    """Three restarts; one in the short form."""
    restarts, clerks = (1, 90) if is_short() else (3, 300)
    with house() as home:
        town(clerks)
        home.post.on_data = lambda message: time.sleep(0.03)
        home.workers(4)
        home.beats(1)
        for number in range(1, restarts + 1):
            enough = number * clerks // (restarts + 2)
            wait_until(lambda least=enough: len(home.post.taken) >= least, "nothing is sent")
            restart(home)
        wait_until(lambda: not waiting(), "not everything was settled", 120)
        home.end()
        from reports.models import Delivery

        at_least("postgres.messages", len(home.post.taken), clerks // 2)
        unknown = Delivery.objects.filter(state="unknown").count()
        at_most("postgres.unknown", unknown, restarts * 4 * 10)  # a batch for each worker
        compare("postgres", home.post)


def restart(home: House) -> None:
    from django.db import connections

    connections.close_all()
    home.database.stop()
    time.sleep(1)
    home.database.start()


if __name__ == "__main__":
    main()
