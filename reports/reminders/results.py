"""How what became of a batch is written down: as soon as it is known, several at once."""

import datetime
import time
from collections.abc import Callable
from typing import Self

from reports.models import Delivery
from reports.reminders import delivery as gate
from reports.reminders.delivery import Outcome, Result

TOGETHER_SECONDS = 0.1
"""What was sent is written down after so long at most: a crash makes so much more unknown."""


class Results:
    """Writes down what became of the tries of a batch: at once, but for those that were sent so
    quickly one after the other that they are written together. Used as a context manager."""

    def __init__(self, clock: Callable[[], datetime.datetime]) -> None:
        self.clock = clock
        self.sent: list[Delivery] = []
        self.since = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def note(self, row: Delivery, result: Result) -> None:
        """``row`` was tried with ``result``."""
        if result.outcome != Outcome.SENT:
            gate.settle(row, result, self.clock())
            return
        now = time.monotonic()
        self.since = self.since if self.sent else now
        self.sent.append(row)
        if now - self.since >= TOGETHER_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write down what is not yet."""
        if self.sent:
            gate.settle_sent(self.sent, self.clock())
            self.sent = []
