"""What the container's own check makes of /healthz."""

import pytest

from tests.reminders.gateway import web_server
from wanzhou_water.healthcheck import web_is_well


@pytest.mark.parametrize(
    ("status", "answer", "well"),
    [
        (200, {"database": "ok", "broker": "ok"}, True),
        (503, {"database": "ok", "broker": "down", "stopped": ["mail"]}, True),
        (503, {"database": "down", "broker": "ok"}, False),
        (400, "<h1>bad host</h1>", False),
        (200, [], False),
    ],
)
def test_a_web_container_is_well_while_its_process_reaches_the_database(
    status: int, answer: object, well: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server() as server:
        monkeypatch.setenv("BIND", f"127.0.0.1:{server.port}")
        server.status, server.answer = status, answer
        assert web_is_well() is well
        assert server.paths == ["/healthz"]
    assert not web_is_well()
