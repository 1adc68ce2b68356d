"""Several people at the same moment, in threads with database connections of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from departments.models import User


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run ``calls`` in threads that start together; their answers or exceptions, in order."""
    gate, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[at] = call()
        except Exception as error:
            answers[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def fresh(user: User) -> User:
    """A user object of a thread's own."""
    return User.objects.get(pk=user.pk)
