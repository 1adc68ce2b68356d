"""The short form of the kill drill, and that it fails where the delivery lacks a part."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.drills.crew import MUTATIONS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """An empty database beside the tests' own: a SQLite file, or one on their PostgreSQL."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'drill.sqlite3'}"
        return
    name = f"{services.NAME}_drill"
    services.administer(server, f'CREATE DATABASE "{name}"')
    yield services.on_server(server, name)
    services.administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def drill(database: str, *options: str) -> dict[str, tuple[str, str]]:
    """Name → figure and whether it is «ok» or «short»."""
    command = [sys.executable, "-m", "tests.drills.kills", "--short", "--as-models"]
    done = subprocess.run(
        [*command, "--database", database, *options],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line.split() for line in done.stdout.splitlines()]
    return {name.partition(".")[2].partition(".")[2]: (figure, verdict)
            for name, figure, _, verdict in lines}  # fmt: skip


def test_nothing_is_lost_or_sent_twice_whoever_is_killed(database: str) -> None:
    figures = drill(database, "--seed", "20270115")
    short = {name: figure for name, (figure, verdict) in figures.items() if verdict != "ok"}
    assert short == {}
    assert figures["lost"] == figures["twice"] == ("0", "ok")
    assert int(figures["killed"][0]) >= 12


@pytest.mark.once
@pytest.mark.parametrize("part", MUTATIONS)
def test_the_drill_fails_without(part: str, database: str) -> None:
    assert drill(database, "--seed", "20270115", "--without", part)["twice"][1] == "short"
