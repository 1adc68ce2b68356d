"""What a channel is: opened once for a batch, then one send after the other."""

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import ClassVar, Self

from reports.models import Delivery
from reports.reminders.delivery import SEND_SECONDS, Result
from reports.reminders.messages import Message


class ChannelFailure(Exception):
    """The channel can't be opened; ``result`` says what that means for what waits."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.detail)
        self.result = result


class Channel:
    """A way out. Used as a context manager; ``__enter__`` raises ChannelFailure."""

    name: ClassVar[str]
    spacing_seconds: ClassVar[float] = 0
    """How far apart two messages to one address have to be (robots: 20 a minute)."""
    parts: ClassVar[Collection[str]] = ()
    """The parts of a message that it sends beside the subject."""
    wall_seconds: ClassVar[float] = SEND_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def address_of(self, delivery: Delivery) -> str:
        """Where it goes now; empty where the person has no such address."""
        return delivery.point.address if delivery.point else ""

    def send(self, delivery: Delivery, address: str, message: Message) -> Result:
        """Try once; never raises for what the other side does, never takes over SEND_SECONDS."""
        raise NotImplementedError


class Watchdog:
    """Breaks off what takes longer than its wall time, from one thread for a whole batch.

    ``break_off`` is called at most ``CHECK_SECONDS`` late, and never for a block that has ended.
    Used as a context manager around the batch, ``watch`` around each send.
    """

    CHECK_SECONDS: ClassVar[float] = 0.5

    def __init__(self, break_off: Callable[[], None]) -> None:
        self._break_off = break_off
        self._lock, self._over = threading.Lock(), threading.Event()
        self._until: float | None = None

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    @contextlib.contextmanager
    def watch(self, seconds: float) -> Iterator[None]:
        """The block may take ``seconds``."""
        self._set(time.monotonic() + seconds)
        try:
            yield
        finally:
            self._set(None)

    def _set(self, until: float | None) -> None:
        with self._lock:
            self._until = until

    def _run(self) -> None:
        while not self._over.wait(self.CHECK_SECONDS):
            with self._lock:
                if self._until is not None and time.monotonic() >= self._until:
                    self._until = None
                    self._break_off()
