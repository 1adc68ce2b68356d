"""A real mail server on a loopback port that keeps what it took and misbehaves as told."""

import asyncio
import dataclasses
import email
import email.policy
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = str | None


@dataclasses.dataclass
class Post:
    """The server's own log: every message it took, and how it answers next."""

    taken: list[EmailMessage] = dataclasses.field(default_factory=list)
    on_rcpt: Callable[[str], Answer] = lambda address: None
    on_data: Callable[[EmailMessage], Answer] = lambda message: None
    hang_seconds: float = 0

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(message["Message-ID"]) for message in self.taken)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self.on_rcpt(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        answer = self.on_data(message)
        if answer is None or answer == "take and hang":
            self.taken.append(message)
        if answer in {"hang", "take and hang"}:
            await asyncio.sleep(self.hang_seconds)
        return answer if answer and answer[0].isdigit() else "250 OK"


@contextmanager
def mail_server(port: int = 0) -> Iterator[tuple[Post, int]]:
    """A server on 127.0.0.1; yields its log and its port."""
    import socket

    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop(no_assert=True)
