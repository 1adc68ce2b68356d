"""gunicorn's configuration, read from the environment; the same for ``make run`` and production."""

import os
from typing import Any

from wanzhou_water.supervisor import die_with_parent

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
# One thread a worker is the fastest behind a proxy that buffers; without one, a browser that opens
# a connection in advance would hold the worker.
threads = int(os.environ.get("WEB_THREADS", "1"))
timeout = 60
graceful_timeout = 20
# Read the settings before forking: what is missing stops the master, with one sentence.
preload_app = True
loglevel = os.environ.get("LOG_LEVEL", "INFO").lower()
accesslog = "-" if os.environ.get("ACCESS_LOG") == "1" else None
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """No worker outlives its master."""
    die_with_parent(server.pid)
