"""People at the web site, over HTTP: who does something, and who asks pages all the time."""

import contextlib
import dataclasses
import http.client
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

TOKEN = "a" * 32
PAUSE_SECONDS = 0.05


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    text: str
    place: str
    seconds: float


class Visitor:
    """``username``, signed in at the site on ``port``."""

    def __init__(self, port: int, username: str) -> None:
        from departments.models import User
        from tests.sessions import session_of

        session = session_of(User.objects.get(username=username))
        self.port = port
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}

    def get(self, path: str, *, background: bool = False) -> Answer:
        """The page, or with ``background`` what its script asks for."""
        return self._ask("GET", path, b"", {"X-Background": "1"} if background else {})

    def post(self, path: str, data: Mapping[str, Any]) -> Answer:
        """``data`` may hold files."""
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        body = encode_multipart(BOUNDARY, dict(data))
        return self._ask("POST", path, body, {"Content-Type": MULTIPART_CONTENT})

    def _ask(self, method: str, path: str, body: bytes, more: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begun = time.monotonic()
        with contextlib.closing(connection):
            connection.request(method, path, body, {**self.headers, **more})
            answer = connection.getresponse()
            text = answer.read().decode()
        place = answer.getheader("Location", "") or ""
        return Answer(answer.status, text, place, time.monotonic() - begun)


class Watch(threading.Thread):
    """Asks ``errands`` one after the other until it is stopped: names, and what asks.

    ``seconds`` keeps by ``phase`` how long each took, ``failed`` what was no success.
    """

    def __init__(self, errands: Mapping[str, Callable[[], Answer]]) -> None:
        super().__init__(daemon=True)
        self.errands = errands
        self.phase = ""
        self.seconds: dict[str, list[float]] = {}
        self.failed: list[str] = []
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            for name, ask in self.errands.items():
                phase, answer = self.phase, ask()
                self.seconds.setdefault(phase, []).append(answer.seconds)
                if answer.status not in {200, 302}:
                    self.failed.append(f"{name} {answer.status}")
                self._over.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        self._over.set()
        self.join()
