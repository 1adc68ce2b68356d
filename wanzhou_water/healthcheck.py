"""Whether one of the containers does its work; run inside it, exit 0 for yes.

python -m wanzhou_water.healthcheck web | worker | beat
"""

import http.client
import json
import os
import socket
import sys
import time
from pathlib import Path

BEAT_SILENCE_SECONDS = 15 * 60
"""The schedule is written down every few minutes; a beat silent for so long hangs."""


def web_is_well() -> bool:
    """Asks as the proxy does: over TLS, to a host that is allowed.

    It is about this process and its database; a mail server, a broker or a schedule that is down
    is told by /healthz too, but a new web container would not mend it.
    """
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2])
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        headers = {"Host": host or "localhost", "X-Forwarded-Proto": "https"}
        connection.request("GET", "/healthz", headers=headers)
        answer = json.loads(connection.getresponse().read())
        return bool(answer["database"] == "ok")
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        connection.close()


def worker_is_well() -> bool:
    """The worker of this container answers over the broker."""
    from wanzhou_water.celery import app

    return bool(app.control.ping([f"celery@{socket.gethostname()}"], timeout=5))


def beat_is_well() -> bool:
    """The schedule was written down lately."""
    written = Path(os.environ.get("VAR_DIR", "var")).glob("beat-schedule*")
    latest = max((file.stat().st_mtime for file in written), default=0)
    return time.time() - latest < BEAT_SILENCE_SECONDS


PARTS = {"web": web_is_well, "worker": worker_is_well, "beat": beat_is_well}

if __name__ == "__main__":
    sys.exit(0 if PARTS[sys.argv[1]]() else 1)
