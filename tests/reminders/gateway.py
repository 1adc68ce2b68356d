"""A real web server on a loopback port, as a robot or a gateway: keeps what it got, and misbehaves
as told."""

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TAKEN: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


@dataclasses.dataclass
class Gateway:
    """``status`` and ``answer`` are what it says next; ``misdeed`` what it does instead:
    ``hang`` (for ``seconds``), ``cut`` (hangs up) or ``drip`` (a byte now and then)."""

    port: int = 0
    status: int = 200
    answer: object = dataclasses.field(default_factory=lambda: TAKEN)
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    misdeed: str = ""
    seconds: float = 3
    paths: list[str] = dataclasses.field(default_factory=list)
    got: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    keys: list[str] = dataclasses.field(default_factory=list)

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        self.got.append(json.loads(handler.rfile.read(length) or b"{}"))
        self.paths.append(handler.path)
        self.keys.append(handler.headers.get("Authorization", ""))
        if self.misdeed == "cut":
            return
        if self.misdeed == "hang":
            time.sleep(self.seconds)
        self.say(handler)

    def say(self, handler: BaseHTTPRequestHandler) -> None:
        body = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        handler.send_response(self.status)
        for name, text in {"Content-Length": str(len(body.encode())), **self.headers}.items():
            handler.send_header(name, text)
        handler.end_headers()
        for byte in body.encode():
            handler.wfile.write(bytes([byte]))
            time.sleep(0.3 if self.misdeed == "drip" else 0)


@contextmanager
def web_server() -> Iterator[Gateway]:
    """One on 127.0.0.1, in a thread."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                gateway.reply(self)
            except OSError:
                self.close_connection = True  # the other side has gone

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()


def refused_port() -> int:
    """A port on which nobody listens."""
    with web_server() as gateway:
        return gateway.port
