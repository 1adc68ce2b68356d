"""A mail server that falls silent at one point of the talk: ``connect``, ``DATA`` or ``dot``."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ANSWERS = {b"EHLO": b"250 stubborn", b"MAIL": b"250 OK", b"RCPT": b"250 OK", b"DATA": b"354 go on"}


@contextmanager
def stubborn_server(point: str) -> Iterator[int]:
    """One on 127.0.0.1; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, point), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket, point: str) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_talk, args=(connection, point), daemon=True).start()


def _talk(connection: socket.socket, point: str) -> None:
    with connection, connection.makefile("rwb") as line, suppress(OSError):
        if point != "connect":
            line.write(b"220 here\r\n")
            line.flush()
        body = False
        for text in line:
            word = text.strip().upper()[:4]
            body = body and word != b"."
            if point == "connect" or body or (point == "DATA" and word == b"DATA"):
                continue
            if answer := ANSWERS.get(word):  # the final dot is in no table: no answer
                line.write(answer + b"\r\n")
                line.flush()
            body = word == b"DATA"
