"""A mail server in a process of its own, so that it shares no interpreter with what it measures.

As a program it prints its port, and for each line it reads how many messages it took and how many
Message-IDs they bear.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.figures import ROOT


class Counter:
    """Takes everything and remembers the Message-IDs, nothing more."""

    def __init__(self) -> None:
        self.ids: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        head = envelope.content.partition(b"\r\n\r\n")[0].lower()
        self.ids.append(head.partition(b"message-id:")[2].partition(b"\r\n")[0].strip())
        return "250 OK"


class FarServer:
    """The server as the benchmark sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.port = int(self._line())

    def counts(self) -> tuple[int, int]:
        """How many messages it took, and how many different ones."""
        assert self.process.stdin
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        taken, different = self._line().split()
        return int(taken), int(different)

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()


@contextlib.contextmanager
def far_mail_server() -> Iterator[FarServer]:
    """One on 127.0.0.1, ended afterwards."""
    command = [sys.executable, "-m", "tests.bench.post"]
    pipe: Any = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield FarServer(process)
        assert process.stdin
        process.stdin.close()


def main() -> None:
    """Serve until the other side closes our input."""
    from tests.drills.instances import free_port

    counter, port = Counter(), free_port()
    controller = Controller(counter, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    print(port, flush=True)
    for _ in sys.stdin:
        print(len(counter.ids), len(set(counter.ids)), flush=True)
    controller.stop(no_assert=True)


if __name__ == "__main__":
    main()
