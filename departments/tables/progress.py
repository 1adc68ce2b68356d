"""How far a table is, row by row: in a file, since what the worker's transaction writes to the
database nobody sees before it is over."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
EVERY = 0.5
"""Seconds between two signs."""


@contextlib.contextmanager
def _may_fail() -> Iterator[None]:
    """It is a sign only: where it can't be written or deleted, the import goes on without."""
    try:
        yield
    except OSError as error:
        log.warning("progress_failed", error=str(error))


class Progress:
    """Tells how many rows of one import are done; called after each."""

    def __init__(self, pk: int) -> None:
        self.pk, self.next = pk, 0.0

    def __call__(self, done: int) -> None:
        if (now := time.monotonic()) >= self.next:
            self.next = now + EVERY
            _write(self.pk, done)


@_may_fail()
def _write(pk: int, done: int) -> None:
    path = _path(pk)
    fresh = path.with_suffix(".new")
    fresh.write_text(str(done), "ascii")
    fresh.replace(path)


def rows_done(pk: int) -> int:
    """How many rows the worker has said are done; 0 before it began."""
    try:
        return int(_path(pk).read_text("ascii"))
    except (OSError, ValueError):
        return 0


@_may_fail()
def forget(pk: int) -> None:
    """Delete the sign of an import that nobody works on any more."""
    _path(pk).unlink(missing_ok=True)


@_may_fail()
def left_behind(alive: set[int]) -> None:
    """Delete every sign but those of the imports in ``alive``."""
    for path in _folder().iterdir():
        if path.stem not in map(str, alive):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "tables"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(pk: int) -> Path:
    return _folder() / f"{pk}.rows"
